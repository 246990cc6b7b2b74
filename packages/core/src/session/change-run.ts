import type { AssistantBlock } from '../transcript.ts';
import type { ModelFailed, ModelFinished, ModelStarted } from './event.ts';
import { addToLedger, emptyLedger, type Ledger } from './ledger.ts';
import type { RunState, SessionState } from './state.ts';

/** The ledger with the attempt that has just ended. */
export function charge(state: SessionState, event: ModelFinished | ModelFailed): Ledger {
  const ledger = state.run?.ledger ?? emptyLedger;
  if (event.type === 'model_failed' && event.isUnsent === true) return ledger;
  return addToLedger(ledger, {
    model: event.model,
    usage: event.usage,
    price: event.price,
    wasBilled: event.type === 'model_finished' || event.wasBilled,
    worstCaseUsd: state.run?.attempt?.worstCaseUsd,
    worstCaseTokens: state.run?.attempt?.worstCaseTokens,
  });
}

/** Closes an attempt whose end is not in the log: it may have been billed, and nobody knows how much. */
export function withoutAttempt(run: RunState | undefined): RunChange {
  if (run?.attempt === undefined) return {};
  return { attempt: undefined, ledger: chargeLost(run.ledger, run.attempt) };
}

function chargeLost(ledger: Ledger, { model, worstCaseUsd, worstCaseTokens }: ModelStarted): Ledger {
  const price = worstCaseUsd === 0 ? ({ usd: 0, basis: 'local' } as const) : undefined;
  return addToLedger(ledger, { model, usage: undefined, price, wasBilled: true, worstCaseUsd, worstCaseTokens });
}

/** Fields of a run that an event changes; `undefined` removes one. */
export type RunChange = { readonly [Key in keyof RunState]?: RunState[Key] | undefined };

/** The state with a change to its run; the same state where no run has started. */
export function withRun(state: SessionState, change: RunChange): SessionState {
  if (state.run === undefined) return state;
  const run: Record<string, unknown> = { ...state.run, ...change };
  for (const [key, value] of Object.entries(change)) if (value === undefined) delete run[key];
  // Holds because `change` has the types of RunState and only optional fields are ever removed.
  return { ...state, run: run as unknown as RunState };
}

/** The run of a state in which one has started. */
export function runOf(state: SessionState): RunState {
  if (state.run === undefined) throw new TypeError('No run has started in this session.');
  return state.run;
}

/** The visible text of an answer. */
export function textOf(content: readonly AssistantBlock[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
