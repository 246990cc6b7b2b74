import type { BudgetLimit } from '../message.ts';
import type { Budget } from '../session/event.ts';
import type { RunState } from '../session/state.ts';
import { totalTokens } from '../usage.ts';

/** A threshold of a limit that was passed. */
export interface PassedThreshold {
  readonly limit: BudgetLimit;
  readonly threshold: number;
  readonly used: number;
  readonly max: number;
}

const defaultWarnAt: readonly number[] = [0.5, 0.8];

/** Fractions of the limits at which to warn, lowest first, each once. */
export function thresholdsOf({ warnAt = defaultWarnAt }: Budget): readonly number[] {
  return [...new Set(warnAt)].sort((left, right) => left - right);
}

/** The thresholds that lie between two states of a run, lowest first. Those of `maxDurationMs` pass by themselves. */
export function passedThresholds(before: RunState, after: RunState): readonly PassedThreshold[] {
  const { budget } = after;
  const thresholds = thresholdsOf(budget);
  return limits.flatMap(([limit, usedOf]) => {
    const max = budget[limit];
    if (max === undefined) return [];
    const [was, used] = [usedOf(before), usedOf(after)];
    return thresholds
      .filter((threshold) => was < threshold * max && used >= threshold * max)
      .map((threshold) => ({ limit, threshold, used, max }));
  });
}

const limits: readonly (readonly [Exclude<BudgetLimit, 'maxDurationMs'>, (run: RunState) => number])[] = [
  ['maxCost', (run) => run.ledger.knownUsd],
  ['maxTokens', (run) => totalTokens(run.ledger.usage)],
  ['maxTurns', (run) => run.turns],
];
