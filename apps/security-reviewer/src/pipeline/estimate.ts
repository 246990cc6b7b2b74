import type { Model, PriceBook, Usage } from '@harness-sdk/core';
import { SYSTEM_PROMPT, unitPrompt } from '../prompt.ts';
import type { ModelPlan } from './plan-model-pass.ts';

/** What a language model's part of a review may come to. */
export interface Estimate {
  /** Sessions of the first look. */
  readonly units: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, without what caching saves; `undefined` where the model has no known price. */
  readonly costUsd: number | undefined;
}

/** Characters a token, on the safe side for source code. */
const charactersPerToken = 3;
/** Calls of a session that reads its files, reports and ends; each sends again what was said before. */
const callsPerUnit = 3;
/** Descriptions of the tools. */
const toolTokens = 2_500;
/** What a session writes: its calls, two findings or so, and a sentence. */
const outputTokensPerUnit = 1_000;

/** Estimates the first look of a plan. The second looks depend on what is found: about as much again, at most. */
export function estimate(
  { units, contextOf, partBytes }: ModelPlan,
  { model, prices, at }: { readonly model: Model; readonly prices: PriceBook | undefined; readonly at: number },
): Estimate {
  let inputTokens = 0;
  for (const unit of units) {
    const prompt = (SYSTEM_PROMPT.length + unitPrompt(unit, contextOf(unit)).length) / charactersPerToken;
    // The first call has not read the files yet.
    const files = partBytes(unit) / charactersPerToken;
    inputTokens += Math.ceil(callsPerUnit * (prompt + toolTokens) + (callsPerUnit - 1) * files);
  }
  const outputTokens = units.length * outputTokensPerUnit;
  const usage: Usage = { input: inputTokens, output: outputTokens };
  const price = prices?.price(usage, { provider: model.provider, id: model.id }, at);
  const costUsd = model.info.local === true ? 0 : price?.usd;
  return { units: units.length, inputTokens, outputTokens, costUsd };
}
