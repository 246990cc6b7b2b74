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
import type {
  Base64ImageSource,
  ContentBlockParam,
  ImageBlockParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { isSameModel } from './model-info.ts';
import { toToolUseId, toToolUseName } from './tool-use-id.ts';
import { isObject } from './wire.ts';

/** A message of theirs, always with blocks. */
export interface AnthropicMessage {
  readonly role: 'user' | 'assistant';
  readonly content: ContentBlockParam[];
}

/**
 * The transcript as the API takes it: user and assistant in turns; behind each assistant message with tool calls a user
 * message that starts with one result for every call, in the order of the calls; no text without content.
 *
 * The same messages always give the same ones, whatever follows them, so that the prefix can be cached and the
 * signatures of thinking stay valid.
 *
 * @param modelId - The model to be called: thinking of another one is left out.
 */
export function toAnthropicMessages(messages: readonly TranscriptMessage[], modelId: string): AnthropicMessage[] {
  const turns = toTurns(messages, modelId);
  return turns
    .map((turn, index) => (turn.role === 'assistant' ? turn : toUserMessage(turn, turns[index - 1])))
    .map(({ role, content }) => ({ role, content }))
    .filter(({ content }) => content.length > 0);
}

function toUserMessage({ role, results, content }: UserTurn, before: Turn | undefined): AnthropicMessage {
  const calls = before?.role === 'assistant' ? before.callIds : [];
  return { role, content: [...calls.map((id) => results.get(id) ?? missingResult(id)), ...content] };
}

type Turn = AssistantTurn | UserTurn;

interface AssistantTurn {
  readonly role: 'assistant';
  readonly content: ContentBlockParam[];
  readonly callIds: string[];
}

interface UserTurn {
  readonly role: 'user';
  /** By the id of the call; the first of two for one call stands. */
  readonly results: Map<string, ToolResultBlockParam>;
  readonly content: ContentBlockParam[];
}

function toTurns(messages: readonly TranscriptMessage[], modelId: string): readonly Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    switch (message.role) {
      case 'user':
        userTurn(turns).content.push(...toContent(message.content));
        break;
      case 'tool':
        addResults(message.content, userTurn(turns));
        break;
      case 'assistant':
        addAssistant(message, turns, modelId);
    }
  }
  // Calls at the end of a history need their answers too.
  if (hasCalls(turns.at(-1))) userTurn(turns);
  return turns;
}

function userTurn(turns: Turn[]): UserTurn {
  const last = turns.at(-1);
  if (last?.role === 'user') return last;
  const turn: UserTurn = { role: 'user', results: new Map(), content: [] };
  turns.push(turn);
  return turn;
}

function addResults(results: readonly ToolResultBlock[], turn: UserTurn): void {
  for (const result of results) {
    const id = toToolUseId(result.toolCallId);
    if (!turn.results.has(id)) turn.results.set(id, toToolResult(result, id));
  }
}

/** Goes on with the assistant turn before it, as after a pause, unless calls in that one wait for answers. */
function addAssistant(message: AssistantMessage, turns: Turn[], modelId: string): void {
  const content = toAssistantContent(message, modelId);
  if (content.length === 0) return;
  if (hasCalls(turns.at(-1))) userTurn(turns);
  const callIds = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const last = turns.at(-1);
  if (last?.role === 'assistant') {
    last.content.push(...content);
    last.callIds.push(...callIds);
  } else {
    turns.push({ role: 'assistant', content, callIds });
  }
}

function hasCalls(turn: Turn | undefined): boolean {
  return turn?.role === 'assistant' && turn.callIds.length > 0;
}

/** Whose native data a message carries. */
interface Origin {
  /** Written by a model of this provider. */
  readonly isOwn: boolean;
  /** Written by the very model that is called. */
  readonly isSameModel: boolean;
}

function toAssistantContent({ content, origin }: AssistantMessage, modelId: string): ContentBlockParam[] {
  const isOwn = origin?.provider === 'anthropic';
  const from: Origin = { isOwn, isSameModel: isOwn && isSameModel(origin.model, modelId) };
  const blocks = content.flatMap((block) => toAssistantBlock(block, from));
  const last = blocks.at(-1);
  // "final assistant content cannot end with trailing whitespace"; trimmed in every place, so that no prefix changes.
  return last?.type === 'text' ? [...blocks.slice(0, -1), { ...last, text: last.text.trimEnd() }] : blocks;
}

function toAssistantBlock(block: AssistantBlock, from: Origin): readonly ContentBlockParam[] {
  switch (block.type) {
    case 'text':
      return toText(block, from);
    case 'thinking':
      return toThinkingBlock(block, from);
    case 'tool_call':
      return [toToolUse(block, from)];
    case 'opaque':
      return toOwnBlock(block, from);
  }
}

/** The API refuses text that is empty or only whitespace, also where it wrote it itself. */
function toText({ text, native }: TextBlock, { isOwn }: Origin): readonly TextBlockParam[] {
  if (text.trim() === '') return [];
  return [{ ...(isOwn ? fieldsOf(native) : {}), type: 'text', text }];
}

/** Thinking goes back to the model that signed it, unchanged, and nowhere else. */
function toThinkingBlock({ text, native }: ThinkingBlock, from: Origin): readonly ContentBlockParam[] {
  if (!from.isSameModel || !isObject(native)) return [];
  const fields = fieldsOf(native);
  switch (native['type']) {
    // What we were sent as such a block, whole again.
    case 'thinking':
      return [{ ...fields, thinking: text } as unknown as ContentBlockParam];
    case 'redacted_thinking':
      return [fields as unknown as ContentBlockParam];
    default:
      return [];
  }
}

function toToolUse(block: ToolCallBlock, { isOwn }: Origin): ContentBlockParam {
  return {
    ...(isOwn ? fieldsOf(block.native) : {}),
    type: 'tool_use',
    id: toToolUseId(block.id),
    name: toToolUseName(block.name),
    input: toInput(block),
  };
}

/** The API takes only an object; what a model wrote instead is put into one, so that it can see what it wrote. */
function toInput({ args, rawArgs }: ToolCallBlock): Json {
  if (isObject(args)) return args;
  if (args !== undefined) return { value: args };
  return rawArgs === undefined ? {} : { unparsed_input: rawArgs };
}

function toOwnBlock({ native }: OpaqueBlock, { isOwn }: Origin): readonly ContentBlockParam[] {
  // What we were sent as such a block, untouched.
  return isOwn && isObject(native) ? [fieldsOf(native) as unknown as ContentBlockParam] : [];
}

/** Without a cache mark: the request has its own, and no room for more. */
function fieldsOf(native: Json | undefined): JsonObject {
  if (!isObject(native)) return {};
  const { cache_control: _, ...fields } = native;
  return fields;
}

function toContent(content: readonly ContentBlock[]): (TextBlockParam | ImageBlockParam)[] {
  return content.flatMap<TextBlockParam | ImageBlockParam>((block) =>
    block.type === 'text' ? toText(block, foreign) : [toImage(block)],
  );
}

const foreign: Origin = { isOwn: false, isSameModel: false };

function toImage({ mediaType, data }: Extract<ContentBlock, { type: 'image' }>): ImageBlockParam {
  // A media type that the API does not take is its to refuse: it says which it takes.
  const media_type = mediaType as Base64ImageSource['media_type'];
  return { type: 'image', source: { type: 'base64', media_type, data } };
}

function toToolResult({ content, isError }: ToolResultBlock, id: string): ToolResultBlockParam {
  const given = typeof content === 'string' ? content : toContent(content);
  const isEmpty = typeof given === 'string' ? given.trim() === '' : given.length === 0;
  return {
    type: 'tool_result',
    tool_use_id: id,
    // "content cannot be empty if `is_error` is true"
    ...(isEmpty ? (isError ? { content: 'The tool failed without saying why.' } : {}) : { content: given }),
    ...(isError ? { is_error: true } : {}),
  };
}

/** For a call that the history does not answer: the API refuses to go on without. */
function missingResult(id: string): ToolResultBlockParam {
  const content = 'Outcome unknown: the history holds no result of this call. Verify before retrying.';
  return { type: 'tool_result', tool_use_id: id, content, is_error: true };
}
