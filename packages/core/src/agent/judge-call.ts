import { approveCall } from './approve-call.ts';
import type { JudgedCall, Verdict } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { allowCall, denyCall, invalidCall } from './settle-call.ts';
import { weighCall } from './weigh-call.ts';

/**
 * The one way of every call to its execution: parse, validate, hook, access, decide, ask. Never throws for what the
 * model or a policy did; the decision is in the log when it returns.
 */
export async function judgeCall(context: RunContext, judged: JudgedCall): Promise<Verdict> {
  const weighed = await weighCall(context, judged);
  if ('problem' in weighed) return invalidCall(weighed.problem);
  const { valid, judgement } = weighed;
  switch (judgement.record.decision) {
    case 'allow':
      return allowCall(context, valid, judgement.record);
    case 'deny':
      return denyCall(context, valid, judgement.record);
    case 'ask':
      return approveCall(context, valid, judgement);
  }
}
