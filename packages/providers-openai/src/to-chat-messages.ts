import type {
  AssistantBlock,
  ContentBlock,
  ImageBlock,
  Json,
  JsonObject,
  ThinkingBlock,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { toChatCallId, toWireName } from './call-id.ts';
import { reasoningFields } from './from-chat-chunk.ts';
import { isSameModel } from './model-info.ts';
import { toArguments } from './to-arguments.ts';
import { errorPrefix } from './to-response-input.ts';
import { toTurns } from './turns.ts';
import type { AnsweredCall, AssistantTurn, Reader, UserTurn } from './turns.ts';
import { isObject, itemsOf } from './wire.ts';

/**
 * The transcript as messages of Chat Completions: users and assistants in turns, behind an assistant's calls one message for
 * each result. Reasoning goes back to the same model in the field that it came in, which DeepSeek, Moonshot and OpenRouter ask
 * for. Images in results follow in a message of the user, because results have only text.
 *
 * The same messages always give the same ones, whatever follows them, so that the prefix can be cached.
 *
 * @param reader - The model to be called.
 */
export function toChatMessages(
  messages: readonly TranscriptMessage[],
  system: string | undefined,
  reader: Reader,
): readonly JsonObject[] {
  const head: readonly JsonObject[] =
    system === undefined || system.trim() === '' ? [] : [{ role: 'system', content: system }];
  const turns = toTurns(messages).flatMap((turn) =>
    turn.role === 'assistant' ? toAssistant(turn, reader) : toUserMessages(turn, reader),
  );
  return [...head, ...turns];
}

function toAssistant({ message: { content, origin } }: AssistantTurn, reader: Reader): readonly JsonObject[] {
  const isOwn = origin?.provider === reader.provider;
  const isSame = isOwn && isSameModel(origin.model, reader.modelId);
  const whole = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const text = whole.trim() === '' ? '' : whole;
  const calls = content.filter((block) => block.type === 'tool_call').map((call) => toCall(call, isOwn));
  if (text === '' && calls.length === 0) return [];
  const reasoning = isSame ? toReasoning(content, text) : {};
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...reasoning,
    },
  ];
}

/** The fields that give a message its reasoning back. */
function toReasoning(content: readonly AssistantBlock[], text: string): JsonObject {
  const blocks = content.filter((block): block is ThinkingBlock => block.type === 'thinking' && isObject(block.native));
  const thinking = blocks.map((block) => block.text).join('');
  const natives = blocks.map(({ native }) => native).filter(isObject);
  const field = natives.map((native) => native['field']).find((name) => typeof name === 'string');
  const details: readonly Json[] = natives.flatMap((native) => itemsOf(native['reasoning_details']));
  return {
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(reasoningFields.some((name) => name === field) ? { [String(field)]: thinking } : {}),
    ...(field === 'content' ? { content: mistralContent(thinking, text) } : {}),
  };
}

function mistralContent(thinking: string, text: string): readonly JsonObject[] {
  const parts: readonly JsonObject[] = [{ type: 'thinking', thinking: [{ type: 'text', text: thinking }] }];
  return text === '' ? parts : [...parts, { type: 'text', text }];
}

/** Fields beside the call itself, such as a signature, go back too. */
function toCall(block: ToolCallBlock, isOwn: boolean): JsonObject {
  return {
    // Those with a type are of the Responses API, at the same provider.
    ...(isOwn && isObject(block.native) && block.native['type'] === undefined ? block.native : {}),
    id: toCallId(block.id, isOwn),
    type: 'function',
    function: { name: toWireName(block.name), arguments: toArguments(block) },
  };
}

/** Servers get back the ids that they gave: some models have a form of their own for them. */
function toCallId(id: string, isOwn: boolean): string {
  return isOwn ? id : toChatCallId(id);
}

function toUserMessages({ results, content }: UserTurn, reader: Reader): readonly JsonObject[] {
  const parts = [...results.flatMap(({ result }) => imagesOf(result)), ...content.filter(isShown)];
  return [
    ...results.map((answered) => toToolMessage(answered, reader)),
    ...(parts.length === 0 ? [] : [{ role: 'user', content: toContent(parts) }]),
  ];
}

function toToolMessage({ call, origin, result }: AnsweredCall, reader: Reader): JsonObject {
  const isOwn = origin?.provider === reader.provider;
  const text = textOfResult(result);
  // There is no mark for an error, so the text says that it is one.
  return { role: 'tool', tool_call_id: toCallId(call.id, isOwn), content: result.isError ? errorPrefix + text : text };
}

function textOfResult({ content }: ToolResultBlock): string {
  if (typeof content === 'string') return content;
  const texts = content.map((block) => (block.type === 'text' ? block.text : '')).filter((text) => text !== '');
  const hasImages = content.some((block) => block.type === 'image');
  return [...texts, ...(hasImages ? ['The images of this result follow below.'] : [])].join('\n\n');
}

function imagesOf({ name, content }: ToolResultBlock): readonly ContentBlock[] {
  const images = typeof content === 'string' ? [] : content.filter((block) => block.type === 'image');
  return images.length === 0 ? [] : [{ type: 'text', text: `Images in the result of ${name}:` }, ...images];
}

function isShown(block: ContentBlock): boolean {
  return block.type === 'image' || block.text.trim() !== '';
}

/** Text alone is a string, which every server takes. */
function toContent(blocks: readonly ContentBlock[]): Json {
  if (blocks.every((block) => block.type === 'text')) return blocks.map(({ text }) => text).join('\n\n');
  return blocks.map((block) => (block.type === 'text' ? { type: 'text', text: block.text } : toImagePart(block)));
}

function toImagePart({ mediaType, data }: ImageBlock): JsonObject {
  return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
}
