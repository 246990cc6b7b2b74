import type { Json, JsonObject } from '@harness-sdk/core';

/**
 * The fields we read of one line of a streamed answer. Everything may be missing or `null`: versions of the server differ,
 * and so do the servers that speak its API. A whole answer may come in one line.
 *
 * @see https://docs.ollama.com/api/chat
 */
export interface WireChunk extends JsonObject, WireUsage {
  readonly model?: string | null;
  readonly message?: WireMessage | null;
  /** True in the last line, which may have content too. */
  readonly done?: boolean | null;
  readonly done_reason?: string | null;
}

/** A piece of the answer. */
interface WireMessage extends JsonObject {
  readonly content?: string | null;
  readonly thinking?: string | null;
  readonly tool_calls?: readonly WireToolCall[] | null;
}

/** A tool call; it always comes whole. Old servers give it no id. */
export interface WireToolCall extends JsonObject {
  readonly id?: string | null;
  readonly function?: {
    readonly name?: string | null;
    /** An object; servers that only speak the API send text. */
    readonly arguments?: Json;
  } | null;
}

/** Counts and times of the last line; times are in nanoseconds. Any of them may be absent. */
export interface WireUsage {
  /** All input tokens, cached ones included. */
  readonly prompt_eval_count?: number | null;
  /** The part of them that was read from the cache; only newer servers say it. */
  readonly prompt_eval_cached_count?: number | null;
  /** Output tokens, thinking included. */
  readonly eval_count?: number | null;
}

/** The fields we read of what `/api/show` says of a model. */
export interface WireShow extends JsonObject {
  /** `<architecture>.context_length` among others. */
  readonly model_info?: JsonObject | null;
  /** The parameters of the Modelfile as text, one a line. */
  readonly parameters?: string | null;
  readonly capabilities?: readonly Json[] | null;
  /** What `think` may be; only newer servers say it. */
  readonly thinking?: { readonly values?: readonly Json[] | null } | null;
}

/** A line of a streamed answer: a piece of it, or the error that ends it. */
export type WireEvent =
  | { readonly type: 'chunk'; readonly chunk: WireChunk }
  | { readonly type: 'error'; readonly error: Json };

/**
 * One line of an answer.
 *
 * @throws SyntaxError where the line is not JSON, TypeError where it is not the JSON of an answer.
 */
export function readWireEvent(frame: string): WireEvent {
  const value: unknown = JSON.parse(frame);
  if (!isObject(value)) throw new TypeError('Expected an object.');
  if (isPiece(value)) return { type: 'chunk', chunk: value };
  // 0.11.3 says `{"error parsing tool call": "…"}`: https://github.com/ollama/ollama/issues/11781
  const name = Object.keys(value).find((key) => key.startsWith('error'));
  if (name === undefined) throw new TypeError('Expected an object with `message`, `done` or `error`.');
  return { type: 'error', error: name === 'error' ? (value[name] ?? null) : `${name}: ${textOf(value[name])}` };
}

/** True for a JSON object, given something that came out of `JSON.parse`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string in a field that should hold one; empty where it holds something else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The items of a field that should hold an array; none where it holds something else. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  // The parameter's type has no other array.
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** Fields of the wrong type inside are read as if they were missing. */
function isPiece(value: JsonObject): value is WireChunk {
  const { error, message, done } = value;
  if (error !== undefined && error !== null) return false;
  return isObject(message) || typeof done === 'boolean';
}
