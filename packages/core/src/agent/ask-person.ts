import { messageOf } from '../errors.ts';
import { toJson } from '../json.ts';
import type { ApprovalAnswer } from '../permission.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Access } from '../tool.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** An answer, always with its reason. */
export type PersonAnswer = ApprovalAnswer & { readonly reason: string };

/** Puts a call to the approval handler. No handler, a throw, an abort or a malformed answer is a denial. */
export async function askPerson(
  context: RunContext,
  call: { readonly toolUseId: string; readonly name: string; readonly args: unknown },
  record: DecisionRecord,
  access: readonly Access[],
): Promise<PersonAnswer> {
  const { signal, log, settings } = context;
  try {
    signal.throwIfAborted();
    const question = {
      ...call,
      args: toJson(call.args),
      access,
      reason: record.reason,
      ...(record.rule === undefined ? {} : { rule: record.rule }),
      suggestions: [],
      sessionId: log.sessionId,
      signal,
    };
    return readAnswer(await untilAborted(Promise.resolve(settings.onApproval?.(question)), signal));
  } catch (error) {
    const reason = signal.aborted
      ? 'The run was aborted before it was approved.'
      : `The approval failed: ${messageOf(error)}`;
    return { decision: 'deny', reason };
  }
}

function readAnswer(answer: unknown): PersonAnswer {
  if (answer === true) return { decision: 'allow', reason: 'A person allowed it.' };
  if (answer === false) return { decision: 'deny', reason: 'A person denied it.' };
  if (typeof answer === 'object' && answer !== null && 'decision' in answer) {
    const { decision } = answer;
    if (decision === 'allow' || decision === 'deny') {
      const reason = 'reason' in answer && typeof answer.reason === 'string' ? answer.reason : 'A person decided.';
      // A copy, so that nobody changes the arguments after they were judged.
      const args = 'args' in answer && answer.args !== undefined ? { args: toJson(answer.args) } : {};
      return { decision, reason, ...args };
    }
  }
  return {
    decision: 'deny',
    reason: 'The approval handler gave no valid answer: expected true, false or { decision }.',
  };
}
