import type { AssistantBlock } from '../transcript.ts';

/** True for an array of blocks as a model makes them; what is no such thing must not reach the log. */
export function isAssistantContent(value: unknown): value is readonly AssistantBlock[] {
  return Array.isArray(value) && value.every(isAssistantBlock);
}

/** True for a block as a model makes them, as far as its fields decide what happens next. */
export function isAssistantBlock(value: unknown): value is AssistantBlock {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  switch (value.type) {
    case 'text':
    case 'thinking':
      return 'text' in value && typeof value.text === 'string';
    case 'tool_call':
      return 'id' in value && typeof value.id === 'string' && 'name' in value && typeof value.name === 'string';
    case 'opaque':
      return 'kind' in value && typeof value.kind === 'string';
    default:
      return false;
  }
}
