import type { CallState } from '../session/call-list.ts';
import { askAbout, canBeAsked } from './ask-about.ts';
import { callKey } from './call-key.ts';
import type { RunContext } from './run-context.ts';
import { toQuestion } from './to-question.ts';
import { weighCall } from './weigh-call.ts';

/**
 * Asks about calls whose turn has not come, because one before them waits for a decision: so all that there is to decide
 * on is known at once. Nothing runs; each is judged again when its turn comes.
 */
export async function askAhead(context: RunContext, calls: readonly CallState[]): Promise<void> {
  for (const { call } of calls) {
    if (context.signal.aborted) return;
    const weighed = await weighCall(context, { call, key: callKey(context.log.state.turn, call.id) });
    if ('problem' in weighed || weighed.judgement.record.decision !== 'ask') continue;
    if (!canBeAsked(context, weighed.valid)) continue;
    const question = await toQuestion(context, weighed.valid, weighed.judgement);
    if (!('problem' in question)) await askAbout(context, weighed.valid, question);
  }
}
