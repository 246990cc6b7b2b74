import type { Json } from '../json.ts';
import type { DecisionRecord } from '../session/event.ts';
import { askAbout, canBeAsked, type Answered } from './ask-about.ts';
import { decideCall } from './decide-call.ts';
import type { Judgement, ValidCall, Verdict } from './judged-call.ts';
import { rememberGrant } from './remember-grant.ts';
import type { RunContext } from './run-context.ts';
import { allowCall, denyCall, invalidCall } from './settle-call.ts';
import { toQuestion } from './to-question.ts';
import { validateArgs } from './validate-args.ts';

/** How often a call is asked about that does something else each time an answer comes. */
const maxQuestions = 3;

/** Lets a person decide on a call. What they allow is what runs: where it has changed meanwhile, they are asked again. */
export async function approveCall(context: RunContext, valid: ValidCall, judgement: Judgement): Promise<Verdict> {
  if (!canBeAsked(context, valid)) return denyCall(context, valid, nobodyToAsk(judgement.record));
  let asked = judgement;
  for (let round = 1; round <= maxQuestions; round++) {
    const question = await toQuestion(context, valid, asked);
    if ('problem' in question) return denyCall(context, valid, denial(question.problem));
    const answered = await askAbout(context, valid, question);
    if (answered === undefined) return denyCall(context, valid, denial('Nobody answered.'));
    const { answer } = answered;
    if (answer.decision === 'defer') return { type: 'parked' };
    if (answer.decision === 'deny') return denyCall(context, valid, recordOf(asked, answered));
    if (answer.args !== undefined) return allowChanged(context, valid, answer.args, answered);
    const now = await decideCall(context, valid);
    if (now.record.decision === 'deny') return denyCall(context, valid, now.record);
    const again = await toQuestion(context, valid, now);
    const isSame = !('problem' in again) && again.fingerprint === question.fingerprint;
    if (isSame) return allowApproved(context, valid, asked, answered);
    asked = { access: now.access, record: now.record.decision === 'ask' ? now.record : asked.record };
  }
  return denyCall(
    context,
    valid,
    denial('What the call would do was something else each time it had been decided on.'),
  );
}

/** A person changed the arguments: they are validated, and every ceiling and deny rule still holds. */
async function allowChanged(
  context: RunContext,
  valid: ValidCall,
  changedArgs: Json,
  answered: Answered,
): Promise<Verdict> {
  const checked = await validateArgs(context, valid.tool, changedArgs);
  if (!checked.ok) return invalidCall(checked.problem);
  const changed = { ...valid, args: checked.args, changedArgs };
  const judgement = await decideCall(context, changed);
  if (judgement.record.decision === 'deny') return denyCall(context, changed, judgement.record);
  return allowApproved(context, changed, judgement, answered);
}

async function allowApproved(
  context: RunContext,
  valid: ValidCall,
  judgement: Judgement,
  answered: Answered,
): Promise<Verdict> {
  const { remember } = answered.answer;
  const record = recordOf(judgement, answered);
  if (remember === undefined) return withPreview(await allowCall(context, valid, record), answered);
  const shown = answered.request.decision.suggestions ?? [];
  const note = await rememberGrant(context, valid, judgement, { remember, shown });
  const noted = note === undefined ? record : { ...record, reason: `${record.reason} ${note}` };
  return withPreview(await allowCall(context, valid, noted), answered);
}

/** What was shown before the run was left, for a tool that has forgotten since what it knew then. */
function withPreview(verdict: Verdict, { request: { preview }, answer }: Answered): Verdict {
  if (verdict.type !== 'runs' || preview === undefined || answer.by !== 'resume') return verdict;
  return { ...verdict, approvedPreview: preview };
}

/** What a person decided, on what the policy saw. */
function recordOf({ record }: Judgement, { answer }: Answered): DecisionRecord {
  const { mode, units } = record;
  return {
    decision: answer.decision === 'allow' ? 'allow' : 'deny',
    tier: 'approval',
    reason: answer.reason,
    ...(mode === undefined ? {} : { mode }),
    ...(units === undefined ? {} : { units }),
  };
}

function denial(reason: string): DecisionRecord {
  return { decision: 'deny', tier: 'approval', reason };
}

function nobodyToAsk(record: DecisionRecord): DecisionRecord {
  const reason = `${record.reason} Nobody can be asked: pass \`onApproval\` to run(), or allow the call by a rule.`;
  return { ...record, decision: 'deny', reason };
}
