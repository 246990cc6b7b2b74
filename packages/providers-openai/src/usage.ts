import type { CacheWrite, Json, JsonObject, Usage } from '@harness-sdk/core';
import { isObject, countOf, objectOf } from './wire.ts';

/** Counts as both APIs report them, under one name each. */
interface ReportedCounts {
  /** All input tokens, those read from and written to a cache included. */
  readonly input: number | undefined;
  readonly cached: number | undefined;
  readonly written: number | undefined;
  /** Lifetimes of what was written, where they are told apart. */
  readonly writes: readonly CacheWrite[];
  readonly output: number | undefined;
  readonly reasoning: number | undefined;
  readonly total: number | undefined;
}

/**
 * Token counts of the Responses API in the shape of the SDK, with the vendor's own object as `raw`.
 *
 * @returns `undefined` where no counts have arrived.
 */
export function toResponseUsage(raw: Json | undefined): Usage | undefined {
  if (!isObject(raw)) return undefined;
  return toUsage(raw, {
    input: countOf(raw['input_tokens']),
    output: countOf(raw['output_tokens']),
    ...inputDetails(objectOf(raw['input_tokens_details'])),
    reasoning: countOf(objectOf(raw['output_tokens_details'])['reasoning_tokens']),
    total: countOf(raw['total_tokens']),
  });
}

/**
 * Token counts of Chat Completions in the shape of the SDK, with the server's own object as `raw`.
 *
 * @returns `undefined` where no counts have arrived.
 */
export function toChatUsage(raw: Json | undefined): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const details = inputDetails(objectOf(raw['prompt_tokens_details']));
  return toUsage(raw, {
    input: countOf(raw['prompt_tokens']),
    output: countOf(raw['completion_tokens']),
    ...details,
    // DeepSeek's older field for the same.
    cached: details.cached ?? countOf(raw['prompt_cache_hit_tokens']),
    reasoning: countOf(objectOf(raw['completion_tokens_details'])['reasoning_tokens']),
    total: countOf(raw['total_tokens']),
  });
}

/**
 * What the server says that the call cost, in US dollars.
 *
 * OpenRouter sends `cost`, what it charged; with a key of the caller's own for the provider behind it, that is its fee
 * alone, and the provider's price stands beside it. xAI sends `cost_in_usd_ticks`, ten billion to the dollar: the counts of
 * its recorded answers at its list prices give exactly that. A cost of 0 ticks comes from Azure, which bills by itself.
 *
 * @see https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function toCostUsd(raw: Json | undefined): number | undefined {
  const { cost, cost_in_usd_ticks: ticks, is_byok: isOwnKey, cost_details } = objectOf(raw);
  if (isAmount(cost)) {
    const upstream = amountOf(objectOf(cost_details)['upstream_inference_cost']);
    return isOwnKey === true ? cost + upstream : cost;
  }
  return isAmount(ticks) && ticks > 0 ? ticks / 1e10 : undefined;
}

function amountOf(value: Json | undefined): number {
  return isAmount(value) ? value : 0;
}

/** JSON has numbers that are too large for one of ours, which are read as infinite. */
function isAmount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function inputDetails(details: JsonObject): Pick<ReportedCounts, 'cached' | 'written' | 'writes'> {
  const lifetimes = objectOf(details['cache_write_tokens_details']);
  const writes = [
    { ttl: '30m', tokens: countOf(lifetimes['ttl_30m_tokens']) ?? 0 },
    { ttl: '12h', tokens: countOf(lifetimes['ttl_12h_tokens']) ?? 0 },
  ];
  return {
    cached: countOf(details['cached_tokens']),
    written: countOf(details['cache_write_tokens']),
    writes: writes.filter(({ tokens }) => tokens > 0),
  };
}

function toUsage(raw: JsonObject, reported: ReportedCounts): Usage {
  const counts = withoutImpossible(reported);
  const { input, cached, written, output, reasoning } = counts;
  return {
    ...(input === undefined ? {} : { input: input - (cached ?? 0) - (written ?? 0) }),
    ...(cached === undefined ? {} : { cacheRead: cached }),
    ...(written === undefined ? {} : { cacheWrites: toCacheWrites(written, counts.writes) }),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    raw,
  };
}

/**
 * Counts that fit together, so that nothing is counted twice and nothing is negative.
 *
 * - Cached tokens are a part of the input. Azure's Grok reports more of them than input (161 of 7, with a total that has
 *   neither); such a count is left out, and the whole input is counted as not cached.
 * - Reasoning is a part of the output. xAI's chat leaves it out, and only its total shows it; a proxied MiniMax reports more
 *   reasoning than output, with a total that has only the output.
 */
function withoutImpossible(counts: ReportedCounts): ReportedCounts {
  const { input = 0, output, reasoning, total } = counts;
  const cached = (counts.cached ?? 0) > input ? undefined : counts.cached;
  const written = (counts.written ?? 0) > input - (cached ?? 0) ? undefined : counts.written;
  if (output === undefined || reasoning === undefined) return { ...counts, cached, written };
  const isApart = reasoning > 0 && total === input + output + reasoning;
  const whole = isApart ? output + reasoning : output;
  return { ...counts, cached, written, output: whole, reasoning: Math.min(reasoning, whole) };
}

/** What no lifetime is given for was written for the API's default one. */
function toCacheWrites(written: number, writes: readonly CacheWrite[]): readonly CacheWrite[] {
  const rest = written - writes.reduce((sum, { tokens }) => sum + tokens, 0);
  if (rest < 0) return [{ ttl: 'default', tokens: written }];
  return rest === 0 ? writes : [...writes, { ttl: 'default', tokens: rest }];
}
