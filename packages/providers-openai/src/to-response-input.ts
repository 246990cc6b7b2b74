import type {
  AssistantBlock,
  ContentBlock,
  ImageBlock,
  Json,
  JsonObject,
  TextBlock,
  ThinkingBlock,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { toResponseCallId, toWireName } from './call-id.ts';
import { isSameModel } from './model-info.ts';
import { toArguments } from './to-arguments.ts';
import { toTurns } from './turns.ts';
import type { AnsweredCall, AssistantTurn, Reader, UserTurn } from './turns.ts';
import { isObject, itemsOf, textOf } from './wire.ts';

/**
 * The transcript as items of the Responses API. What a model of this provider wrote goes back to that same model whole and
 * in order: reasoning, messages with their phase, calls, items that only the API understands. Nothing is stored there, so
 * nothing is referred to by its id.
 *
 * The same messages always give the same items, whatever follows them, so that the prefix can be cached.
 *
 * @param reader - The model to be called.
 */
export function toResponseInput(messages: readonly TranscriptMessage[], reader: Reader): readonly JsonObject[] {
  return toTurns(messages).flatMap((turn) =>
    turn.role === 'assistant' ? toItems(turn, reader) : toUserItems(turn, reader),
  );
}

/** Whose native data goes back. */
interface Origin {
  /** Written by a model of this provider. */
  readonly isOwn: boolean;
  /** Written by the very model that is called. */
  readonly isSameModel: boolean;
}

function originOf(origin: AssistantTurn['message']['origin'], { provider, modelId }: Reader): Origin {
  const isOwn = origin?.provider === provider;
  return { isOwn, isSameModel: isOwn && isSameModel(origin.model, modelId) };
}

function toItems({ message }: AssistantTurn, reader: Reader): readonly JsonObject[] {
  const from = originOf(message.origin, reader);
  const items: JsonObject[] = [];
  let lastId: string | undefined;
  for (const block of message.content) {
    const id = from.isSameModel ? messageIdOf(block) : undefined;
    const last = items.at(-1);
    if (block.type === 'text' && id !== undefined && id === lastId && last !== undefined) {
      // The parts of one message go back in one message.
      items[items.length - 1] = { ...last, content: [...itemsOf(last['content']), partOf(block)] };
    } else {
      items.push(...toItem(block, from));
    }
    lastId = id;
  }
  return withoutLoneReasoning(items);
}

/** "Item 'rs_…' of type 'reasoning' was provided without its required following item." */
function withoutLoneReasoning(items: readonly JsonObject[]): readonly JsonObject[] {
  const last = items.findLastIndex(({ type }) => type !== 'reasoning');
  return items.slice(0, last + 1);
}

function toItem(block: AssistantBlock, from: Origin): readonly JsonObject[] {
  switch (block.type) {
    case 'text':
      return toMessage(block, from);
    case 'thinking':
      return toReasoning(block, from);
    case 'tool_call':
      return [toCall(block, from)];
    case 'opaque':
      return from.isSameModel && isObject(block.native) ? [block.native] : [];
  }
}

function toMessage(block: TextBlock, { isSameModel: isSame }: Origin): readonly JsonObject[] {
  if (block.text === '') return [];
  const item = isSame ? itemOf(block) : undefined;
  if (item === undefined) return [{ role: 'assistant', content: block.text }];
  const { id: _id, ...message } = item;
  return [{ ...message, content: [partOf(block)] }];
}

/** The message item that a text was a part of, as the adapter kept it; absent where another API wrote it. */
function itemOf({ native }: TextBlock): JsonObject | undefined {
  return isObject(native) && isObject(native['item']) ? native['item'] : undefined;
}

function messageIdOf(block: AssistantBlock): string | undefined {
  return block.type === 'text' ? textOf(itemOf(block)?.['id']) || undefined : undefined;
}

function partOf({ text, native }: TextBlock): JsonObject {
  const part = isObject(native) && isObject(native['part']) ? native['part'] : { type: 'output_text' };
  return part['type'] === 'refusal' ? { ...part, refusal: text } : { ...part, text };
}

/**
 * Encrypted reasoning goes back untouched. Reasoning in the open, as servers of open models send it, goes back without its
 * id; reasoning that shows neither has nothing in it.
 */
function toReasoning({ native }: ThinkingBlock, { isSameModel: isSame }: Origin): readonly JsonObject[] {
  if (!isSame || !isObject(native) || native['type'] !== 'reasoning') return [];
  if (textOf(native['encrypted_content']) !== '') return [native];
  const { id: _id, ...item } = native;
  return itemsOf(native['content']).length > 0 ? [item] : [];
}

/** Fields beside the call itself, such as the namespace of its tool, go back too. */
function toCall(block: ToolCallBlock, { isOwn }: Origin): JsonObject {
  const call = { call_id: toCallId(block.id, isOwn), name: toWireName(block.name) };
  if (isOwn && isCustom(block)) {
    const input = isObject(block.args) ? textOf(block.args['input']) : '';
    return { type: 'custom_tool_call', ...call, input };
  }
  const native = isOwn && isObject(block.native) ? block.native : {};
  return { type: 'function_call', ...call, arguments: toArguments(block), ...native };
}

function isCustom({ native }: ToolCallBlock): boolean {
  return isObject(native) && native['type'] === 'custom_tool_call';
}

function toCallId(id: string, isOwn: boolean): string {
  return isOwn ? id : toResponseCallId(id);
}

function toUserItems({ results, content }: UserTurn, reader: Reader): readonly JsonObject[] {
  const outputs = results.map((answered) => toOutput(answered, reader));
  const parts = toParts(content);
  return parts.length === 0 ? outputs : [...outputs, { role: 'user', content: parts }];
}

function toOutput({ call, origin, result }: AnsweredCall, reader: Reader): JsonObject {
  const { isOwn } = originOf(origin, reader);
  const type = isOwn && isCustom(call) ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: toCallId(call.id, isOwn), output: toOutputContent(result) };
}

/** There is no mark for an error, so the text says that it is one. */
function toOutputContent({ content, isError }: ToolResultBlock): Json {
  if (typeof content === 'string') return isError ? errorPrefix + content : content;
  const parts = toParts(content);
  return isError ? [{ type: 'input_text', text: errorPrefix.trim() }, ...parts] : parts;
}

/** Opens the result of a tool that failed. */
export const errorPrefix = 'The tool failed: ';

function toParts(content: readonly ContentBlock[]): readonly JsonObject[] {
  return content.flatMap((block) => (block.type === 'text' ? toTextPart(block) : [toImagePart(block)]));
}

function toTextPart({ text }: TextBlock): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'input_text', text }];
}

function toImagePart({ mediaType, data }: ImageBlock): JsonObject {
  return { type: 'input_image', detail: 'auto', image_url: `data:${mediaType};base64,${data}` };
}
