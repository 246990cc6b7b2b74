import type {
  AssistantBlock,
  AssistantMessage,
  ContentBlock,
  ImageBlock,
  Json,
  JsonObject,
  OpaqueBlock,
  TextBlock,
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
 * The transcript as items of the Responses API. What the model that is called wrote itself goes back as it came, whole and in
 * order: reasoning, messages with their phase, calls, items that only the API understands. Where the reasoning of an answer
 * cannot go back, because another model wrote it or because it came without its content, the rest goes without ids: the API
 * looks for the reasoning that belongs to an id.
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

/** What of an answer's native data goes back. */
interface Origin {
  /** Written by a model of this provider. */
  readonly isOwn: boolean;
  /** Written by the very model that is called, with all its reasoning. */
  readonly isIntact: boolean;
}

function originOf({ content, origin }: AssistantMessage, { provider, modelId }: Reader): Origin {
  const isOwn = origin?.provider === provider;
  const isIntact = isOwn && isSameModel(origin.model, modelId) && content.every(hasContent);
  return { isOwn, isIntact };
}

/** False for reasoning without anything in it: neither encrypted, nor in the open as servers of open models send it. */
function hasContent(block: AssistantBlock): boolean {
  if (block.type !== 'thinking') return true;
  const { native } = block;
  if (!isObject(native) || native['type'] !== 'reasoning') return false;
  return textOf(native['encrypted_content']) !== '' || itemsOf(native['content']).length > 0;
}

function toItems({ message }: AssistantTurn, reader: Reader): readonly JsonObject[] {
  const from = originOf(message, reader);
  const items: JsonObject[] = [];
  let lastId: string | undefined;
  for (const block of message.content) {
    const id = from.isIntact && block.type === 'text' ? textOf(itemOf(block)?.['id']) || undefined : undefined;
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
      return from.isIntact && isObject(block.native) ? [block.native] : [];
    case 'tool_call':
      return [toCall(block, from)];
    case 'opaque':
      return from.isIntact ? toOwnItem(block) : [];
  }
}

/** Items that blocks stand for, which must not come in by another door. */
const itemsOfBlocks: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
]);

function toOwnItem({ native }: OpaqueBlock): readonly JsonObject[] {
  const type = isObject(native) ? textOf(native['type']) : '';
  return isObject(native) && type !== '' && !itemsOfBlocks.has(type) ? [native] : [];
}

function toMessage(block: TextBlock, { isOwn, isIntact }: Origin): readonly JsonObject[] {
  if (block.text.trim() === '') return [];
  const item = isOwn ? itemOf(block) : undefined;
  if (item !== undefined && isIntact) {
    return [{ ...item, type: 'message', role: 'assistant', content: [partOf(block)] }];
  }
  // "Preserve and resend phase on all assistant messages": it is bound to no model.
  const phase = textOf(item?.['phase']);
  return [{ role: 'assistant', content: block.text, ...(phase === '' ? {} : { phase }) }];
}

/** The message item that a text was a part of, as the adapter kept it; absent where another API wrote it. */
function itemOf({ native }: TextBlock): JsonObject | undefined {
  return isObject(native) && isObject(native['item']) ? native['item'] : undefined;
}

/** What the block says wins over what is native to it. */
function partOf({ text, native }: TextBlock): JsonObject {
  const part = isObject(native) && isObject(native['part']) ? native['part'] : {};
  if (part['type'] === 'refusal') return { type: 'refusal', refusal: text };
  return { annotations: itemsOf(part['annotations']), type: 'output_text', text };
}

/** Fields beside the call itself, such as the namespace of its tool, go back too. */
function toCall(block: ToolCallBlock, { isOwn, isIntact }: Origin): JsonObject {
  const call = { call_id: toCallId(block.id, isOwn), name: toWireName(block.name) };
  if (isOwn && isCustom(block)) {
    const input = isObject(block.args) ? textOf(block.args['input']) : '';
    return { type: 'custom_tool_call', ...call, input };
  }
  // Chat Completions keeps fields beside a call too, but none of them is a type.
  const { id, ...fields } =
    isOwn && isObject(block.native) && block.native['type'] === 'function_call' ? block.native : {};
  return {
    ...fields,
    ...(isIntact && id !== undefined ? { id } : {}),
    type: 'function_call',
    ...call,
    arguments: toArguments(block),
  };
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

function toOutput({ call, origin, result }: AnsweredCall, { provider }: Reader): JsonObject {
  const isOwn = origin?.provider === provider;
  const type = isOwn && isCustom(call) ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: toCallId(call.id, isOwn), output: toOutputContent(result) };
}

/** There is no mark for an error, so the text says that it is one. */
function toOutputContent({ content, isError }: ToolResultBlock): Json {
  if (typeof content === 'string') return isError ? errorPrefix + content : content;
  const parts = toParts(isError ? [{ type: 'text', text: errorPrefix.trim() }, ...content] : content);
  return parts.length === 0 ? '' : parts;
}

/** Opens the result of a tool that failed. */
export const errorPrefix = 'The tool failed: ';

function toParts(content: readonly ContentBlock[]): readonly JsonObject[] {
  return content.flatMap((block) => (block.type === 'text' ? toTextPart(block) : [toImagePart(block)]));
}

function toTextPart({ text }: TextBlock): readonly JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'input_text', text }];
}

function toImagePart({ mediaType, data }: ImageBlock): JsonObject {
  return { type: 'input_image', detail: 'auto', image_url: `data:${mediaType};base64,${data}` };
}
