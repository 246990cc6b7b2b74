import type { AssistantBlock, Json, JsonObject, ModelEnd, ModelEvent } from '@harness-sdk/core';
import { parseArguments } from '@harness-sdk/core/adapter';
import { toModelStop } from './stop-reason.ts';
import { mergeUsage, toUsage } from './usage.ts';
import { isObject, itemsOf, textOf } from './wire.ts';
import type { WireBlock, WireDelta, WireEvent, WireMessage, WireUsage } from './wire.ts';

/** What is known of an answer while it streams. Belongs to one call; only {@link fromAnthropicEvent} changes it. */
export interface Answer {
  /** Blocks that have started and not stopped, by their index. */
  readonly openBlocks: Map<number, OpenBlock>;
  usage: WireUsage | undefined;
  responseId: string | undefined;
  model: string | undefined;
  rawStop: string | undefined;
  hasToolCalls: boolean;
  /** True once any content has come out. */
  contentStarted: boolean;
  /** True once the terminal event has arrived. */
  isComplete: boolean;
}

/** A block that is still arriving. Pieces are kept apart and joined once, when it stops. */
interface OpenBlock {
  readonly start: WireBlock;
  /** Text of a text or thinking block. */
  readonly text: string[];
  /** JSON of a tool's input. */
  readonly json: string[];
  readonly signature: string[];
  readonly citations: Json[];
  /** Fields that other deltas brought. */
  readonly fields: Map<string, Json>;
}

const nothing: readonly ModelEvent[] = [];
const alive: readonly ModelEvent[] = [{ type: 'ping' }];

/** The state at the start of a call. */
export function newAnswer(): Answer {
  return {
    openBlocks: new Map(),
    usage: undefined,
    responseId: undefined,
    model: undefined,
    rawStop: undefined,
    hasToolCalls: false,
    contentStarted: false,
    isComplete: false,
  };
}

/**
 * One event of theirs as events of ours, in order. The work for a delta does not depend on what came before it.
 *
 * @param answer - Changed to what is known after the event.
 */
export function fromAnthropicEvent(
  event: Exclude<WireEvent, { type: 'error' }>,
  answer: Answer,
): readonly ModelEvent[] {
  const events = convert(event, answer);
  if (events.length > 0 && event.type !== 'message_stop' && event.type !== 'ping') answer.contentStarted = true;
  return events;
}

function convert(event: Exclude<WireEvent, { type: 'error' }>, answer: Answer): readonly ModelEvent[] {
  switch (event.type) {
    case 'message_start':
      return startMessage(event.message ?? {}, answer);
    case 'content_block_start':
      return [...stopLeftOpen(event.index, answer), ...startBlock(event.index, event.content_block, answer)];
    case 'content_block_delta':
      return addDelta(event.delta, openBlock(event.index, answer));
    case 'content_block_stop':
      return stopBlock(event.index, answer);
    case 'message_delta':
      answer.usage = isObject(event.usage) ? mergeUsage(answer.usage, event.usage) : answer.usage;
      answer.rawStop = textOf(event.delta?.stop_reason) || answer.rawStop;
      return nothing;
    case 'message_stop':
      return endMessage(answer);
    case 'ping':
      return alive;
  }
}

/** Gateways send it twice; the second time it says the same. */
function startMessage(message: WireMessage, answer: Answer): readonly ModelEvent[] {
  answer.responseId = textOf(message.id) || answer.responseId;
  answer.model = textOf(message.model) || answer.model;
  answer.usage = isObject(message.usage) ? mergeUsage(answer.usage, message.usage) : answer.usage;
  return nothing;
}

/** A gateway may leave out the stop of a block and use its index again. */
function stopLeftOpen(index: number, answer: Answer): readonly ModelEvent[] {
  return answer.openBlocks.has(index) ? stopBlock(index, answer) : nothing;
}

/** A block may start with content in it: gateways send short ones whole. */
function startBlock(index: number, start: WireBlock, answer: Answer): readonly ModelEvent[] {
  const block: OpenBlock = { start, text: [], json: [], signature: [], citations: [], fields: new Map() };
  answer.openBlocks.set(index, block);
  switch (start.type) {
    case 'text':
      return addText(textOf(start['text']), block);
    case 'thinking':
      return addThinking(textOf(start['thinking']), block);
    case 'tool_use':
      return [toolCallDelta(start, '')];
    default:
      return nothing;
  }
}

function openBlock(index: number, answer: Answer): OpenBlock {
  const block = answer.openBlocks.get(index);
  if (block === undefined) throw new TypeError(`Content block ${index} goes on without having started.`);
  return block;
}

function addDelta(delta: WireDelta, block: OpenBlock): readonly ModelEvent[] {
  switch (delta.type) {
    case 'text_delta':
      return addText(textOf(delta['text']), block);
    case 'thinking_delta':
      return addThinking(textOf(delta['thinking']), block);
    case 'input_json_delta':
      return addJson(textOf(delta['partial_json']), block);
    case 'signature_delta':
      block.signature.push(textOf(delta['signature']));
      return nothing;
    case 'citations_delta':
      if (delta['citation'] !== undefined) block.citations.push(delta['citation']);
      return nothing;
    default:
      return addFields(delta, block);
  }
}

function addText(text: string, block: OpenBlock): readonly ModelEvent[] {
  if (text === '') return nothing;
  block.text.push(text);
  return block.start.type === 'text' ? [{ type: 'text_delta', text }] : nothing;
}

function addThinking(text: string, block: OpenBlock): readonly ModelEvent[] {
  if (text === '') return nothing;
  block.text.push(text);
  return block.start.type === 'thinking' ? [{ type: 'thinking_delta', text }] : nothing;
}

function addJson(json: string, block: OpenBlock): readonly ModelEvent[] {
  if (json === '') return nothing;
  block.json.push(json);
  return block.start.type === 'tool_use' ? [toolCallDelta(block.start, json)] : nothing;
}

function toolCallDelta(start: WireBlock, json: string): ModelEvent {
  return { type: 'tool_call_delta', id: textOf(start['id']), name: textOf(start['name']), json };
}

/** A delta of a kind of its own, such as `compaction_delta`: strings go on, anything else is set. */
function addFields(delta: WireDelta, block: OpenBlock): readonly ModelEvent[] {
  for (const [name, value] of Object.entries(delta)) {
    if (name === 'type' || value === undefined) continue;
    const before = block.fields.get(name);
    block.fields.set(name, typeof before === 'string' && typeof value === 'string' ? before + value : value);
  }
  return nothing;
}

function stopBlock(index: number, answer: Answer): readonly ModelEvent[] {
  const block = openBlock(index, answer);
  answer.openBlocks.delete(index);
  const finished: ModelEvent = { type: 'block', block: finishBlock(block) };
  if (block.start.type !== 'tool_use') return [finished];
  answer.hasToolCalls = true;
  return block.json.length === 0 && hasInput(block.start)
    ? [toolCallDelta(block.start, JSON.stringify(block.start['input'])), finished]
    : [finished];
}

/** True where a call came with its input whole at its start. */
function hasInput({ input }: WireBlock): boolean {
  return isObject(input) && Object.keys(input).length > 0;
}

function finishBlock(block: OpenBlock): AssistantBlock {
  switch (block.start.type) {
    case 'text':
      return finishText(block);
    case 'thinking':
      return finishThinking(block);
    case 'redacted_thinking':
      return { type: 'thinking', text: '', native: block.start };
    case 'tool_use':
      return finishToolCall(block);
    default:
      return finishOpaque(block);
  }
}

function finishText({ start, text, citations }: OpenBlock): AssistantBlock {
  const all = [...itemsOf(start['citations']), ...citations];
  const native = all.length === 0 ? {} : { native: { citations: all } };
  return { type: 'text', text: text.join(''), ...native };
}

/** `native` is the block without its text. Without a signature the vendor would not take it back, so there is none. */
function finishThinking({ start, text, signature }: OpenBlock): AssistantBlock {
  const { thinking: _, ...rest } = start;
  const signed = signature.join('') || textOf(start['signature']);
  const native = signed === '' ? {} : { native: { ...rest, signature: signed } };
  return { type: 'thinking', text: text.join(''), ...native };
}

function finishToolCall({ start, json }: OpenBlock): AssistantBlock {
  const { type: _, id, name, input, ...rest } = start;
  const native: JsonObject = rest;
  return {
    type: 'tool_call',
    id: textOf(id),
    name: textOf(name),
    ...parseArguments(json.join(''), input),
    ...(Object.keys(native).length === 0 ? {} : { native }),
  };
}

function finishOpaque({ start, text, json, fields }: OpenBlock): AssistantBlock {
  const input = parseArguments(json.join(''), start['input']);
  const native: JsonObject = {
    ...start,
    ...('args' in input && isObject(input.args) && json.length > 0 ? { input: input.args } : {}),
    ...(text.length > 0 ? { text: textOf(start['text']) + text.join('') } : {}),
    ...Object.fromEntries(fields),
  };
  return { type: 'opaque', kind: start.type, native };
}

function endMessage(answer: Answer): readonly ModelEvent[] {
  // A gateway may leave out the stop of the last block.
  const blocks = [...answer.openBlocks.keys()].flatMap((index) => stopBlock(index, answer));
  if (blocks.length > 0) answer.contentStarted = true;
  answer.isComplete = true;
  return [...blocks, endOf(answer)];
}

function endOf(answer: Answer): ModelEnd {
  const { rawStop, responseId, model } = answer;
  // A speed has a price of its own, as a tier has.
  const isFast = answer.usage?.['speed'] === 'fast';
  const serviceTier = isFast ? 'fast' : textOf(answer.usage?.service_tier) || undefined;
  return {
    type: 'end',
    stop: toModelStop(rawStop, answer.hasToolCalls),
    usage: toUsage(answer.usage) ?? {},
    ...(rawStop === undefined ? {} : { rawStop }),
    ...(responseId === undefined ? {} : { responseId }),
    ...(model === undefined ? {} : { model }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}
