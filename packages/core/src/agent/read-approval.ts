import { toJson } from '../json.ts';
import type { ApprovalAnswer } from '../permission.ts';

/** An answer, always with its reason. */
export type ReadAnswer = ApprovalAnswer & { readonly reason: string };

/**
 * What somebody answered who was asked about a call, and nothing besides. `undefined` where it is no answer.
 *
 * @throws TypeError for arguments that JSON cannot hold.
 */
export function readApproval(answer: unknown): ReadAnswer | undefined {
  if (answer === true) return { decision: 'allow', reason: 'A person allowed it.' };
  if (answer === false) return { decision: 'deny', reason: 'A person denied it.' };
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { decision, reason, args, remember } = answer as Partial<Record<keyof ApprovalAnswer, unknown>>;
  if (decision !== 'allow' && decision !== 'deny') return undefined;
  if (remember !== undefined && remember !== 'session' && remember !== 'always') return undefined;
  return {
    decision,
    reason: typeof reason === 'string' ? reason : 'A person decided.',
    // A copy, so that nobody changes the arguments after they were judged.
    ...(args === undefined ? {} : { args: toJson(args) }),
    ...(remember === undefined ? {} : { remember }),
  };
}
