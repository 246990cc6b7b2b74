import type {
  AssistantMessage,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
  UserMessage,
} from '../transcript.ts';
import { uniqueCallIds } from './unique-call-ids.ts';

/**
 * The transcript as a provider takes it: exactly one result for every tool call, right behind the message that made it,
 * in the order of the calls, and each call with an id of its own. Calls without a result are answered as unknown;
 * results without a call before them are dropped, and so are messages of the model that say nothing.
 */
export function repairHistory(history: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const kept: (UserMessage | Turn)[] = [];
  const turns: Turn[] = [];
  for (const message of history) {
    if (message.role === 'user') kept.push(message);
    else if (message.role === 'tool') for (const result of message.content) giveTo(turns, result);
    else if (message.content.length > 0) {
      const turn = { message, results: new Map() };
      turns.push(turn);
      kept.push(turn);
    }
  }
  const taken = new Set<string>();
  return kept.flatMap((each) => ('role' in each ? [each] : messagesOf(each, taken)));
}

/** A message of the model, and the results of its calls as far as they are found. */
interface Turn {
  readonly message: AssistantMessage;
  readonly results: Map<ToolCallBlock, ToolResultBlock>;
}

/** A result belongs to the nearest call before it that has its id and no result yet. */
function giveTo(turns: readonly Turn[], result: ToolResultBlock): void {
  const turn = turns.findLast((candidate) => openCall(candidate, result.toolCallId) !== undefined);
  const call = turn && openCall(turn, result.toolCallId);
  if (call !== undefined) turn?.results.set(call, result);
}

function openCall({ message, results }: Turn, id: string): ToolCallBlock | undefined {
  const calls = message.content.filter((block) => block.type === 'tool_call');
  return calls.find((call) => call.id === id && !results.has(call));
}

function messagesOf({ message, results }: Turn, taken: Set<string>): readonly TranscriptMessage[] {
  const content = uniqueCallIds(message.content, taken);
  const answers = content.flatMap((block, index) => {
    const original = message.content[index];
    if (block.type !== 'tool_call' || original?.type !== 'tool_call') return [];
    const result = results.get(original);
    return [result === undefined ? unknownResult(block) : { ...result, toolCallId: block.id }];
  });
  const whole = { ...message, content };
  return answers.length === 0 ? [whole] : [whole, { role: 'tool', content: answers }];
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
