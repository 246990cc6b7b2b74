import { messageOf } from '../errors.ts';
import type { ApprovalHandler } from '../permission.ts';
import { toPendingApproval } from '../session/pending-approvals.ts';
import type { ApprovalDecided, ApprovalRequested } from '../session/event.ts';
import { readApproval } from './read-approval.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** What came of a question. */
export type Answer = Omit<ApprovalDecided, 'type' | 'toolCallId' | 'isNested'>;

/**
 * Puts a question to the approval handler. A throw or a malformed answer is a denial; `undefined` where the run was
 * aborted meanwhile, so that nobody answered.
 */
export async function askPerson(
  { signal, log }: RunContext,
  onApproval: ApprovalHandler,
  request: ApprovalRequested,
): Promise<Answer | undefined> {
  if (signal.aborted) return undefined;
  let answer: Answer;
  try {
    // A copy: what the handler does to it must not reach the log.
    const question = { ...structuredClone(toPendingApproval(request)), sessionId: log.sessionId, signal };
    answer = readReply(await untilAborted(Promise.resolve(onApproval(question)), signal), request);
  } catch (error) {
    answer = denial(`The approval failed: ${messageOf(error)}`);
  }
  return signal.aborted ? undefined : answer;
}

function readReply(reply: unknown, { isNested }: ApprovalRequested): Answer {
  if (reply === 'defer') {
    return isNested === true
      ? denial('A call that a tool makes cannot wait for a decision: it has to be answered while the tool runs.')
      : { decision: 'defer', reason: 'It waits for a decision.', by: 'handler' };
  }
  const answer = readApproval(reply);
  if (answer !== undefined) return { ...answer, by: 'handler' };
  return denial('The approval handler gave no valid answer: expected true, false, "defer" or { decision }.');
}

function denial(reason: string): Answer {
  return { decision: 'deny', reason, by: 'handler' };
}
