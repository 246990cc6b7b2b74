import type { AssistantBlock, TranscriptMessage } from '../transcript.ts';

/**
 * The blocks with tool-call ids that are not empty and unique in the session; those that are stay as they are, others
 * get a number behind them.
 *
 * @param taken - Ids that are in use; those of the blocks are added.
 */
export function uniqueCallIds(content: readonly AssistantBlock[], taken: Set<string>): readonly AssistantBlock[] {
  return content.map((block) => {
    if (block.type !== 'tool_call') return block;
    const id = freeId(block.id, taken);
    taken.add(id);
    return id === block.id ? block : { ...block, id };
  });
}

/** The ids of all tool calls in a transcript. */
export function callIdsOf(messages: Iterable<TranscriptMessage>): Set<string> {
  const ids = new Set<string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const block of message.content) if (block.type === 'tool_call') ids.add(block.id);
  }
  return ids;
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  const base = id === '' ? 'call' : id;
  let candidate = base;
  for (let number = 2; taken.has(candidate); number++) candidate = `${base}_${number}`;
  return candidate;
}
