import type { CacheWrite, Usage } from '@harness-sdk/core';

/** Prices of a model's tokens, all in US dollars per million tokens. */
export interface TokenPrices {
  /** Input that was neither read from nor written to a cache. */
  readonly input: number;
  /** Output, reasoning included. */
  readonly output: number;
  /** Input read from a cache. Default: as `input`. */
  readonly cacheRead?: number;
  /**
   * Input written to a cache: one price, or one for each lifetime as the provider names it (`5m`, `1h`). Default:
   * unknown, so that a call with such writes has no known price.
   */
  readonly cacheWrites?: number | Readonly<Record<string, number>>;
}

/** The counts of a call that has all it takes to be priced. */
export interface PricedUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Without those of zero tokens. */
  readonly cacheWrites: readonly CacheWrite[];
}

/**
 * The counts to price, or `undefined` where they do not make a price: input or output was not reported, or a count is
 * no number of tokens. Cache counts that were not reported are zero: `input` is what no cache had a part in.
 */
export function toPricedUsage(usage: Usage): PricedUsage | undefined {
  const { input, output, cacheRead = 0, cacheWrites = [] } = usage;
  if (input === undefined || output === undefined) return undefined;
  const counts = [input, output, cacheRead, ...cacheWrites.map((write) => write.tokens)];
  if (!counts.every((count) => Number.isFinite(count) && count >= 0)) return undefined;
  return { input, output, cacheRead, cacheWrites: cacheWrites.filter((write) => write.tokens > 0) };
}

/** US dollars for these counts, or `undefined` where one of them has no price. */
export function usdOf(usage: PricedUsage, prices: TokenPrices): number | undefined {
  let millionths =
    usage.input * prices.input + usage.output * prices.output + usage.cacheRead * (prices.cacheRead ?? prices.input);
  for (const { ttl, tokens } of usage.cacheWrites) {
    const price = cacheWritePrice(prices.cacheWrites, ttl);
    if (price === undefined) return undefined;
    millionths += tokens * price;
  }
  return millionths / 1_000_000;
}

function cacheWritePrice(prices: TokenPrices['cacheWrites'], ttl: string): number | undefined {
  if (prices === undefined || typeof prices === 'number') return prices;
  return Object.hasOwn(prices, ttl) ? prices[ttl] : undefined;
}
