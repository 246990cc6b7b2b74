import type { JsonObject } from '@harness-sdk/core';
import { isObject, objectOf, readObject, textOf } from './wire.ts';

/**
 * The fields we read of the events of a streamed response. What is not named here passes through untouched.
 *
 * @see https://developers.openai.com/api/reference/resources/responses/streaming-events
 */
export type ResponseEvent =
  | { readonly type: 'started'; readonly response: JsonObject }
  | { readonly type: 'item_added' | 'item_done'; readonly index: number; readonly item: WireItem }
  /** `part` tells the pieces of one item apart; those of one part belong together. */
  | {
      readonly type: 'text_delta' | 'thinking_delta';
      readonly index: number;
      readonly part: string;
      readonly text: string;
    }
  | { readonly type: 'arguments_delta'; readonly index: number; readonly text: string }
  | { readonly type: 'finished'; readonly status: 'completed' | 'incomplete'; readonly response: JsonObject }
  | { readonly type: 'failed'; readonly response: JsonObject; readonly error: unknown }
  /** Nothing for us, but the provider is alive. */
  | { readonly type: 'alive' };

/** An item of the output, such as a message, a function call or a piece of reasoning. */
export interface WireItem extends JsonObject {
  readonly type: string;
}

/** Says that an item or a part has ended, which `response.output_item.done` says again with all that it holds. */
const repeating = /^response\.(content_part|reasoning_summary_part)\.|\.done$|\.annotation\.added$/;

type Reader = (event: JsonObject, type: string) => ResponseEvent;

const readers: Readonly<Record<string, Reader>> = {
  'response.created': (event) => ({ type: 'started', response: objectOf(event['response']) }),
  'response.in_progress': (event) => ({ type: 'started', response: objectOf(event['response']) }),
  'response.output_item.added': (event, type) => ({ type: 'item_added', ...itemOf(event, type) }),
  'response.output_item.done': (event, type) => ({ type: 'item_done', ...itemOf(event, type) }),
  'response.output_text.delta': (event, type) => textDelta('text_delta', 'content_index', event, type),
  'response.refusal.delta': (event, type) => textDelta('text_delta', 'content_index', event, type),
  'response.reasoning_text.delta': (event, type) => textDelta('thinking_delta', 'content_index', event, type),
  'response.reasoning_summary_text.delta': (event, type) => textDelta('thinking_delta', 'summary_index', event, type),
  'response.function_call_arguments.delta': (event, type) => ({
    type: 'arguments_delta',
    index: indexOf(event, type),
    text: textOf(event['delta']),
  }),
  'response.completed': (event) => ({ type: 'finished', status: 'completed', response: objectOf(event['response']) }),
  'response.incomplete': (event) => ({ type: 'finished', status: 'incomplete', response: objectOf(event['response']) }),
  'response.failed': (event) => failed(objectOf(event['response'])),
  'response.cancelled': (event) => failed(objectOf(event['response'])),
  // Documented with the error's fields beside the type, recorded with them inside `error`.
  error: (event) => ({ type: 'failed', response: {}, error: event['error'] ?? event }),
};

/**
 * One frame of the event stream. The type is the one inside the JSON, because some gateways leave out the `event:` line.
 *
 * @returns `undefined` for what only repeats other events.
 * @throws SyntaxError where the frame is not JSON, TypeError where it is not the JSON of an event.
 */
export function readResponseEvent(frame: string): ResponseEvent | undefined {
  // The empty frame stands for a comment; `[DONE]` is the end mark of another API, which some servers add to this one.
  if (frame === '' || frame === '[DONE]') return { type: 'alive' };
  const event = readObject(frame);
  const { type } = event;
  if (typeof type !== 'string') {
    if (event['error']) return { type: 'failed', response: {}, error: event['error'] };
    throw new TypeError('Expected an object with a `type`.');
  }
  if (Object.hasOwn(readers, type)) return readers[type]?.(event, type);
  return repeating.test(type) ? undefined : { type: 'alive' };
}

function indexOf(event: JsonObject, type: string): number {
  const index = event['output_index'];
  if (typeof index !== 'number') throw new TypeError(`Expected a number as \`output_index\` of ${type}.`);
  return index;
}

function itemOf(event: JsonObject, type: string): { readonly index: number; readonly item: WireItem } {
  const item = event['item'];
  if (!isObject(item) || typeof item['type'] !== 'string') {
    throw new TypeError(`Expected an object with a \`type\` as \`item\` of ${type}.`);
  }
  return { index: indexOf(event, type), item: { ...item, type: item['type'] } };
}

function textDelta(
  type: 'text_delta' | 'thinking_delta',
  partIndex: 'content_index' | 'summary_index',
  event: JsonObject,
  eventType: string,
): ResponseEvent {
  const part = `${partIndex}:${typeof event[partIndex] === 'number' ? event[partIndex] : 0}`;
  return { type, index: indexOf(event, eventType), part, text: textOf(event['delta']) };
}

function failed(response: JsonObject): ResponseEvent {
  const status = textOf(response['status']) || 'failed';
  return { type: 'failed', response, error: response['error'] ?? `The response is ${status}.` };
}
