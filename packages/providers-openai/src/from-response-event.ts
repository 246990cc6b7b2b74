import type { AssistantBlock, Json, JsonObject, ModelEnd, ModelEvent } from '@harness-sdk/core';
import { parseArguments } from '@harness-sdk/core/adapter';
import type { ResponseEvent, WireItem } from './response-wire.ts';
import { toResponseStop } from './stop-reason.ts';
import { toCostUsd, toResponseUsage } from './usage.ts';
import { fieldsBeside, isObject, itemsOf, objectOf, textOf } from './wire.ts';

/** What is known of a response while it streams. Belongs to one call; only {@link fromResponseEvent} changes it. */
export interface ResponseAnswer {
  /** Items that have been added and are not done, by their place in the output: some gateways change ids in every event. */
  readonly openItems: Map<number, OpenItem>;
  /** The response as it was last described. */
  response: JsonObject;
  hasItems: boolean;
  hasToolCalls: boolean;
  hasRefusal: boolean;
  /** True once any content has come out. */
  contentStarted: boolean;
  /** True once the terminal event has arrived. */
  isComplete: boolean;
}

/** An item that is still arriving. Pieces are kept apart and joined once, when it is done. */
interface OpenItem {
  readonly start: WireItem;
  /** Text of a message or of reasoning, by part, in order. */
  readonly parts: Map<string, string[]>;
  /** JSON of a call's arguments. */
  readonly json: string[];
}

const nothing: readonly ModelEvent[] = [];
const ping: readonly ModelEvent[] = [{ type: 'ping' }];

/** Between parts of reasoning, each of which is a paragraph or more. */
const partSeparator = '\n\n';

/** The state at the start of a call. */
export function newResponseAnswer(): ResponseAnswer {
  return {
    openItems: new Map(),
    response: {},
    hasItems: false,
    hasToolCalls: false,
    hasRefusal: false,
    contentStarted: false,
    isComplete: false,
  };
}

/**
 * One event of theirs as events of ours, in order. The work for a delta does not depend on what came before it.
 *
 * @param answer - Changed to what is known after the event.
 */
export function fromResponseEvent(
  event: Exclude<ResponseEvent, { type: 'failed' }>,
  answer: ResponseAnswer,
): readonly ModelEvent[] {
  switch (event.type) {
    case 'alive':
      return ping;
    case 'started':
      answer.response = event.response;
      return nothing;
    case 'item_added':
      return addItem(event.index, event.item, answer);
    case 'text_delta':
    case 'thinking_delta':
      return addText(event, answer);
    case 'arguments_delta':
      return addArguments(event.text, openItem(event.index, answer));
    case 'item_done':
      return finishItem(event.index, event.item, answer);
    case 'finished':
      return endResponse(event.status, event.response, answer);
  }
}

function addItem(index: number, start: WireItem, answer: ResponseAnswer): readonly ModelEvent[] {
  // A gateway may leave out the end of an item and use its place again.
  const left = answer.openItems.get(index);
  const finished = left === undefined ? nothing : finishItem(index, left.start, answer);
  answer.openItems.set(index, { start, parts: new Map(), json: [] });
  if (start.type !== 'function_call') return finished;
  answer.contentStarted = true;
  return [...finished, toolCallDelta(start, '')];
}

function openItem(index: number, answer: ResponseAnswer): OpenItem {
  const item = answer.openItems.get(index);
  if (item === undefined) throw new TypeError(`Output item ${index} goes on without having been added.`);
  return item;
}

function addText(
  { type, index, part, text }: Extract<ResponseEvent, { type: 'text_delta' | 'thinking_delta' }>,
  answer: ResponseAnswer,
): readonly ModelEvent[] {
  if (text === '') return nothing;
  const { parts } = openItem(index, answer);
  const pieces = parts.get(part);
  answer.contentStarted = true;
  if (pieces !== undefined) {
    pieces.push(text);
    return [{ type, text }];
  }
  const isNext = type === 'thinking_delta' && parts.size > 0;
  parts.set(part, [text]);
  return [{ type, text: isNext ? partSeparator + text : text }];
}

function addArguments(json: string, { start, json: pieces }: OpenItem): readonly ModelEvent[] {
  if (json === '') return nothing;
  pieces.push(json);
  return start.type === 'function_call' ? [toolCallDelta(start, json)] : nothing;
}

function toolCallDelta(item: WireItem, json: string): ModelEvent {
  return { type: 'tool_call_delta', id: callIdOf(item), name: textOf(item['name']), json };
}

function callIdOf(item: WireItem): string {
  return textOf(item['call_id']) || textOf(item['id']);
}

/** What the item says when it is done stands; where servers leave something out of that, what had streamed does. */
function finishItem(index: number, done: WireItem, answer: ResponseAnswer): readonly ModelEvent[] {
  const open = answer.openItems.get(index) ?? { start: done, parts: new Map<string, string[]>(), json: [] };
  answer.openItems.delete(index);
  answer.hasItems = true;
  const events = eventsOfItem({ ...open.start, ...done }, open, answer);
  if (events.length > 0) answer.contentStarted = true;
  return events;
}

function eventsOfItem(item: WireItem, open: OpenItem, answer: ResponseAnswer): readonly ModelEvent[] {
  switch (item.type) {
    case 'message':
      return finishMessage(item, open, answer);
    case 'reasoning':
      return finishReasoning(item, open);
    case 'function_call':
      answer.hasToolCalls = true;
      return finishCall(item, open);
    case 'custom_tool_call':
      answer.hasToolCalls = true;
      return finishCustomCall(item);
    default:
      return [{ type: 'block', block: { type: 'opaque', kind: item.type, native: item } }];
  }
}

/** One block for each part of the message, with all else that the item and the part say beside it. */
function finishMessage(item: WireItem, { parts }: OpenItem, answer: ResponseAnswer): readonly ModelEvent[] {
  const { content, ...message } = item;
  const contents = itemsOf(content).map(objectOf);
  const streamed = [...parts.values()].map((pieces) => pieces.join(''));
  const count = Math.max(contents.length, streamed.length);
  return Array.from({ length: count }, (_, index): readonly ModelEvent[] => {
    const { text: written, refusal, logprobs: _logprobs, ...part } = contents[index] ?? { type: 'output_text' };
    if (part['type'] === 'refusal') answer.hasRefusal = true;
    const { text, rest } = completed(streamed[index] ?? '', textOf(written) || textOf(refusal));
    if (text === '') return nothing;
    return [
      ...(rest === '' ? nothing : [{ type: 'text_delta', text: rest } as const]),
      { type: 'block', block: { type: 'text', text, native: { item: message, part } } },
    ];
  }).flat();
}

/** The item goes back as it is, so all of it is kept, also where it shows no text. */
function finishReasoning(item: WireItem, { parts }: OpenItem): readonly ModelEvent[] {
  const streamed = [...parts.values()].map((pieces) => pieces.join('')).join(partSeparator);
  const { text, rest } = completed(streamed, reasoningText(item));
  return [
    ...(rest === '' ? nothing : [{ type: 'thinking_delta', text: rest } as const]),
    { type: 'block', block: { type: 'thinking', text, native: item } },
  ];
}

function reasoningText(item: WireItem): string {
  const parts = [...itemsOf(item['summary']), ...itemsOf(item['content'])];
  return parts
    .map((part) => textOf(objectOf(part)['text']))
    .filter((text) => text !== '')
    .join(partSeparator);
}

function finishCall(item: WireItem, { json }: OpenItem): readonly ModelEvent[] {
  const { text, rest } = completed(json.join(''), textOf(item['arguments']));
  // Its type stays: it tells the fields of this API from those of Chat Completions.
  const native = fieldsBeside(item, ['call_id', 'name', 'arguments']);
  const block: AssistantBlock = {
    type: 'tool_call',
    id: callIdOf(item),
    name: textOf(item['name']),
    ...parseArguments(text),
    native,
  };
  return [...(rest === '' ? nothing : [toolCallDelta(item, rest)]), { type: 'block', block }];
}

/** A tool with free text as its input; our calls have JSON, so the text becomes the one argument. */
function finishCustomCall(item: WireItem): readonly ModelEvent[] {
  const args: Json = { input: textOf(item['input']) };
  const call = { id: callIdOf(item), name: textOf(item['name']) };
  return [
    { type: 'tool_call_delta', ...call, json: JSON.stringify(args) },
    { type: 'block', block: { type: 'tool_call', ...call, args, native: { type: item.type } } },
  ];
}

/** The whole of a text of which some had streamed, and what is still to come of it. */
function completed(streamed: string, whole: string): { readonly text: string; readonly rest: string } {
  if (!whole.startsWith(streamed)) return { text: streamed, rest: '' };
  return { text: whole, rest: whole.slice(streamed.length) };
}

function endResponse(
  status: 'completed' | 'incomplete',
  response: JsonObject,
  answer: ResponseAnswer,
): readonly ModelEvent[] {
  answer.response = response;
  const output = itemsOf(response['output']).filter(isItem);
  // A gateway may leave out the end of the last item, or all events of items.
  const open = [...answer.openItems].flatMap(([index, { start }]) => {
    const done = output[index];
    return finishItem(index, done?.type === start.type ? done : start, answer);
  });
  const blocks = answer.hasItems ? open : output.flatMap((item, index) => finishItem(index, item, answer));
  answer.isComplete = true;
  return [...blocks, endOf(status, answer)];
}

function isItem(item: Json): item is WireItem {
  return isObject(item) && typeof item['type'] === 'string';
}

function endOf(status: 'completed' | 'incomplete', answer: ResponseAnswer): ModelEnd {
  const { id, model, service_tier, usage, incomplete_details } = answer.response;
  const reason = textOf(objectOf(incomplete_details)['reason']) || undefined;
  const costUsd = toCostUsd(usage);
  return {
    type: 'end',
    stop: toResponseStop(status, reason, answer),
    rawStop: reason ?? status,
    usage: toResponseUsage(usage) ?? {},
    ...(textOf(id) === '' ? {} : { responseId: textOf(id) }),
    ...(textOf(model) === '' ? {} : { model: textOf(model) }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(textOf(service_tier) === '' ? {} : { serviceTier: textOf(service_tier) }),
  };
}
