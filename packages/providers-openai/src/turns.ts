import type {
  AssistantMessage,
  ContentBlock,
  ToolCallBlock,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';

/** Who speaks to the model that is called, which gets its own native data back and no other's. */
export interface Reader {
  readonly provider: string;
  readonly modelId: string;
}

/** What the model said; what is native in it goes back only where it wrote that itself. */
export interface AssistantTurn {
  readonly role: 'assistant';
  readonly message: AssistantMessage;
}

/** What came behind it: the answers to all its calls, in the order of the calls, and then what the user said. */
export interface UserTurn {
  readonly role: 'user';
  readonly results: readonly AnsweredCall[];
  readonly content: readonly ContentBlock[];
}

/** A call and its one result. */
export interface AnsweredCall {
  readonly call: ToolCallBlock;
  readonly origin: AssistantMessage['origin'];
  readonly result: ToolResultBlock;
}

/**
 * The transcript in turns: both APIs refuse a call without a result behind it, and a result without its call. The first of
 * two results for one call stands.
 *
 * The same messages always give the same turns, whatever follows them, so that the prefix can be cached.
 */
export function toTurns(messages: readonly TranscriptMessage[]): readonly (AssistantTurn | UserTurn)[] {
  const turns: (AssistantTurn | OpenUserTurn)[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      if (message.content.length === 0) continue;
      if (callsOf(turns.at(-1)).length > 0) openUserTurn(turns);
      turns.push({ role: 'assistant', message });
    } else {
      const turn = openUserTurn(turns);
      if (message.role === 'tool') turn.given.push(...message.content);
      else turn.content.push(...message.content);
    }
  }
  // Calls at the end of a history need their answers too.
  if (callsOf(turns.at(-1)).length > 0) openUserTurn(turns);
  return turns.map((turn, index) => (turn.role === 'assistant' ? turn : answered(turn, turns[index - 1])));
}

interface OpenUserTurn {
  readonly role: 'user';
  readonly given: ToolResultBlock[];
  readonly content: ContentBlock[];
}

function openUserTurn(turns: (AssistantTurn | OpenUserTurn)[]): OpenUserTurn {
  const last = turns.at(-1);
  if (last?.role === 'user') return last;
  const turn: OpenUserTurn = { role: 'user', given: [], content: [] };
  turns.push(turn);
  return turn;
}

function callsOf(turn: AssistantTurn | OpenUserTurn | undefined): readonly ToolCallBlock[] {
  return turn?.role === 'assistant' ? turn.message.content.filter((block) => block.type === 'tool_call') : [];
}

function answered({ role, given, content }: OpenUserTurn, before: AssistantTurn | OpenUserTurn | undefined): UserTurn {
  const origin = before?.role === 'assistant' ? before.message.origin : undefined;
  const results = callsOf(before).map((call) => ({
    call,
    origin,
    result: given.find(({ toolCallId }) => toolCallId === call.id) ?? missingResult(call),
  }));
  return { role, results, content };
}

function missingResult({ id, name }: ToolCallBlock): ToolResultBlock {
  const content = 'Outcome unknown: the history holds no result of this call. Verify before retrying.';
  return { type: 'tool_result', toolCallId: id, name, content, isError: true };
}
