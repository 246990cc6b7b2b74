import { withRun } from './change-run.ts';
import type { ChildGranted, ChildReturned } from './event.ts';
import { joinLedgers, reserve } from './ledger.ts';
import type { SessionState } from './state.ts';

/** What a sub-agent may use is set aside until it returns. */
export function grantChild(state: SessionState, { toolCallId, childSessionId, grant }: ChildGranted): SessionState {
  if (state.run === undefined) return state;
  const ledger = reserve(state.run.ledger, grant.maxCost ?? 0, grant.maxTokens ?? 0);
  const child = { childSessionId, grant };
  return { ...withRun(state, { ledger }), calls: state.calls.with(toolCallId, { isStarted: true, child }) };
}

/** What it used instead counts from now on. */
export function returnChild(state: SessionState, { toolCallId, used }: ChildReturned): SessionState {
  if (state.run === undefined) return state;
  const { maxCost = 0, maxTokens = 0 } = state.calls.get(toolCallId)?.child?.grant ?? {};
  return withRun(state, { ledger: joinLedgers(reserve(state.run.ledger, -maxCost, -maxTokens), used) });
}
