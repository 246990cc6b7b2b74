import { withoutAttempt } from '../session/change-run.ts';
import type { CallState, StartedChild } from '../session/call-list.ts';
import type { EventDraft } from '../session/event.ts';
import { addToLedger, emptyLedger, joinLedgers, reserve, type Ledger } from '../session/ledger.ts';
import type { RunContext } from './run-context.ts';

/**
 * What a sub-agent has used by its own log, those below it included. Where that cannot be read, nobody knows: its whole
 * share counts, and the cost is unknown. Never throws.
 */
export async function usedByChild(context: RunContext, { childSessionId, grant }: StartedChild): Promise<Ledger> {
  try {
    const { run, calls } = await context.stateOf(childSessionId);
    if (run === undefined) return emptyLedger;
    let ledger = withoutAttempt(run).ledger ?? run.ledger;
    for (const { child } of calls.open()) {
      if (child === undefined) continue;
      const { maxCost = 0, maxTokens = 0 } = child.grant;
      ledger = joinLedgers(reserve(ledger, -maxCost, -maxTokens), await usedByChild(context, child));
    }
    return ledger;
  } catch {
    // The store fails, or has something else there; the task's answer or the run's end says so.
    return addToLedger(emptyLedger, {
      model: { provider: 'unknown', id: 'unknown' },
      usage: undefined,
      price: undefined,
      wasBilled: true,
      worstCaseUsd: grant.maxCost,
      worstCaseTokens: grant.maxTokens,
    });
  }
}

/** What comes before the answer to a call that is not taken up again: what the sub-agent used that it had started. */
export async function returnsOf(
  context: RunContext,
  { call, child }: CallState,
  key: string,
): Promise<readonly EventDraft[]> {
  if (child === undefined) return [];
  const { childSessionId } = child;
  const used = await usedByChild(context, child);
  return [{ key: `${key}/returned`, type: 'child_returned', toolCallId: call.id, childSessionId, used }];
}
