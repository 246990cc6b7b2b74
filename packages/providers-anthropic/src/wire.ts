import type { Json, JsonObject } from '@harness-sdk/core';

/**
 * The fields we read of the events of a streamed message. Everything may be missing or `null`: gateways differ, and
 * fields that are not named here pass through untouched.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export type WireEvent =
  | { readonly type: 'message_start'; readonly message?: WireMessage | null }
  | { readonly type: 'content_block_start'; readonly index: number; readonly content_block: WireBlock }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: WireDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | { readonly type: 'message_delta'; readonly delta?: WireMessageDelta | null; readonly usage?: WireUsage | null }
  | { readonly type: 'message_stop' }
  | { readonly type: 'ping' }
  | { readonly type: 'error'; readonly error?: WireError | null };

/** The message as it stands at its start, without content. */
export interface WireMessage {
  readonly id?: string | null;
  readonly model?: string | null;
  readonly usage?: WireUsage | null;
}

/** What the end of the message adds to it. */
interface WireMessageDelta {
  readonly stop_reason?: string | null;
}

/** A content block as it stands at its start. */
export interface WireBlock extends JsonObject {
  readonly type: string;
}

/** A piece of a content block. */
export interface WireDelta extends JsonObject {
  readonly type: string;
}

/** Token counts so far: each event that has them states them anew, not what was added. */
export interface WireUsage extends JsonObject {
  /** Without cached tokens. */
  readonly input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  /** The cache writes by lifetime. */
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: number | null;
    readonly ephemeral_1h_input_tokens?: number | null;
  } | null;
  readonly output_tokens?: number | null;
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null;
  readonly service_tier?: string | null;
  /** Beta: one entry a sampling; those of type `compaction` are not in the counts above. */
  readonly iterations?: readonly WireUsage[] | null;
  readonly type?: string | null;
}

/** An error, in the body of an answer or in the stream. */
export interface WireError {
  readonly type?: string | null;
  readonly message?: string | null;
  readonly details?: { readonly error_code?: string | null } | null;
}

const indexedEvents: ReadonlySet<string> = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
]);

const plainEvents: ReadonlySet<string> = new Set(['message_start', 'message_delta', 'message_stop', 'ping', 'error']);

/**
 * One frame of the event stream as an event. The type is the one inside the JSON, because some gateways leave out the
 * `event:` line.
 *
 * @returns `undefined` for types that came after this was written.
 * @throws SyntaxError where the frame is not JSON, TypeError where it is not the JSON of an event.
 */
export function readWireEvent(frame: string): WireEvent | undefined {
  // Some gateways end every stream with the end mark of another vendor's API.
  if (frame === '[DONE]') return undefined;
  const value: unknown = JSON.parse(frame);
  if (!isObject(value)) throw new TypeError('Expected an object.');
  const type = value['type'];
  if (typeof type !== 'string') {
    // An error that a gateway put into the stream in its own way.
    if (isObject(value['error'])) return { type: 'error', error: value['error'] };
    throw new TypeError('Expected an object with a `type`.');
  }
  if (indexedEvents.has(type)) checkIndexed(type, value);
  else if (!plainEvents.has(type)) return undefined;
  // The type is one of the union's, and the fields that are not optional were just checked.
  return value as unknown as WireEvent;
}

function checkIndexed(type: string, value: JsonObject): void {
  if (typeof value['index'] !== 'number') throw new TypeError(`Expected a number as \`index\` of ${type}.`);
  if (type === 'content_block_stop') return;
  const field = type === 'content_block_start' ? 'content_block' : 'delta';
  const part = value[field];
  if (!isObject(part) || typeof part['type'] !== 'string') {
    throw new TypeError(`Expected an object with a \`type\` as \`${field}\` of ${type}.`);
  }
}

/** True for a JSON object, given something that came out of `JSON.parse`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string in a field that should hold one; empty where it holds something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The items of a field that should hold an array; none where it holds something else. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  // The parameter's type has no other array.
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
