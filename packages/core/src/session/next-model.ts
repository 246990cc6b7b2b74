import type { PassedOver } from '../message.ts';
import type { Candidate, FallbackRules, ModelFailed } from './event.ts';
import { modelKey, type Health } from './fold-models.ts';
import type { SwitchModel } from './next-step.ts';
import type { LastTurn, RunState, SessionState } from './state.ts';

/**
 * The model to call in place of one that failed: where no retry is to come, or where it has failed so often in a row that
 * none would help.
 *
 * A request that is too long goes to a model with a larger window; as a last resort, where nothing could be left out
 * of it, to one whose window is not known.
 */
export function otherAfterFailure(
  state: SessionState,
  run: RunState,
  failure: ModelFailed,
  { isLastResort = false }: { readonly isLastResort?: boolean } = {},
): SwitchModel | undefined {
  const { fallback, others } = run;
  const { error, model, turn, attempt, retryInMs } = failure;
  if (fallback === undefined || others === undefined || error.kind === undefined) return undefined;
  if (!fallback.on.includes(error.kind)) return undefined;
  const isUnhealthy = (state.health[modelKey(model)]?.failures ?? 0) >= fallback.breakAfter;
  if (retryInMs !== undefined && !isUnhealthy) return undefined;
  const mayHelp = (other: Candidate): boolean => {
    if (error.kind === 'auth') return other.provider !== model.provider;
    if (error.kind !== 'context_overflow') return true;
    const [ownWindow, window] = [others.contextWindow, other.contextWindow];
    return ownWindow === undefined || window === undefined ? isLastResort : window > ownWindow;
  };
  return switchTo(others.candidates, mayHelp, { turn, attempt: attempt + 1, reason: 'failure', error });
}

/** The model to ask where one has declined, if the rules want that and there is a turn left. */
export function otherAfterRefusal(state: SessionState, run: RunState, last: LastTurn): SwitchModel | undefined {
  const { fallback, others, budget } = run;
  const isOver = last.keptBackFor !== undefined || run.turns >= (budget.maxTurns ?? Infinity);
  if (isOver || others === undefined || fallback?.on.includes('refusal') !== true) return undefined;
  return switchTo(others.candidates, () => true, { turn: state.turn + 1, attempt: 1, reason: 'refusal' });
}

function switchTo(
  candidates: readonly Candidate[],
  mayHelp: (other: Candidate) => boolean,
  step: Pick<SwitchModel, 'turn' | 'attempt' | 'reason' | 'error'>,
): SwitchModel | undefined {
  const index = candidates.findIndex((other) => other.passedOver === undefined && mayHelp(other));
  const found = candidates[index];
  if (found === undefined) return undefined;
  const passedOver = candidates.slice(0, index).flatMap((other) => toPassedOver(other));
  return { type: 'switch_model', ...step, to: { provider: found.provider, id: found.id }, passedOver };
}

/** What is said of a model that is not called. */
export function toPassedOver({ provider, id, passedOver: reason }: Candidate): readonly PassedOver[] {
  return reason === undefined ? [] : [{ provider, id, reason }];
}

/** True while a model that failed too often is left alone. Once the time is over, a single failure begins it anew. */
export function isLeftAlone(health: Health | undefined, rules: FallbackRules, now: number): boolean {
  return health !== undefined && health.failures >= rules.breakAfter && now - health.lastAt < rules.breakForMs;
}
