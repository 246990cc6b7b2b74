import type { ModelRef } from '@harness-sdk/core';
import { withoutVersion } from './model-id.ts';

/** Names of the ordinary tier, in requests and in answers. */
const ordinary: ReadonlySet<string> = new Set(['standard', 'standard_only', 'default', 'auto', 'on_demand']);

/** Tiers whose price is the ordinary one times a number, for all models of a provider. Read on 2026-11-22. */
const factors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // https://developers.openai.com/api/docs/pricing: batch and flex at half the price
  openai: { batch: 0.5, flex: 0.5 },
  // https://platform.claude.com/docs/en/models/sonnet-5/overview: batch at half the price. Priority is a commitment that is
  // made at the list price.
  anthropic: { batch: 0.5, priority: 1 },
};

/**
 * The fast tier of single models: `fast`, and `priority` at OpenAI, which is its older name.
 *
 * @see https://openai.com/api-fast-mode/ against the ordinary prices
 * @see https://developers.openai.com/api/docs/models/gpt-6.2-sol
 * @see https://platform.claude.com/docs/en/build-with-claude/fast-mode
 */
const fastFactors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  openai: {
    'gpt-6.2-sol': 2,
    'gpt-6.1-sol': 2,
    'gpt-6.1-terra': 2,
    'gpt-6-astra': 2,
    'gpt-6-sol': 2,
    'gpt-6-luna': 2,
    'gpt-5.6-sol': 2,
    'gpt-5.6-terra': 2,
    'gpt-5.6-luna': 2,
    'gpt-5.5': 2.5,
    'gpt-5.4': 2,
    'gpt-5.4-mini': 2,
    'gpt-5.2': 2,
    'gpt-5.1': 2,
    'gpt-5': 2,
    'gpt-5-mini': 1.8,
    'gpt-4.1': 1.75,
  },
  // 8 and 40 dollars instead of 4 and 20
  anthropic: { 'claude-opus-5-5': 2 },
};

/**
 * What every price of a call is multiplied by in a service tier, or `undefined` where that is not known: such a call has no
 * known price.
 */
export function tierFactor({ provider, id }: ModelRef, serviceTier: string | undefined): number | undefined {
  if (serviceTier === undefined || ordinary.has(serviceTier.toLowerCase())) return 1;
  const tier = serviceTier.toLowerCase();
  const isFast = tier === 'fast' || (tier === 'priority' && provider === 'openai');
  if (!isFast) return own(factors[provider], tier);
  return own(fastFactors[provider], id) ?? own(fastFactors[provider], withoutVersion(id));
}

function own(table: Readonly<Record<string, number>> | undefined, name: string): number | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
