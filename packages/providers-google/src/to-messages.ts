import type {
  AssistantBlock,
  AssistantMessage,
  ContentBlock,
  Json,
  JsonObject,
  OpaqueBlock,
  TextBlock,
  ThinkingBlock,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { isMetadata } from './from-event.ts';
import { isSameModel, knownModel } from './model-info.ts';
import { toToolName } from './tool-name.ts';
import { isObject } from './wire.ts';

/** A part of their content: `text`, `inlineData`, `functionCall`, `functionResponse` or one of their own. */
type GooglePart = JsonObject;

/** A message of theirs. */
export interface GoogleContent extends JsonObject {
  readonly role: 'user' | 'model';
  readonly parts: readonly GooglePart[];
}

/**
 * Stands for the signature of a call that the model to be called has not made: "in case where signatures can't be
 * retained", the API takes this word instead, and without any it refuses the history.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const noSignature = 'skip_thought_signature_validator';

/**
 * The transcript as the API takes it: behind each message of the model with function calls one message with the responses
 * to all of them, in the order of the calls, and what the user says besides in a message of its own.
 *
 * The same messages always give the same ones, whatever follows them, so that the prefix can be cached.
 *
 * @param modelId - The model to be called: signatures of another one are left out.
 */
export function toGoogleContents(messages: readonly TranscriptMessage[], modelId: string): GoogleContent[] {
  const contents: GoogleContent[] = [];
  let turn: Turn = noTurn;
  const settle = (): void => {
    contents.push(...toResponses(turn, modelId));
    turn = noTurn;
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      for (const result of message.content) addResult(result, turn);
      continue;
    }
    settle();
    if (message.role === 'user') {
      addContent('user', message.content.flatMap(toUserPart), contents);
      continue;
    }
    addContent('model', toModelParts(message, modelId), contents);
    turn = openTurn(message, modelId);
  }
  settle();
  return contents;
}

function addContent(role: GoogleContent['role'], parts: readonly GooglePart[], contents: GoogleContent[]): void {
  if (parts.length > 0) contents.push({ role, parts });
}

/** The calls of one message that wait for responses. */
interface Turn {
  readonly calls: readonly { readonly block: ToolCallBlock; readonly sentId: string | undefined }[];
  /** By the id of the call; the first of two for one call stands. */
  readonly results: Map<string, ToolResultBlock>;
}

const noTurn: Turn = { calls: [], results: new Map() };

function openTurn({ content, origin }: AssistantMessage, modelId: string): Turn {
  const from = originOf(origin, modelId);
  const calls = content.flatMap((block) => (block.type === 'tool_call' ? [block] : []));
  return { calls: calls.map((block) => ({ block, sentId: sentIdOf(block, from) })), results: new Map() };
}

function addResult(result: ToolResultBlock, { calls, results }: Turn): void {
  const isAsked = calls.some(({ block }) => block.id === result.toolCallId);
  if (isAsked && !results.has(result.toolCallId)) results.set(result.toolCallId, result);
}

/** All responses to one message in one content: the API counts them against the calls. */
function toResponses({ calls, results }: Turn, modelId: string): readonly GoogleContent[] {
  if (calls.length === 0) return [];
  const { isSinceGemini3 } = knownModel(modelId);
  const answered = calls.map(({ block, sentId }) => ({ block, sentId, result: results.get(block.id) }));
  const parts = answered.map(({ block, sentId, result }) => {
    const images = isSinceGemini3 ? imagesOf(result) : [];
    const response = result === undefined ? missingResult : toResponse(result);
    const id = sentId === undefined ? {} : { id: sentId };
    const withImages = images.length === 0 ? {} : { parts: images };
    return { functionResponse: { ...id, name: toToolName(block.name), response, ...withImages } };
  });
  // Older models take images only from the user.
  const shown = isSinceGemini3 ? [] : answered.flatMap(({ result }) => imagesOf(result));
  const contents: GoogleContent[] = [{ role: 'user', parts }];
  addContent('user', shown, contents);
  return contents;
}

function toResponse({ content, isError }: ToolResultBlock): JsonObject {
  const text =
    typeof content === 'string'
      ? content
      : content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  return isError ? { error: text || 'The tool failed without saying why.' } : { output: text };
}

function imagesOf(result: ToolResultBlock | undefined): readonly GooglePart[] {
  const content = result?.content ?? '';
  return typeof content === 'string'
    ? []
    : content.flatMap((block) => (block.type === 'image' ? [toImage(block)] : []));
}

/** For a call that the history does not answer: the API refuses to go on without. */
const missingResult: JsonObject = {
  error: 'Outcome unknown: the history holds no result of this call. Verify before retrying.',
};

/** Whose native data a message carries. */
interface Origin {
  /** Written by a model of this provider. */
  readonly isOwn: boolean;
  /** Written by the very model that is called. */
  readonly isSameModel: boolean;
}

function originOf(origin: AssistantMessage['origin'], modelId: string): Origin {
  const isOwn = origin?.provider === 'google';
  return { isOwn, isSameModel: isOwn && isSameModel(origin.model, modelId) };
}

function toModelParts({ content, origin }: AssistantMessage, modelId: string): readonly GooglePart[] {
  const from = originOf(origin, modelId);
  const parts = content.flatMap((block) => toModelPart(block, from));
  return hasOwnCalls(content, from) || !knownModel(modelId).isSinceGemini3 ? parts : withoutValidation(parts);
}

/** True where the calls go back as the model made them, so that only the first one has a signature, or none. */
function hasOwnCalls(content: readonly AssistantBlock[], from: Origin): boolean {
  return from.isSameModel && content.some((block) => block.type === 'tool_call' && isObject(block.native));
}

/** Only the first call of a message is asked for its signature. */
function withoutValidation(parts: readonly GooglePart[]): readonly GooglePart[] {
  const first = parts.findIndex((part) => part['functionCall'] !== undefined);
  return parts.map((part, index) => (index === first ? { ...part, thoughtSignature: noSignature } : part));
}

function toModelPart(block: AssistantBlock, from: Origin): readonly GooglePart[] {
  switch (block.type) {
    case 'text':
      return toText(block, from);
    case 'thinking':
      return toThought(block, from);
    case 'tool_call':
      return [toFunctionCall(block, from)];
    case 'opaque':
      return from.isOwn ? toOwnPart(block, from) : [];
  }
}

/** What blocks of other kinds stand for does not come in by this door. */
function toOwnPart({ kind, native }: OpaqueBlock, from: Origin): readonly GooglePart[] {
  if (!isObject(native) || isMetadata(kind)) return [];
  const isOther = ['text', 'functionCall', 'functionResponse'].some((name) => (native[name] ?? null) !== null);
  return isOther ? [] : [signed(native, from)];
}

/** Fields that say what a part is. The block says that, and what is native to it does not change it. */
const fieldsOfBlocks: ReadonlySet<string> = new Set(['text', 'thought', 'functionCall', 'functionResponse']);

/** What came with a part besides what its block says, such as a signature. */
function moreOf(native: Json | undefined): JsonObject {
  if (!isObject(native)) return {};
  return Object.fromEntries(Object.entries(native).filter(([name]) => !fieldsOfBlocks.has(name)));
}

/** Text without content is only there for what comes with it. */
function toText({ text, native }: TextBlock, from: Origin): readonly GooglePart[] {
  const more = from.isSameModel ? moreOf(native) : {};
  return text === '' && Object.keys(more).length === 0 ? [] : [{ text, ...more }];
}

/** Thoughts go back to the model that had them, and nowhere else. */
function toThought({ text, native }: ThinkingBlock, from: Origin): readonly GooglePart[] {
  return from.isSameModel && isObject(native) ? [{ text, thought: true, ...moreOf(native) }] : [];
}

function toFunctionCall(block: ToolCallBlock, from: Origin): GooglePart {
  const native = from.isOwn && isObject(block.native) ? block.native : {};
  const call = isObject(native['functionCall']) ? native['functionCall'] : {};
  const sentId = sentIdOf(block, from);
  const { id: _, ...rest } = call;
  const id = sentId === undefined ? {} : { id: sentId };
  return {
    ...signed(moreOf(native), from),
    functionCall: { ...rest, ...id, name: toToolName(block.name), args: toArgs(block) },
  };
}

/**
 * The id of a call that came with one; where the API gave none, it takes none. It is that of the block, because the core
 * renames an id that a session has twice.
 */
function sentIdOf({ id, native }: ToolCallBlock, from: Origin): string | undefined {
  const call = from.isSameModel && isObject(native) ? native['functionCall'] : undefined;
  return isObject(call) && typeof call['id'] === 'string' ? id : undefined;
}

/** Another model of the vendor gets the part without the signature, which is not its own. */
function signed(part: JsonObject, from: Origin): JsonObject {
  if (from.isSameModel) return part;
  const { thoughtSignature: _, ...rest } = part;
  return rest;
}

/** The API takes only an object; what a model wrote instead is put into one, so that it can see what it wrote. */
function toArgs({ args, rawArgs }: ToolCallBlock): Json {
  if (isObject(args)) return args;
  if (args !== undefined) return { value: args };
  return rawArgs === undefined ? {} : { unparsed_input: rawArgs };
}

function toUserPart(block: ContentBlock): readonly GooglePart[] {
  if (block.type === 'image') return [toImage(block)];
  // "Unable to submit request because it must have a text parameter" for text without content.
  return block.text === '' ? [] : [{ text: block.text }];
}

function toImage({ mediaType, data }: Extract<ContentBlock, { type: 'image' }>): GooglePart {
  return { inlineData: { mimeType: mediaType, data } };
}
