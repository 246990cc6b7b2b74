import type { ModelErrorKind } from '../errors.ts';
import type { ModelRef } from '../price.ts';
import { withRun } from './change-run.ts';
import type { ModelFailed, ModelFinished, ModelSwitched } from './event.ts';
import type { SessionState } from './state.ts';

/** How often a model failed in a row, and when it last did. */
export interface Health {
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Kinds that say something about the model and its provider; others are about the request, or about us. */
const telling: ReadonlySet<ModelErrorKind | undefined> = new Set<ModelErrorKind>([
  'auth',
  'quota',
  'rate_limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'malformed_output',
  'protocol',
]);

/** The name of a model in records. */
export function modelKey({ provider, id }: ModelRef): string {
  return `${provider}/${id}`;
}

/** True for two references to the same model. */
export function isSameModel(one: ModelRef, other: ModelRef): boolean {
  return one.provider === other.provider && one.id === other.id;
}

/** One more failure of a model. */
export function noteFailure(state: SessionState, event: ModelFailed, at: number): SessionState {
  if (event.isUnsent === true || !telling.has(event.error.kind)) return state;
  const key = modelKey(event.model);
  const failures = (state.health[key]?.failures ?? 0) + 1;
  return { ...state, health: { ...state.health, [key]: { failures, lastAt: at } } };
}

/** A model that answers has no failures behind it. */
export function noteSuccess(state: SessionState, { model }: ModelFinished): SessionState {
  const key = modelKey(model);
  if (!Object.hasOwn(state.health, key)) return state;
  const { [key]: _, ...health } = state.health;
  return { ...state, health };
}

/**
 * Another model takes over. What the one before counted says nothing about it, and a call that failed is made again as the
 * next attempt.
 */
export function switchModel(state: SessionState, event: ModelSwitched): SessionState {
  const { run } = state;
  if (run === undefined) return state;
  const { from, to, turn, attempt, reason, compaction } = event;
  const hasFallen = reason === 'failure' || reason === 'refusal';
  return withRun(state, {
    model: to,
    compaction,
    measured: undefined,
    overflows: 0,
    failure: undefined,
    fallen: hasFallen ? [...run.fallen, { ...from, turn }] : run.fallen,
    ...(reason === 'refusal' ? { lastTurn: undefined } : {}),
    ...(reason === 'failure' ? { retry: { turn, attempt, isSwitched: true } } : {}),
    switched: { turn, attempt },
  });
}
