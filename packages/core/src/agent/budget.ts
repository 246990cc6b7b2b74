import type { Model, ModelRequest } from '../model.ts';
import type { PriceBook } from '../price.ts';
import type { RunState } from '../session/state.ts';
import { lastTurnPrompt } from '../session/state.ts';
import { totalTokens, type Usage } from '../usage.ts';
import { addUsd, floorUsd } from '../usd.ts';
import { inputBound, messageBound } from './input-bound.ts';
import { readPrice } from './read-usage.ts';
import { askedTier, optionsFor } from './unbounded-option.ts';

/** A limit that what a call uses can pass. */
export type SpendingLimit = 'maxCost' | 'maxTokens';

/** What one model call may use. */
export type Allowance =
  | {
      readonly maxOutputTokens?: number;
      readonly worstCaseUsd?: number;
      readonly worstCaseTokens?: number;
      /** This call is the last that fits: it has to be the final answer. */
      readonly isLastFor?: SpendingLimit;
    }
  | { readonly spent: SpendingLimit };

/** A call that is to be paid for. */
export interface PlannedCall {
  readonly model: Model;
  readonly request: Omit<ModelRequest, 'signal'>;
  /** Time of the call, milliseconds since the epoch. */
  readonly at: number;
  /** The request is not the transcript's, so that what the provider counted for that says nothing. */
  readonly isChanged?: boolean;
  /**
   * What has to fit behind it: nothing, a final answer (or this call becomes it), or the call with this request (or this
   * one is not made).
   */
  readonly before: 'nothing' | 'answer' | { readonly model: Model; readonly request: Omit<ModelRequest, 'signal'> };
}

/** The shortest answer worth paying for, in tokens. */
const shortestAnswer = 64;
/** The shortest answer of a call that is to go on with the work, and what is kept back for a final one. */
const usefulAnswer = 256;
/** What tools are expected to add to the transcript at least. */
const expectedResults = 500;
/** Longest answer asked for where neither the caller nor the model's information names one. */
const defaultMaxOutputTokens = 8_192;

const lastTurnPromptTokens = messageBound(lastTurnPrompt);

/**
 * Clamps a call's output so that the run's ceilings cannot be passed, whatever the model answers, and so that a final
 * answer still fits behind it. The worst case is priced at the dearest way to send the input.
 *
 * The answer behind it is kept back for a transcript that has grown by the whole of this call's answer and by results as
 * long as those before; results that are longer can use it up.
 */
export function allowance(run: RunState, call: PlannedCall, prices: PriceBook | undefined): Allowance {
  const { model, request, before } = call;
  const isLocal = model.info.local === true;
  const { maxTokens } = run.budget;
  const maxCost = isLocal ? undefined : run.budget.maxCost;
  if (maxCost === undefined && maxTokens === undefined) return isLocal ? { worstCaseUsd: 0 } : {};
  const measured = call.isChanged === true ? undefined : run.measured;
  const input = inputBound(request, model, measured);
  const wanted = request.maxOutputTokens ?? model.info.maxOutputTokens ?? defaultMaxOutputTokens;
  const purse = new Purse(run, prices, call.at);
  const tier = askedTier(optionsFor(model, request.providerOptions));
  const sent: Sent = { model, input, tier };

  const behind = callBehind(call, sent);
  if (behind !== undefined) {
    const clamped = purse.clamp(sent, wanted, behind);
    if (clamped.output >= Math.min(usefulAnswer, wanted)) return toAllowance(sent, clamped.output, purse);
    if (before !== 'answer') return { spent: clamped.limit };
    // The first turn of a run goes on with the work, as the one of `maxTurns: 1` does.
    if (run.turns > 0) {
      const last = allowAlone({ ...sent, input: input + lastTurnPromptTokens }, wanted, purse);
      return 'spent' in last ? last : { ...last, isLastFor: clamped.limit };
    }
  }
  return allowAlone(sent, wanted, purse);
}

/** What is left of a run's budget. */
class Purse {
  readonly usd: number;
  readonly tokens: number;
  readonly #prices: PriceBook | undefined;
  readonly #at: number;

  constructor({ budget, ledger }: RunState, prices: PriceBook | undefined, at: number) {
    const { maxCost = Infinity } = budget;
    this.usd = maxCost === Infinity ? maxCost : addUsd(floorUsd(maxCost), -ledger.knownUsd, -ledger.reservedUsd);
    this.tokens = (budget.maxTokens ?? Infinity) - totalTokens(ledger.usage) - ledger.reservedTokens;
    this.#prices = prices;
    this.#at = at;
  }

  /** The longest answer, up to `wanted`, that leaves enough for the call behind it, and the limit that shortens it. */
  clamp(call: Sent, wanted: number, behind?: Sent): { readonly output: number; readonly limit: SpendingLimit } {
    const tokensOf = (output: number): number =>
      call.input + output + (behind === undefined ? 0 : behind.input + output + usefulAnswer);
    const usdOf = (output: number): number =>
      behind === undefined
        ? this.worstCase(call, output)
        : this.worstCase(call, output) + this.worstCase({ ...behind, input: behind.input + output }, usefulAnswer);
    const byTokens = largestWithin(wanted, (output) => tokensOf(output) <= this.tokens);
    const output = this.usd === Infinity ? byTokens : largestWithin(byTokens, (tokens) => usdOf(tokens) <= this.usd);
    return { output, limit: output < byTokens ? 'maxCost' : 'maxTokens' };
  }

  /** The dearest price of a call: all input new, read from a cache, or written to one of any lifetime. */
  worstCase({ model, input, tier }: Sent, output: number): number {
    if (model.info.local === true || this.usd === Infinity) return 0;
    const ref = { provider: model.provider, id: model.id };
    const priced = (usage: Usage, serviceTier?: string): number | undefined =>
      readPrice(this.#prices?.price(usage, ref, this.#at, serviceTier))?.usd;
    const ways: readonly Usage[] = [
      { input, output },
      { input: 0, cacheRead: input, output },
      ...['5m', '30m', '1h', '12h', 'default'].map((ttl) => ({
        input: 0,
        cacheWrites: [{ ttl, tokens: input }],
        output,
      })),
    ];
    const [plain, ...others] = ways.map((usage) => priced(usage));
    const inTier = tier === undefined ? [plain] : ways.map((usage) => priced(usage, tier));
    if (plain === undefined || inTier[0] === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(plain, ...[...others, ...inTier].map((usd) => usd ?? 0));
  }
}

/** A call as far as its input is concerned. */
interface Sent {
  readonly model: Model;
  readonly input: number;
  /** The service tier that is asked for. */
  readonly tier?: string | undefined;
}

/** The call that has to fit behind this one; its input has this one's answer besides. */
function callBehind({ model, request, before }: PlannedCall, sent: Sent): Sent | undefined {
  if (before === 'nothing') return undefined;
  if (before !== 'answer') {
    const tier = askedTier(optionsFor(before.model, before.request.providerOptions));
    return { model: before.model, input: inputBound(before.request, before.model), tier };
  }
  const results = request.messages.findLast(({ role }) => role === 'tool');
  const resultTokens = results === undefined ? 0 : messageBound(results, model.info.maxImageTokens);
  return { ...sent, input: sent.input + Math.max(expectedResults, resultTokens) + lastTurnPromptTokens };
}

function allowAlone(sent: Sent, wanted: number, purse: Purse): Allowance {
  const { output, limit } = purse.clamp(sent, wanted);
  if (output < Math.min(shortestAnswer, wanted)) return { spent: limit };
  return toAllowance(sent, output, purse);
}

function toAllowance(sent: Sent, output: number, purse: Purse): Allowance {
  const isPriced = purse.usd !== Infinity || sent.model.info.local === true;
  return {
    maxOutputTokens: output,
    worstCaseTokens: sent.input + output,
    ...(isPriced ? { worstCaseUsd: purse.worstCase(sent, output) } : {}),
  };
}

/**
 * The largest whole number from 0 to `most` that is within; `isWithin` must hold up to some number and fail above it. -1
 * where not even 0 is.
 */
function largestWithin(most: number, isWithin: (value: number) => boolean): number {
  if (isWithin(most)) return most;
  let [low, high] = [-1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isWithin(middle)) low = middle;
    else high = middle;
  }
  return low;
}
