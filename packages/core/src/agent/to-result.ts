import type { Result } from '../message.ts';
import { runOf } from '../session/change-run.ts';
import { pendingApprovals } from '../session/pending-approvals.ts';
import { denialsOf, type SessionState } from '../session/state.ts';
import { totalTokens } from '../usage.ts';

/** The Result of a run that has finished. Pure. */
export function toResult(state: SessionState, sessionId: string): Result {
  const run = runOf(state);
  const { ledger, end } = run;
  if (end === undefined) throw new TypeError('The run has not finished.');
  // A run that called no model has cost nothing, and that is known.
  const cost = Object.keys(ledger.byModel).length === 0 ? { usd: 0, basis: 'local' as const } : ledger.cost;
  return {
    type: 'result',
    sessionId,
    eventSeq: state.seq,
    text: run.text,
    turns: run.turns,
    toolCalls: run.toolCalls,
    totalTokens: totalTokens(ledger.usage),
    totalCost: cost?.usd,
    usage: ledger.usage,
    usageByModel: ledger.byModel,
    cost,
    stopReason: end.stopReason,
    ...(end.limit === undefined ? {} : { limit: end.limit }),
    ...(run.output === undefined || end.stopReason === 'error' ? {} : { output: run.output.json }),
    pendingApprovals: end.stopReason === 'approval_required' ? pendingApprovals(state) : [],
    denials: denialsOf(run),
    ...(end.error === undefined ? {} : { error: end.error }),
    durationMs: (run.endedAt ?? run.startedAt) - run.startedAt,
  };
}
