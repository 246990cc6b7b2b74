import type { AssistantBlock, TranscriptMessage } from '../transcript.ts';

/**
 * The blocks with tool-call ids that are not empty and unique in the session; those that are stay as they are, others
 * get a number behind them.
 */
export function uniqueCallIds(
  content: readonly AssistantBlock[],
  messages: readonly TranscriptMessage[],
): readonly AssistantBlock[] {
  if (!content.some((block) => block.type === 'tool_call')) return content;
  const taken = new Set(messages.flatMap((message) => (message.role === 'assistant' ? callIds(message.content) : [])));
  return content.map((block) => {
    if (block.type !== 'tool_call') return block;
    const id = freeId(block.id, taken);
    taken.add(id);
    return id === block.id ? block : { ...block, id };
  });
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  const base = id === '' ? 'call' : id;
  let candidate = base;
  for (let number = 2; taken.has(candidate); number++) candidate = `${base}_${number}`;
  return candidate;
}

function callIds(content: readonly AssistantBlock[]): readonly string[] {
  return content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : []));
}
