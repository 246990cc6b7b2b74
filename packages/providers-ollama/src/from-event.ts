import type { AssistantBlock, ModelEnd, ModelEvent, Usage } from '@harness-sdk/core';
import { parseArguments } from '@harness-sdk/core/adapter';
import { toModelStop } from './stop-reason.ts';
import { endThinking, newTagState, splitThinking } from './think-tags.ts';
import type { TaggedText, TagState } from './think-tags.ts';
import { toUsage } from './usage.ts';
import { isObject, itemsOf, textOf } from './wire.ts';
import type { WireChunk, WireToolCall } from './wire.ts';

/** What is known of an answer while it streams. Belongs to one call; only {@link fromOllamaEvent} changes it. */
export interface Answer {
  /** The block that is still arriving. */
  openBlock: { readonly type: TaggedText['type']; text: string } | undefined;
  readonly tags: TagState;
  /** Ids of its tool calls. */
  readonly callIds: Set<string>;
  /** Tool calls in the history, so that made-up ids go on from there. */
  readonly callsBefore: number;
  usage: Usage | undefined;
  model: string | undefined;
  rawStop: string | undefined;
  /** True once any content has come out. */
  contentStarted: boolean;
  /** True once the last line has arrived. */
  isComplete: boolean;
}

/** A line that says nothing, which shows that the model is at work. */
const ping: readonly ModelEvent[] = [{ type: 'ping' }];

/**
 * The state at the start of a call.
 *
 * @param callsBefore - Tool calls in the history.
 */
export function newAnswer(callsBefore: number = 0): Answer {
  return {
    openBlock: undefined,
    tags: newTagState(),
    callIds: new Set(),
    callsBefore,
    usage: undefined,
    model: undefined,
    rawStop: undefined,
    contentStarted: false,
    isComplete: false,
  };
}

/**
 * One line of theirs as events of ours, in order. The work for a line does not depend on what came before it.
 *
 * @param answer - Changed to what is known after the line.
 * @throws TypeError for a tool call without a name.
 */
export function fromOllamaEvent(chunk: WireChunk, answer: Answer): readonly ModelEvent[] {
  const { model, message, done } = chunk;
  if (typeof model === 'string' && model !== '') answer.model = model;
  const text = textOf(message?.content);
  const { openBlock } = answer;
  // What nearly all lines are, more of the text and nothing else, gets the shortest way.
  const isMore = openBlock?.type === 'text' && done !== true && text !== '';
  if (isMore && !message?.thinking && !message?.tool_calls) {
    openBlock.text += text;
    return [{ type: 'text_delta', text }];
  }
  const events: ModelEvent[] = [];
  addThinking(textOf(message?.thinking), answer, events);
  addContent(text, answer, events);
  for (const call of itemsOf(message?.tool_calls)) addToolCall(isObject(call) ? call : {}, answer, events);
  if (events.length > 0) answer.contentStarted = true;
  if (done === true) return endAnswer(chunk, answer, events);
  return events.length === 0 ? ping : events;
}

/** Where the server tells thinking from text, tags in the content are text. */
function addThinking(text: string, answer: Answer, events: ModelEvent[]): void {
  if (text === '') return;
  add(endThinking(answer.tags), answer, events);
  add([{ type: 'thinking', text }], answer, events);
}

function addContent(text: string, answer: Answer, events: ModelEvent[]): void {
  if (text !== '') add(splitThinking(text, answer.tags), answer, events);
}

function add(pieces: readonly TaggedText[], answer: Answer, events: ModelEvent[]): void {
  for (const { type, text } of pieces) {
    if (answer.openBlock?.type !== type) {
      closeBlock(answer, events);
      answer.openBlock = { type, text: '' };
    }
    answer.openBlock.text += text;
    events.push(type === 'text' ? { type: 'text_delta', text } : { type: 'thinking_delta', text });
  }
}

function closeBlock(answer: Answer, events: ModelEvent[]): void {
  if (answer.openBlock === undefined) return;
  const { type, text } = answer.openBlock;
  answer.openBlock = undefined;
  events.push({ type: 'block', block: { type, text } });
}

function addToolCall(call: WireToolCall, answer: Answer, events: ModelEvent[]): void {
  add(endThinking(answer.tags), answer, events);
  closeBlock(answer, events);
  const block = toBlock(call, answer);
  const json = block.rawArgs ?? JSON.stringify(block.args);
  events.push({ type: 'tool_call_delta', id: block.id, name: block.name, json }, { type: 'block', block });
}

function toBlock(call: WireToolCall, answer: Answer): Extract<AssistantBlock, { type: 'tool_call' }> {
  const name = textOf(call.function?.name);
  if (name === '') throw new TypeError('Expected a tool call to have a name.');
  const given = call.function?.arguments ?? {};
  const args = typeof given === 'string' ? parseArguments(given) : { args: given };
  return { type: 'tool_call', id: newCallId(textOf(call.id), answer), name, ...args };
}

/** The id of a call, or one of our own: the number of the call in the conversation, the same each time. */
function newCallId(given: string, answer: Answer): string {
  let id = given;
  for (let number = answer.callsBefore + answer.callIds.size + 1; id === '' || answer.callIds.has(id); number++) {
    id = `call_${number}`;
  }
  answer.callIds.add(id);
  return id;
}

function endAnswer(chunk: WireChunk, answer: Answer, events: ModelEvent[]): readonly ModelEvent[] {
  add(endThinking(answer.tags), answer, events);
  closeBlock(answer, events);
  if (events.length > 0) answer.contentStarted = true;
  answer.usage = toUsage(chunk);
  answer.rawStop = textOf(chunk.done_reason) || undefined;
  answer.isComplete = true;
  events.push(endOf(answer));
  return events;
}

function endOf({ rawStop, callIds, usage = {}, model }: Answer): ModelEnd {
  return {
    type: 'end',
    stop: toModelStop(rawStop, callIds.size > 0),
    usage,
    ...(rawStop === undefined ? {} : { rawStop }),
    ...(model === undefined ? {} : { model }),
  };
}
