/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/**
 * A copy of a value as JSON has it, which nobody else holds.
 *
 * @throws TypeError where JSON has nothing for it: a function, a symbol, a bigint, or something that contains itself.
 */
export function toJson(value: unknown): Json {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`Expected a value that JSON can hold, got ${typeof value}.`);
  // What `JSON.parse` gives is JSON.
  return JSON.parse(text) as Json;
}

/** A JSON object. A key that holds `undefined` is the same as an absent one. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
