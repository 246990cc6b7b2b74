import type {
  AssistantMessage,
  ToolCallBlock,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
} from '../transcript.ts';

/**
 * The transcript with exactly one result for every tool call, right behind the message that made it, in the order of
 * the calls. Calls without a result are answered as unknown; results without a call are dropped.
 */
export function repairHistory(history: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const results = new Map<string, ToolResultBlock>();
  for (const message of history) {
    if (message.role !== 'tool') continue;
    for (const result of message.content) if (!results.has(result.toolCallId)) results.set(result.toolCallId, result);
  }
  const repaired: TranscriptMessage[] = [];
  for (const message of history) {
    if (message.role === 'tool') continue;
    repaired.push(message);
    if (message.role === 'assistant') repaired.push(...answers(message, results));
  }
  return repaired;
}

function answers(message: AssistantMessage, results: ReadonlyMap<string, ToolResultBlock>): readonly ToolMessage[] {
  const calls = message.content.filter((block) => block.type === 'tool_call');
  if (calls.length === 0) return [];
  return [{ role: 'tool', content: calls.map((call) => results.get(call.id) ?? unknownResult(call)) }];
}

function unknownResult(call: ToolCallBlock): ToolResultBlock {
  return {
    type: 'tool_result',
    toolCallId: call.id,
    name: call.name,
    content: 'Outcome unknown: the history holds no result of this call. Verify before retrying.',
    isError: true,
  };
}
