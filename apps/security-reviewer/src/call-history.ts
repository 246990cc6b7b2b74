import type { Json, ModelRequest, ToolCallBlock, ToolResultBlock } from '@harness-sdk/core';

/** A tool call of the conversation, and its answer. */
export interface AnsweredCall {
  readonly name: string;
  /** Empty where the arguments were no object. */
  readonly args: { readonly [name: string]: Json | undefined };
  /** Text of the answer; empty where there is none, or none in text. */
  readonly output: string;
  readonly isError: boolean;
}

/** All tool calls of a conversation in their order, with their answers. */
export function answeredCalls(request: ModelRequest): AnsweredCall[] {
  const results = new Map<string, ToolResultBlock>();
  for (const message of request.messages) {
    if (message.role === 'tool') for (const block of message.content) results.set(block.toolCallId, block);
  }
  return request.messages
    .flatMap((message) => (message.role === 'assistant' ? message.content : []))
    .filter((block): block is ToolCallBlock => block.type === 'tool_call')
    .map((call) => {
      const result = results.get(call.id);
      return { name: call.name, args: toArgs(call.args), output: textOf(result), isError: result?.isError ?? true };
    });
}

function toArgs(args: Json | undefined): AnsweredCall['args'] {
  const isObject = typeof args === 'object' && args !== null && !Array.isArray(args);
  // The check above leaves JSON objects alone; `Array.isArray` does not narrow readonly arrays.
  return isObject ? (args as AnsweredCall['args']) : {};
}

function textOf(result: ToolResultBlock | undefined): string {
  if (result === undefined) return '';
  return typeof result.content === 'string' ? result.content : '';
}
