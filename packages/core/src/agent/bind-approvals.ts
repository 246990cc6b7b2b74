import { AgentError, OptionError } from '../errors.ts';
import { decisionOn } from '../session/approvals.ts';
import type { SessionState } from '../session/state.ts';
import type { Answered } from './ask-about.ts';
import type { ReadAnswer } from './read-approval.ts';

/**
 * Binds decisions to the questions that they answer. A decision that was taken before is left out.
 *
 * @throws OptionError where a call does not wait for a decision.
 * @throws AgentError `session_conflict` where something else was decided before: the first decision counts.
 */
export function bindApprovals(
  { calls, run }: SessionState,
  approvals: ReadonlyMap<string, ReadAnswer>,
): ReadonlyMap<string, Answered> {
  const bound = new Map<string, Answered>();
  const open = new Map(
    [...calls.open()].flatMap(({ call, approval }) =>
      approval === undefined ? [] : [[call.id, approval.request] as const],
    ),
  );
  for (const [toolCallId, answer] of approvals) {
    const decided = run === undefined ? undefined : decisionOn(run.decided, toolCallId);
    const request = open.get(toolCallId);
    if (decided !== undefined && decided !== answer.decision) {
      throw new AgentError(
        'session_conflict',
        `The decision "${answer.decision}" on call "${toolCallId}" comes too late: it was decided already, with "${decided}".`,
      );
    }
    if (decided !== undefined) continue;
    if (request === undefined) throw nothingToDecide(toolCallId, [...open.keys()]);
    bound.set(toolCallId, { request, answer: { ...answer, by: 'resume' } });
  }
  return bound;
}

function nothingToDecide(toolCallId: string, waiting: readonly string[]): OptionError {
  const ids = waiting.length === 0 ? 'none' : waiting.map((id) => `"${id}"`).join(', ');
  return new OptionError(
    'approvals',
    `\`approvals\` of resume decides on call "${toolCallId}", which waits for no decision. Calls that do: ${ids}.`,
  );
}
