import type { CacheWrite, Usage } from '@harness-sdk/core';
import { addUsage } from '@harness-sdk/core';
import { isObject, itemsOf } from './wire.ts';
import type { WireUsage } from './wire.ts';

/**
 * Counts with those of a later event over them. Later counts are cumulative, so they replace; a field that is `null` or
 * absent says nothing and leaves the earlier one.
 */
export function mergeUsage(earlier: WireUsage | undefined, later: WireUsage): WireUsage {
  const news = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...earlier, ...Object.fromEntries(news) };
}

/**
 * Token counts in the shape of the SDK, with the vendor's own object as `raw`.
 *
 * The compaction of a context is billed with the call that made it necessary, but "a `compaction` entry's tokens are not
 * included in the top-level `usage` fields" (`BetaUsage.iterations` of `@anthropic-ai/sdk` 1.12.0), so they are added.
 *
 * @returns `undefined` where no count has arrived.
 */
export function toUsage(raw: WireUsage | undefined): Usage | undefined {
  if (raw === undefined) return undefined;
  let usage = countsOf(raw);
  for (const iteration of itemsOf(raw['iterations'])) {
    if (isObject(iteration) && iteration['type'] === 'compaction') usage = addUsage(usage, countsOf(iteration));
  }
  return { ...usage, raw };
}

function countsOf(raw: WireUsage): Usage {
  return {
    ...count('input', raw.input_tokens),
    ...count('cacheRead', raw.cache_read_input_tokens),
    ...cacheWrites(raw),
    ...count('output', raw.output_tokens),
    ...count('reasoning', raw.output_tokens_details?.thinking_tokens),
  };
}

function count(name: 'input' | 'cacheRead' | 'output' | 'reasoning', tokens: number | null | undefined): Usage {
  return isCount(tokens) ? { [name]: tokens } : {};
}

/**
 * The split by lifetime comes with the start of the message, the total is cumulative: what the split does not say to be
 * written for an hour was written for five minutes, the API's default and all that old models have.
 */
function cacheWrites({ cache_creation: split, cache_creation_input_tokens: total }: WireUsage): Usage {
  if (!isCount(total) && !split) return {};
  const fiveMinutes = isCount(split?.ephemeral_5m_input_tokens) ? split.ephemeral_5m_input_tokens : 0;
  const oneHour = isCount(split?.ephemeral_1h_input_tokens) ? split.ephemeral_1h_input_tokens : 0;
  const rest = isCount(total) ? Math.max(0, total - oneHour) : fiveMinutes;
  const writes: readonly CacheWrite[] = [
    { ttl: '5m', tokens: rest },
    { ttl: '1h', tokens: oneHour },
  ];
  return { cacheWrites: writes.filter(({ tokens }) => tokens > 0) };
}

/** Gateways may send anything; a price must not be made from it. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}
