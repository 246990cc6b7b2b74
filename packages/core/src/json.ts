/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. A key that holds `undefined` is the same as an absent one. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
