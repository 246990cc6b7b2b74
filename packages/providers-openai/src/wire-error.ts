import { isObject, textOf } from './wire.ts';

/** An error as servers report it, in the body of an answer or in the stream. */
export interface WireError {
  /** A word, such as `context_length_exceeded`. */
  readonly code?: string;
  /** A broader word, such as `invalid_request_error`. */
  readonly type?: string;
  /** The HTTP status, for errors inside a 200, where it is said. */
  readonly status?: number;
  readonly message: string;
}

/**
 * Reads an error of any server. Recorded are `{ error: { message, type, code } }` (OpenAI), `{ error: "…", code }` (xAI),
 * `{ detail: "…" }` (Mistral), `{ error: { code: 429, metadata } }` (OpenRouter), and a list of those (Google).
 */
export function toWireError(value: unknown): WireError {
  if (Array.isArray(value)) return toWireError(value[0]);
  if (value === undefined) return { message: 'no message' };
  if (!isObject(value)) return { message: typeof value === 'string' ? value : JSON.stringify(value) };
  if (isObject(value['error'])) return toWireError(value['error']);
  const { code, type, status_code } = value;
  const status = [status_code, code].map(Number).find((number) => number >= 100 && number < 600);
  return {
    message: messageOf(value),
    ...(typeof code === 'string' && Number.isNaN(Number(code)) ? { code } : {}),
    ...(typeof type === 'string' && type !== 'error' ? { type } : {}),
    ...(status === undefined ? {} : { status }),
  };
}

/** OpenRouter says only "Provider returned error" itself, and quotes the provider beside it. */
function messageOf(value: Readonly<Record<string, unknown>>): string {
  const words = [value['message'], value['error'], value['detail']].find((field) => typeof field === 'string' && field);
  const { metadata } = value;
  const quoted = isObject(metadata) ? textOf(metadata['raw']) : '';
  const said = typeof words === 'string' ? words : JSON.stringify(value['message'] ?? value['detail'] ?? value);
  return quoted === '' ? said : `${said}: ${quoted}`;
}
