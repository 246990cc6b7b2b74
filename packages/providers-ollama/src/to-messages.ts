import type {
  AssistantMessage,
  ContentBlock,
  Json,
  JsonObject,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { isSameModel } from './model-info.ts';
import { isObject } from './wire.ts';

/** A message of theirs. The vendor's own type knows no ids. */
export type OllamaMessage =
  | { readonly role: 'system' | 'user'; readonly content: string; readonly images?: string[] }
  | OllamaAssistantMessage
  | { readonly role: 'tool'; readonly content: string; readonly tool_name: string; readonly tool_call_id: string };

interface OllamaAssistantMessage {
  readonly role: 'assistant';
  readonly content: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly OllamaToolCall[];
}

interface OllamaToolCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: JsonObject };
}

/**
 * The transcript as the API takes it: behind each assistant message with tool calls one result for every call, in the
 * order of the calls; then what the user says, in one message, because templates take no two of them. The API takes any
 * text as the id of a call, so those of other providers stay as they are.
 *
 * The same messages always give the same ones, whatever follows them, so that the server's cache of the prefix holds.
 *
 * @param modelId - The model to be called: thinking of another one is left out.
 */
export function toOllamaMessages(messages: readonly TranscriptMessage[], modelId: string): OllamaMessage[] {
  const turns = toTurns(messages, modelId);
  return turns.flatMap((turn, index) =>
    turn.role === 'assistant' ? [toAssistantMessage(turn)] : toAnswers(turn, turns[index - 1]),
  );
}

type Turn = AssistantTurn | UserTurn;

interface AssistantTurn {
  readonly role: 'assistant';
  readonly text: string[];
  readonly thinking: string[];
  readonly calls: ToolCallBlock[];
}

interface UserTurn {
  readonly role: 'user';
  /** By the id of the call; the first of two for one call stands. */
  readonly results: Map<string, ToolResultBlock>;
  readonly content: ContentBlock[];
}

function toTurns(messages: readonly TranscriptMessage[], modelId: string): readonly Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    switch (message.role) {
      case 'user':
        userTurn(turns).content.push(...message.content);
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
    if (!turn.results.has(result.toolCallId)) turn.results.set(result.toolCallId, result);
  }
}

/** Goes on with the assistant turn before it, unless calls in that one wait for answers. */
function addAssistant(message: AssistantMessage, turns: Turn[], modelId: string): void {
  const turn = toAssistantTurn(message, modelId);
  if (turn.text.length + turn.thinking.length + turn.calls.length === 0) return;
  if (hasCalls(turns.at(-1))) userTurn(turns);
  const last = turns.at(-1);
  if (last?.role !== 'assistant') {
    turns.push(turn);
    return;
  }
  last.text.push(...turn.text);
  last.thinking.push(...turn.thinking);
  last.calls.push(...turn.calls);
}

/** Thinking goes back to the model that thought it; blocks that only another provider understands go nowhere. */
function toAssistantTurn({ content, origin }: AssistantMessage, modelId: string): AssistantTurn {
  const isOwn = origin?.provider === 'ollama' && isSameModel(origin.model, modelId);
  const texts = (type: 'text' | 'thinking') =>
    content.flatMap((block) => (block.type === type && block.text !== '' ? [block.text] : []));
  return {
    role: 'assistant',
    text: texts('text'),
    thinking: isOwn ? texts('thinking') : [],
    calls: content.filter((block) => block.type === 'tool_call'),
  };
}

function hasCalls(turn: Turn | undefined): boolean {
  return turn?.role === 'assistant' && turn.calls.length > 0;
}

function toAssistantMessage({ text, thinking, calls }: AssistantTurn): OllamaMessage {
  return {
    role: 'assistant',
    content: text.join(''),
    ...(thinking.length > 0 && { thinking: thinking.join('') }),
    ...(calls.length > 0 && { tool_calls: calls.map(toToolCall) }),
  };
}

function toToolCall({ id, name, args, rawArgs }: ToolCallBlock): OllamaToolCall {
  return { id, function: { name, arguments: toArguments(args, rawArgs) } };
}

/** The API takes only an object; what a model wrote instead is put into one, so that it can see what it wrote. */
function toArguments(args: Json | undefined, rawArgs: string | undefined): JsonObject {
  if (isObject(args)) return args;
  if (args !== undefined) return { value: args };
  return rawArgs === undefined ? {} : { unparsed_input: rawArgs };
}

function toAnswers({ results, content }: UserTurn, before: Turn | undefined): readonly OllamaMessage[] {
  const calls = before?.role === 'assistant' ? before.calls : [];
  const answers = calls.map((call) => results.get(call.id) ?? missingResult(call));
  return [...answers.map(toToolMessage), ...toUserMessage([...answers.flatMap(imagesOf), ...content])];
}

function toToolMessage(result: ToolResultBlock): OllamaMessage {
  const { name: tool_name, toolCallId: tool_call_id } = result;
  return { role: 'tool', content: toResultText(result), tool_name, tool_call_id };
}

/** The API has no mark for errors, so the text says it. */
function toResultText({ content, isError }: ToolResultBlock): string {
  const text = typeof content === 'string' ? content : toText(content);
  if (!isError) return text;
  return text.trim() === '' ? 'Error: the tool failed without saying why.' : `Error: ${text}`;
}

/** Messages with the results of tools hold no images, so those come in the user message behind them, each batch named. */
function imagesOf({ content, name, toolCallId }: ToolResultBlock): readonly ContentBlock[] {
  const images = typeof content === 'string' ? [] : content.filter(({ type }) => type === 'image');
  if (images.length === 0) return [];
  const what = images.length === 1 ? 'The image' : `The ${images.length} images`;
  return [{ type: 'text', text: `${what} in the result of ${name} (${toolCallId}).` }, ...images];
}

function toUserMessage(content: readonly ContentBlock[]): readonly OllamaMessage[] {
  const text = toText(content);
  const images = content.flatMap((block) => (block.type === 'image' ? [block.data] : []));
  if (text === '' && images.length === 0) return [];
  return [{ role: 'user', content: text, ...(images.length > 0 && { images }) }];
}

function toText(content: readonly ContentBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' && block.text !== '' ? [block.text] : [])).join('\n\n');
}

/** For a call that the history does not answer: templates expect one for each. */
function missingResult({ id: toolCallId, name }: ToolCallBlock): ToolResultBlock {
  const content = 'Outcome unknown: the history holds no result of this call. Verify before retrying.';
  return { type: 'tool_result', toolCallId, name, content, isError: true };
}
