import type { Price } from '../price.ts';
import type { CacheWrite, Usage } from '../usage.ts';
import { roundUsd } from '../usd.ts';

/**
 * A usage as a model reported it, without the counts that are none: a sum with one of them would be none either, and
 * no ceiling would hold. They count as not reported.
 */
export function readUsage(usage: Usage): Usage {
  const { input, cacheRead, output, reasoning, cacheWrites } = usage;
  const counts = [input, cacheRead, output, reasoning];
  const isWhole = counts.every((count) => count === undefined || isAmount(count));
  if (isWhole && (cacheWrites === undefined || areWrites(cacheWrites))) return usage;
  const entries = Object.entries(usage).filter(
    ([key, value]) => key === 'raw' || (key === 'cacheWrites' ? areWrites(value) : isAmount(value)),
  );
  return Object.fromEntries(entries);
}

/** A price, where it is one: no amount that is not a number, or below 0. To the picodollar, so that the log adds up. */
export function readPrice(price: Price | undefined | null): Price | undefined {
  if (price === null || price === undefined || !isAmount(price.usd)) return undefined;
  const usd = roundUsd(price.usd);
  return usd === price.usd ? price : { ...price, usd };
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function areWrites(value: unknown): boolean {
  // Each field of what may be anything is looked at.
  return Array.isArray(value) && value.every((write: Partial<CacheWrite> | null) => isAmount(write?.tokens));
}
