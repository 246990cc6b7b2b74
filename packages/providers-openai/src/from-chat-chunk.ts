import type { AssistantBlock, JsonObject, ModelEnd, ModelEvent } from '@harness-sdk/core';
import { parseArguments } from '@harness-sdk/core/adapter';
import { ReasoningDetails } from './reasoning-details.ts';
import type { ChatChunk } from './chat-wire.ts';
import { toChatStop } from './stop-reason.ts';
import { toChatUsage, toCostUsd } from './usage.ts';
import { fieldsBeside, isObject, itemsOf, countOf, objectOf, textOf } from './wire.ts';

/** Fields in which servers send the text of reasoning, and take it back. */
export const reasoningFields = ['reasoning_content', 'reasoning'] as const;

/** What is known of a completion while it streams. Belongs to one call; only this file changes it. */
export interface ChatAnswer {
  /** Pieces of the visible text, joined once, at the end. */
  readonly text: string[];
  readonly thinking: string[];
  /** Where the reasoning stood: one of {@link reasoningFields}, or `content`. */
  thinkingField: string | undefined;
  readonly details: ReasoningDetails;
  /** In the order of their first piece. */
  readonly calls: OpenCall[];
  /** The call that an index stands for now. */
  readonly callsByIndex: Map<number, OpenCall>;
  usage: JsonObject | undefined;
  responseId: string | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  finishReason: string | undefined;
  hasRefusal: boolean;
  /** True once any chunk has arrived. */
  hasChunks: boolean;
  /** True once any content has come out. */
  contentStarted: boolean;
  /** True once the answer has been ended. */
  isComplete: boolean;
}

interface OpenCall {
  readonly id: string;
  /** Empty until it has come; nearly all servers send it with the first piece. */
  name: string;
  readonly json: string[];
  /** What else the server says of the call, such as a signature. */
  readonly native: JsonObject;
}

/** The state at the start of a call. */
export function newChatAnswer(): ChatAnswer {
  return {
    text: [],
    thinking: [],
    thinkingField: undefined,
    details: new ReasoningDetails(),
    calls: [],
    callsByIndex: new Map(),
    usage: undefined,
    responseId: undefined,
    model: undefined,
    serviceTier: undefined,
    finishReason: undefined,
    hasRefusal: false,
    hasChunks: false,
    contentStarted: false,
    isComplete: false,
  };
}

/**
 * One chunk as events of ours, in order. The work for a delta does not depend on what came before it. A completion has no
 * blocks: its text, its reasoning and its calls are one each, and come out as blocks at the end.
 *
 * @param answer - Changed to what is known after the chunk.
 */
export function fromChatChunk(chunk: ChatChunk, answer: ChatAnswer): readonly ModelEvent[] {
  takeFacts(chunk, answer);
  const events: ModelEvent[] = [];
  addReasoning(chunk.delta, answer, events);
  addContent(chunk.delta, answer, events);
  const calls = chunk.delta['tool_calls'];
  if (calls) for (const call of itemsOf(calls)) addCall(objectOf(call), answer, events);
  if (events.length > 0) answer.contentStarted = true;
  return events;
}

/** The end of the answer: its blocks, and why it ended. */
export function endChat(answer: ChatAnswer): readonly ModelEvent[] {
  answer.isComplete = true;
  return [...blocksOf(answer).map((block) => ({ type: 'block', block }) as const), endOf(answer)];
}

/** Counts are stated anew each time, not what was added: servers send them in every chunk, twice, or in the last. */
function takeFacts({ id, model, serviceTier, usage, choice }: ChatChunk, answer: ChatAnswer): void {
  answer.hasChunks = true;
  answer.responseId = id || answer.responseId;
  answer.model = model || answer.model;
  answer.serviceTier = serviceTier || answer.serviceTier;
  answer.usage = usage ?? answer.usage;
  answer.finishReason = textOf(choice?.['finish_reason']) || answer.finishReason;
}

/** Where a server sends the same reasoning twice, as text and in details, the text is what is shown. */
function addReasoning(delta: JsonObject, answer: ChatAnswer, events: ModelEvent[]): void {
  const { reasoning_details: details, reasoning_content: content, reasoning } = delta;
  // Nearly all deltas have none of them.
  if (!details && !content && !reasoning) return;
  const inDetails = answer.details.add(details);
  const field = reasoningFields.find((name) => textOf(delta[name]) !== '');
  if (field !== undefined) answer.thinkingField ??= field;
  addThinking(field === undefined ? inDetails : textOf(delta[field]), answer, events);
}

function addThinking(text: string, answer: ChatAnswer, events: ModelEvent[]): void {
  if (text === '') return;
  answer.thinking.push(text);
  events.push({ type: 'thinking_delta', text });
}

function addContent({ content, refusal }: JsonObject, answer: ChatAnswer, events: ModelEvent[]): void {
  if (typeof content === 'string') addText(content, answer, events);
  else for (const part of itemsOf(content)) addPart(objectOf(part), answer, events);
  if (textOf(refusal) === '') return;
  answer.hasRefusal = true;
  addText(textOf(refusal), answer, events);
}

function addText(text: string, answer: ChatAnswer, events: ModelEvent[]): void {
  if (text === '') return;
  answer.text.push(text);
  events.push({ type: 'text_delta', text });
}

/** Mistral sends reasoning as parts of the content, with the text once more in parts. */
function addPart(part: JsonObject, answer: ChatAnswer, events: ModelEvent[]): void {
  if (part['type'] !== 'thinking') return addText(textOf(part['text']), answer, events);
  answer.thinkingField ??= 'content';
  const { thinking } = part;
  const texts =
    typeof thinking === 'string' ? [thinking] : itemsOf(thinking).map((text) => textOf(objectOf(text)['text']));
  addThinking(texts.join(''), answer, events);
}

function addCall(piece: JsonObject, answer: ChatAnswer, events: ModelEvent[]): void {
  const { id, name, json } = pieceOf(piece);
  const call = callOf(piece, answer);
  const isFirst = call.json.length === 0 && answer.calls.at(-1) === call;
  if (json !== '') call.json.push(json);
  if (json !== '' || (isFirst && id + name !== '')) {
    events.push({ type: 'tool_call_delta', id: call.id, name: call.name, json });
  }
}

function pieceOf(piece: JsonObject): { readonly id: string; readonly name: string; readonly json: string } {
  const { name, arguments: json } = objectOf(piece['function']);
  // Some servers send arguments that are parsed already.
  return { id: textOf(piece['id']), name: textOf(name), json: isObject(json) ? JSON.stringify(json) : textOf(json) };
}

/**
 * The call that a piece belongs to. Most servers give the id with the first piece only, some with each; some count from 1;
 * some give every call of an answer the same index, or none, and tell them apart by their ids alone.
 */
function callOf(piece: JsonObject, answer: ChatAnswer): OpenCall {
  const { id, name } = pieceOf(piece);
  const index = countOf(piece['index']) ?? Math.max(0, ...answer.callsByIndex.keys());
  const known = answer.callsByIndex.get(index);
  if (known !== undefined && (id === '' || id === known.id)) {
    known.name ||= name;
    return known;
  }
  const native = fieldsBeside(piece, ['index', 'id', 'type', 'function']);
  const call: OpenCall = { id: id || `call_${answer.calls.length + 1}`, name, json: [], native };
  answer.calls.push(call);
  answer.callsByIndex.set(index, call);
  return call;
}

function blocksOf(answer: ChatAnswer): readonly AssistantBlock[] {
  const text = answer.text.join('');
  return [
    ...thinkingOf(answer),
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...answer.calls.map((call) => toolCallOf(call)),
  ];
}

function thinkingOf({ thinking, thinkingField, details }: ChatAnswer): readonly AssistantBlock[] {
  const text = thinking.join('');
  const all = details.whole();
  if (text === '' && all.length === 0) return [];
  const native: JsonObject = {
    ...(thinkingField === undefined ? {} : { field: thinkingField }),
    ...(all.length === 0 ? {} : { reasoning_details: all }),
  };
  return [{ type: 'thinking', text, native }];
}

function toolCallOf({ id, name, json, native }: OpenCall): AssistantBlock {
  return {
    type: 'tool_call',
    id,
    name,
    ...parseArguments(json.join('')),
    ...(Object.keys(native).length === 0 ? {} : { native }),
  };
}

function endOf(answer: ChatAnswer): ModelEnd {
  const { finishReason, responseId, model, serviceTier, usage, calls, hasRefusal } = answer;
  const costUsd = toCostUsd(usage);
  return {
    type: 'end',
    stop: toChatStop(finishReason, { hasToolCalls: calls.length > 0, hasRefusal }),
    ...(finishReason === undefined ? {} : { rawStop: finishReason }),
    usage: toChatUsage(usage) ?? {},
    ...(responseId === undefined ? {} : { responseId }),
    ...(model === undefined ? {} : { model }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}
