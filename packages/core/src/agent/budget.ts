import type { BudgetLimit } from '../message.ts';
import type { Model, ModelRequest } from '../model.ts';
import type { PriceBook } from '../price.ts';
import type { RunState } from '../session/state.ts';
import { totalTokens, type Usage } from '../usage.ts';
import { readPrice } from './read-usage.ts';

/** What one model call may use. */
export type Allowance =
  | { readonly maxOutputTokens?: number; readonly worstCaseUsd?: number; readonly worstCaseTokens?: number }
  | { readonly spent: BudgetLimit };

/** The shortest answer worth paying for, in tokens. */
const shortestAnswer = 64;
/** Longest answer asked for where neither the caller nor the model's information names one. */
const defaultMaxOutputTokens = 8_192;
/** What a provider adds to a request of its own: tool instructions, message frames. Generous. */
const frameTokens = 1_000;
const frameTokensPerMessage = 50;
/** More than any provider counts for one image. */
const imageTokens = 10_000;

/**
 * Clamps a call's output so that the run's ceilings cannot be passed, whatever the model answers.
 *
 * The input is bounded from above: what the provider counted for the messages it has seen, and one token a byte for
 * the rest, because no tokenizer needs more. The worst case is priced at the dearest way to send the input.
 *
 * @param at - Time of the call, milliseconds since the epoch.
 * @param isChanged - The request is not the transcript's, so that what the provider counted for that says nothing.
 */
export function allowance(
  run: RunState,
  model: Model,
  request: Omit<ModelRequest, 'signal'>,
  prices: PriceBook | undefined,
  at: number,
  isChanged = false,
): Allowance {
  const { maxTokens } = run.budget;
  const isLocal = model.info.local === true;
  const maxCost = isLocal ? undefined : run.budget.maxCost;
  if (maxCost === undefined && maxTokens === undefined) return isLocal ? { worstCaseUsd: 0 } : {};
  const input = inputBound(isChanged ? undefined : run.measured, request);
  let output = request.maxOutputTokens ?? model.info.maxOutputTokens ?? defaultMaxOutputTokens;
  if (maxTokens !== undefined) {
    output = Math.min(output, maxTokens - totalTokens(run.ledger.usage) - run.ledger.reservedTokens - input);
    if (output < Math.min(shortestAnswer, request.maxOutputTokens ?? shortestAnswer)) return { spent: 'maxTokens' };
  }
  if (maxCost === undefined) {
    return { maxOutputTokens: output, worstCaseTokens: input + output, ...(isLocal ? { worstCaseUsd: 0 } : {}) };
  }
  const left = maxCost - run.ledger.knownUsd - run.ledger.reservedUsd;
  const costOf = (tokens: number): number => worstCaseUsd(prices, model, input, tokens, at);
  const affordable = largestWithin(output, (tokens) => costOf(tokens) <= left);
  if (affordable < Math.min(shortestAnswer, output)) return { spent: 'maxCost' };
  return { maxOutputTokens: affordable, worstCaseUsd: costOf(affordable), worstCaseTokens: input + affordable };
}

/** The dearest price of a call: all input new, read from a cache, or written to one of any lifetime. */
function worstCaseUsd(prices: PriceBook | undefined, model: Model, input: number, output: number, at: number): number {
  const ref = { provider: model.provider, id: model.id };
  const ways: readonly Usage[] = [
    { input, output },
    { input: 0, cacheRead: input, output },
    ...['5m', '30m', '1h', '12h', 'default'].map((ttl) => ({
      input: 0,
      cacheWrites: [{ ttl, tokens: input }],
      output,
    })),
  ];
  const [plain, ...others] = ways.map((usage) => readPrice(prices?.price(usage, ref, at))?.usd);
  return plain === undefined ? Number.POSITIVE_INFINITY : Math.max(plain, ...others.map((usd) => usd ?? 0));
}

/** More tokens than the request's input can have. */
function inputBound(measured: RunState['measured'], request: Omit<ModelRequest, 'signal'>): number {
  const unseen = measured === undefined ? request.messages : request.messages.slice(measured.messages);
  const { system = '', tools, providerOptions = {} } = request;
  const known = measured?.tokens ?? frameTokens + bytes(system) + bytes(JSON.stringify([tools, providerOptions]));
  return known + unseen.reduce((sum, message) => sum + messageBound(message), 0);
}

function messageBound(message: ModelRequest['messages'][number]): number {
  let images = 0;
  const text = JSON.stringify(message, (_key, value: unknown) => {
    // What looks like an image in a model's own words is text: the arguments of a call, say.
    if (message.role === 'assistant' || !isImage(value)) return value;
    images++;
    return undefined;
  });
  return frameTokensPerMessage + bytes(text) + images * imageTokens;
}

function isImage(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'image' && 'mediaType' in value
  );
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The largest whole number from 0 to `most` that is within; `isWithin` must hold up to some number and fail above it. */
function largestWithin(most: number, isWithin: (value: number) => boolean): number {
  if (isWithin(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isWithin(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** A threshold of a limit that an event has just passed. */
export interface PassedThreshold {
  readonly limit: BudgetLimit;
  readonly threshold: number;
  readonly used: number;
  readonly max: number;
}

const defaultWarnAt: readonly number[] = [0.5, 0.8];

/** The thresholds that lie between two states of a run, lowest first. */
export function passedThresholds(before: RunState, after: RunState): readonly PassedThreshold[] {
  const { budget } = after;
  const thresholds = [...new Set(budget.warnAt ?? defaultWarnAt)].sort((left, right) => left - right);
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
