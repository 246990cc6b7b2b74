import type { AssistantBlock, ContentBlock, ToolContent, TranscriptMessage } from '../transcript.ts';

/** True for a text or an image, as a user or a tool can show it. */
export function isContentBlock(value: unknown): value is ContentBlock {
  if (!isTyped(value)) return false;
  if (value.type === 'text') return hasText(value, 'text');
  return value.type === 'image' && hasText(value, 'mediaType') && hasText(value, 'data');
}

/** True for what a tool can answer with: text, or blocks. */
export function isContent(value: unknown): value is ToolContent {
  return typeof value === 'string' || (Array.isArray(value) && value.every(isContentBlock));
}

/** True for a block as a model makes them, as far as its fields decide what happens next. */
export function isAssistantBlock(value: unknown): value is AssistantBlock {
  if (!isTyped(value)) return false;
  switch (value.type) {
    case 'text':
    case 'thinking':
      return hasText(value, 'text');
    case 'tool_call':
      return hasText(value, 'id') && hasText(value, 'name');
    case 'opaque':
      return hasText(value, 'kind');
    default:
      return false;
  }
}

/** True for an array of blocks as a model makes them. */
export function isAssistantContent(value: unknown): value is readonly AssistantBlock[] {
  return Array.isArray(value) && value.every(isAssistantBlock);
}

/** True for one message of a transcript. */
export function isTranscriptMessage(value: unknown): value is TranscriptMessage {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value)) return false;
  const { role, content } = value;
  if (!Array.isArray(content)) return false;
  if (role === 'user') return content.every(isContentBlock);
  if (role === 'assistant') return isAssistantContent(content);
  return role === 'tool' && content.every(isToolResult);
}

function isToolResult(value: unknown): boolean {
  if (!isTyped(value) || value.type !== 'tool_result' || !('content' in value)) return false;
  return hasText(value, 'toolCallId') && hasText(value, 'name') && isContent(value.content);
}

function isTyped(value: unknown): value is { readonly type: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function hasText(value: object, key: string): boolean {
  return typeof Reflect.get(value, key) === 'string';
}
