import type { AssistantBlock, Json, JsonObject, ModelEnd, ModelEvent, ToolCallBlock } from '@harness-sdk/core';
import { PartialArgs } from './partial-args.ts';
import { toModelStop } from './stop-reason.ts';
import { mergeUsage, toUsage } from './usage.ts';
import { isObject, textOf } from './wire.ts';
import type { WireCandidate, WireEvent, WireFunctionCall, WirePart, WireUsage } from './wire.ts';

/** What is known of an answer while it streams. Belongs to one call; only the functions of this file change it. */
export interface Answer {
  /** Fragments that make up one text or thought so far. Kept apart and joined once. */
  openText: { readonly type: 'text' | 'thinking'; readonly pieces: string[] } | undefined;
  /** A function call whose arguments are streamed. */
  openCall: OpenCall | undefined;
  /** What the answer says about its sources, by the name of the field. */
  readonly metadata: Map<string, Json>;
  usage: WireUsage | undefined;
  responseId: string | undefined;
  model: string | undefined;
  rawStop: string | undefined;
  finishMessage: string | undefined;
  blockReason: string | undefined;
  /** How many function calls there are, for the ids of those that come without. */
  calls: number;
  /** True once any content has come out. */
  contentStarted: boolean;
  /** True once the end has come out. */
  isComplete: boolean;
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
  readonly native: Json;
  readonly args: PartialArgs;
}

const alive: readonly ModelEvent[] = [{ type: 'ping' }];

/**
 * Fields of a candidate that say where the answer comes from. They stand beside the content and are none of its parts, so
 * they are kept and never sent back.
 */
const metadataFields = ['groundingMetadata', 'urlContextMetadata', 'citationMetadata'] as const;

/** True for the kind of a block that holds facts about an answer, and no part of it. */
export function isMetadata(kind: string): boolean {
  return metadataFields.some((name) => name === kind);
}

/** The state at the start of a call. */
export function newAnswer(): Answer {
  return {
    openText: undefined,
    openCall: undefined,
    metadata: new Map(),
    usage: undefined,
    responseId: undefined,
    model: undefined,
    rawStop: undefined,
    finishMessage: undefined,
    blockReason: undefined,
    calls: 0,
    contentStarted: false,
    isComplete: false,
  };
}

/**
 * One event of theirs as events of ours, in order. The work for a fragment does not depend on what came before it.
 *
 * No event says that it is the last: older models put a `finishReason` on every one. So the end is what
 * {@link endAnswer} gives when the stream is over.
 *
 * @param answer - Changed to what is known after the event.
 */
export function fromGoogleEvent(event: WireEvent, answer: Answer): readonly ModelEvent[] {
  const { responseId, modelVersion, usageMetadata, promptFeedback } = event;
  answer.responseId ??= textOf(responseId) || undefined;
  answer.model = textOf(modelVersion) || answer.model;
  if (isObject(usageMetadata)) answer.usage = mergeUsage(answer.usage, usageMetadata);
  answer.blockReason = textOf(promptFeedback?.blockReason) || answer.blockReason;
  // A second candidate would be another answer.
  const candidate = event.candidates?.find(({ index }) => !index);
  const events: ModelEvent[] = [];
  if (candidate !== undefined) addCandidate(candidate, answer, events);
  if (events.length === 0) return alive;
  answer.contentStarted = true;
  return events;
}

/** True where the answer has said why it stopped, so that the end of the stream is its end. */
export function hasStopped({ rawStop, blockReason }: Answer): boolean {
  return rawStop !== undefined || blockReason !== undefined;
}

/** What comes out when the stream is over: what is still open, what was said about the sources, and the end. */
export function endAnswer(answer: Answer): readonly ModelEvent[] {
  const events: ModelEvent[] = [];
  closeText(answer, events);
  closeCall(answer, events, toModelStop(answer.rawStop, true) === 'length');
  for (const [kind, native] of answer.metadata) events.push({ type: 'block', block: { type: 'opaque', kind, native } });
  if (events.length > 0) answer.contentStarted = true;
  answer.isComplete = true;
  return [...events, endOf(answer)];
}

function addCandidate(candidate: WireCandidate, answer: Answer, events: ModelEvent[]): void {
  for (const part of candidate.content?.parts ?? []) addPart(part, answer, events);
  // "Default value. This value is unused."
  const finishReason = textOf(candidate.finishReason);
  if (finishReason !== 'FINISH_REASON_UNSPECIFIED') answer.rawStop = finishReason || answer.rawStop;
  answer.finishMessage = textOf(candidate.finishMessage) || answer.finishMessage;
  for (const name of metadataFields) {
    const value = candidate[name];
    if (isObject(value) && Object.keys(value).length > 0) answer.metadata.set(name, value);
  }
}

function addPart(part: WirePart, answer: Answer, events: ModelEvent[]): void {
  if (typeof part.text === 'string') addText(part, part.text, answer, events);
  else if (isObject(part.functionCall)) addCall(part, part.functionCall, answer, events);
  else addOpaque(part, answer, events);
}

/**
 * Fragments of a text make one block. One that carries anything else, such as a signature, is a block of its own, even
 * where its text is empty: it has to go back as it came, and merging it with others would move the signature.
 */
function addText(part: WirePart, text: string, answer: Answer, events: ModelEvent[]): void {
  const type = part.thought === true ? 'thinking' : 'text';
  const isSigned = hasMore(part);
  if (answer.openCall !== undefined) closeCall(answer, events, false);
  if (answer.openText?.type !== type || isSigned) closeText(answer, events);
  if (text !== '') events.push({ type: type === 'text' ? 'text_delta' : 'thinking_delta', text });
  if (isSigned) events.push({ type: 'block', block: signedBlock(part, text) });
  else if (text !== '') (answer.openText ??= { type, pieces: [] }).pieces.push(text);
}

function hasMore(part: WirePart): boolean {
  for (const name in part) if (name !== 'text' && name !== 'thought') return true;
  return false;
}

function signedBlock(part: WirePart, text: string): AssistantBlock {
  const { text: _, ...native } = part;
  if (native.thought === true) return { type: 'thinking', text, native };
  return { type: 'text', text, native };
}

function closeText(answer: Answer, events: ModelEvent[]): void {
  if (answer.openText === undefined) return;
  const { type, pieces } = answer.openText;
  const text = pieces.join('');
  const block: AssistantBlock = type === 'text' ? { type, text } : { type, text, native: { thought: true } };
  events.push({ type: 'block', block });
  answer.openText = undefined;
}

function addCall(part: WirePart, call: WireFunctionCall, answer: Answer, events: ModelEvent[]): void {
  closeText(answer, events);
  const isBegun = textOf(call.name ?? undefined) !== '';
  if (isBegun) beginCall(part, call, answer, events);
  const open = answer.openCall;
  if (open !== undefined) {
    addPiece(call, open, events);
    if (call.willContinue !== true) closeCall(answer, events, false);
  } else if (!isBegun && (call.args || call.partialArgs)) {
    throw new TypeError('A function call goes on without having begun.');
  }
}

/** The first piece of a call has its name, and is the whole call where the arguments are not streamed. */
function beginCall(part: WirePart, call: WireFunctionCall, answer: Answer, events: ModelEvent[]): void {
  closeCall(answer, events, false);
  answer.calls++;
  const begun = {
    id: textOf(call.id ?? undefined) || `${answer.responseId ?? 'call'}_${answer.calls}`,
    name: textOf(call.name ?? undefined),
    native: nativeOf(part, call),
  };
  if (call.willContinue === true || call.partialArgs) answer.openCall = { ...begun, args: new PartialArgs() };
  else addWholeCall(begun, call, events);
}

function addPiece(call: WireFunctionCall, { id, name, args }: OpenCall, events: ModelEvent[]): void {
  for (const partial of call.partialArgs ?? []) args.add(partial);
  events.push({ type: 'tool_call_delta', id, name, json: '' });
}

/** The part without what the block says itself; an `id` only where one was sent, because only then it goes back. */
function nativeOf(part: WirePart, call: WireFunctionCall): JsonObject {
  const { name: _name, args: _args, partialArgs: _partialArgs, willContinue: _willContinue, ...functionCall } = call;
  return { ...part, functionCall };
}

type Call = Pick<ToolCallBlock, 'id' | 'name'> & { readonly native: Json };

function addWholeCall({ id, name, native }: Call, call: WireFunctionCall, events: ModelEvent[]): void {
  const args = call.args ?? {};
  events.push({ type: 'tool_call_delta', id, name, json: JSON.stringify(args) });
  events.push({ type: 'block', block: { type: 'tool_call', id, name, args, native } });
}

function closeCall(answer: Answer, events: ModelEvent[], isCut: boolean): void {
  if (answer.openCall === undefined) return;
  const { id, name, native, args } = answer.openCall;
  const parsed = args.toArguments(isCut);
  const json = 'args' in parsed ? JSON.stringify(parsed.args) : parsed.rawArgs;
  events.push({ type: 'tool_call_delta', id, name, json });
  events.push({ type: 'block', block: { type: 'tool_call', id, name, ...parsed, native } });
  answer.openCall = undefined;
}

/** Named after its one field that says what it is: `executableCode`, `inlineData`. */
function addOpaque(part: WirePart, answer: Answer, events: ModelEvent[]): void {
  const kind = Object.keys(part).find((name) => isObject(part[name])) ?? Object.keys(part)[0];
  if (kind === undefined) return;
  closeText(answer, events);
  closeCall(answer, events, false);
  events.push({ type: 'block', block: { type: 'opaque', kind, native: part } });
}

function endOf(answer: Answer): ModelEnd {
  const { responseId, model, blockReason } = answer;
  const rawStop = answer.rawStop ?? blockReason;
  const serviceTier = textOf(answer.usage?.serviceTier) || undefined;
  return {
    type: 'end',
    stop: answer.rawStop === undefined ? 'refusal' : toModelStop(answer.rawStop, answer.calls > 0),
    usage: toUsage(answer.usage) ?? {},
    ...(rawStop === undefined ? {} : { rawStop }),
    ...(responseId === undefined ? {} : { responseId }),
    ...(model === undefined ? {} : { model }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}
