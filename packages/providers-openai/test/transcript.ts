import type {
  AssistantBlock,
  AssistantMessage,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';

/** What a user said. */
export function user(...texts: readonly string[]): TranscriptMessage {
  return { role: 'user', content: texts.map((text) => ({ type: 'text', text })) };
}

/** What a model said. */
export function assistant(content: readonly AssistantBlock[], origin: AssistantMessage['origin']): AssistantMessage {
  return { role: 'assistant', content, ...(origin && { origin }) };
}

/** Text without anything native. */
export function say(text: string): AssistantBlock {
  return { type: 'text', text };
}

/** A call without anything native. */
export function call(id: string, args: object = {}): AssistantBlock {
  return { type: 'tool_call', id, name: 'read', args: { ...args } };
}

/** The result of a call. */
export function result(
  toolCallId: string,
  content: ToolResultBlock['content'] = 'ok',
  isError = false,
): ToolResultBlock {
  return { type: 'tool_result', toolCallId, name: 'read', content, isError };
}

/** Results of calls. */
export function results(...content: readonly ToolResultBlock[]): ToolMessage {
  return { role: 'tool', content };
}

/** A very small image. */
export const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;
