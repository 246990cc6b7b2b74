import type { SystemEvent } from '../message.ts';
import type { CallApproval } from '../session/approvals.ts';
import type { ApprovalRequested } from '../session/event.ts';
import { toPendingApproval } from '../session/pending-approvals.ts';
import { askPerson, type Answer } from './ask-person.ts';
import type { ValidCall } from './judged-call.ts';
import type { RunContext } from './run-context.ts';

/** A question, and what came of it. */
export interface Answered {
  readonly request: ApprovalRequested;
  readonly answer: Answer;
}

/** True where somebody can answer, or a question was put already and waits for an answer. */
export function canBeAsked(context: RunContext, valid: ValidCall): boolean {
  return context.settings.onApproval !== undefined || loggedApproval(context, valid) !== undefined;
}

/**
 * The answer to a question: the one in the log, the one that came with `resume`, or the approval handler's. An allowance
 * counts only for what it was given for, a denial for the call whatever has changed. `undefined` after an abort.
 */
export async function askAbout(
  context: RunContext,
  valid: ValidCall,
  question: ApprovalRequested,
): Promise<Answered | undefined> {
  const logged = loggedApproval(context, valid);
  const isSame = logged?.request.fingerprint === question.fingerprint;
  const settled = logged?.decision;
  // The first decision counts, also where the process died that took it.
  if (logged !== undefined && settled !== undefined && holds(settled, isSame)) {
    return { request: logged.request, answer: settled };
  }
  const given = valid.isNested === true ? undefined : context.approvals.get(valid.call.id);
  if (given !== undefined && holds(given.answer, given.request.fingerprint === question.fingerprint)) {
    await logAnswer(context, valid, given.answer);
    return given;
  }
  const isVoid = settled !== undefined || given !== undefined;
  if (logged !== undefined && isSame && !isVoid) {
    // It is in the log, but who listens now may not have seen it.
    if (context.settings.onApproval !== undefined) await context.deliver(toRequestMessage(context, logged.request));
    return ask(context, valid, logged.request);
  }
  const request = isVoid ? withNote(question) : question;
  await context.commit({ key: context.log.freeKey(`${valid.key}/approval`), ...request });
  return ask(context, valid, request);
}

function holds({ decision }: Answer, isSame: boolean): boolean {
  return decision === 'deny' || (decision === 'allow' && isSame);
}

/** A nested call is asked about while its tool runs; nothing of that outlives the process. */
function loggedApproval(context: RunContext, { call, isNested }: ValidCall): CallApproval | undefined {
  if (isNested === true) return undefined;
  return context.log.state.calls.get(call.id)?.approval;
}

/** The question that is put again because its answer is void. */
function withNote(question: ApprovalRequested): ApprovalRequested {
  const { decision } = question;
  const note = 'The decision that was taken before is void, because what the call would do has changed since.';
  return { ...question, decision: { ...decision, reason: `${decision.reason} ${note}` } };
}

function toRequestMessage({ log }: RunContext, request: ApprovalRequested): SystemEvent {
  const base = { sessionId: log.sessionId, eventSeq: log.state.seq };
  return { type: 'system', subtype: 'permission_request', data: toPendingApproval(request), ...base };
}

async function ask(context: RunContext, valid: ValidCall, request: ApprovalRequested): Promise<Answered | undefined> {
  const { onApproval } = context.settings;
  const answer =
    onApproval === undefined
      ? ({ decision: 'defer', reason: 'It waits for a decision.', by: 'nobody' } as const)
      : await askPerson(context, onApproval, request);
  if (answer === undefined) return undefined;
  await logAnswer(context, valid, answer);
  return { request, answer };
}

async function logAnswer(context: RunContext, { call, key, isNested }: ValidCall, answer: Answer): Promise<void> {
  await context.commit({
    key: context.log.freeKey(`${key}/approval/decided`),
    type: 'approval_decided',
    toolCallId: call.id,
    ...answer,
    ...(isNested === undefined ? {} : { isNested }),
  });
}
