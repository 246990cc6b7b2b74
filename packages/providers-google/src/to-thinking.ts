import type { Effort, ModelRequest } from '@harness-sdk/core';
import type { ThinkingControl, ThinkingLevel } from './model-info.ts';

/** The `thinkingConfig` of a request. */
export interface ThinkingConfig {
  readonly includeThoughts?: boolean;
  readonly thinkingLevel?: ThinkingLevel;
  readonly thinkingBudget?: number;
}

type Thinking = Exclude<Effort, 'none'>;

const levels: Readonly<Record<Thinking, ThinkingLevel>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  max: 'HIGH',
};

const order: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

/** Tokens to think with, on models that want a number. Ours, within the limits of the model. */
const budgets: Readonly<Record<Thinking, number>> = {
  minimal: 512,
  low: 4_096,
  medium: 8_192,
  high: 16_384,
  max: 32_768,
};

/**
 * How hard to think, and that thoughts are to be shown: the API does not show them unless it is asked to. Without an
 * effort the model does what it does by default.
 *
 * @returns `undefined` where nothing is to be said.
 */
export function toThinking(
  { effort, maxOutputTokens }: Pick<ModelRequest, 'effort' | 'maxOutputTokens'>,
  control: ThinkingControl,
): ThinkingConfig | undefined {
  if (effort === undefined) return thinksByItself(control) ? { includeThoughts: true } : undefined;
  if (control.by === 'level') return withLevel(effort, control.levels);
  if (effort === 'none') return { thinkingBudget: control.canBeOff ? 0 : control.min };
  // Thoughts count towards the output: half of it is left for the answer.
  const most = Math.min(control.max, Math.floor((maxOutputTokens ?? Number.POSITIVE_INFINITY) / 2));
  return { thinkingBudget: Math.max(control.min, Math.min(budgets[effort], most)), includeThoughts: true };
}

/** The API refuses to be asked for thoughts of a model that does not think. */
function thinksByItself(control: ThinkingControl): boolean {
  return control.by === 'level' ? control.isKnown : control.thinksByDefault;
}

/** The nearest step that the model takes, the higher one where there is none for the effort. Nothing turns it off. */
function withLevel(effort: Effort, known: readonly ThinkingLevel[]): ThinkingConfig {
  const wanted = order.indexOf(effort === 'none' ? 'MINIMAL' : levels[effort]);
  const thinkingLevel = known.find((level) => order.indexOf(level) >= wanted) ?? 'HIGH';
  return { thinkingLevel, ...(effort === 'none' ? {} : { includeThoughts: true }) };
}
