import { describe, expect, test } from 'vitest';
import { toPricedUsage, usdOf, type TokenPrices } from './token-prices.ts';

describe('toPricedUsage', () => {
  test('takes cache counts that were not reported as none', () => {
    expect(toPricedUsage({ input: 1, output: 2 })).toEqual({ input: 1, output: 2, cacheRead: 0, cacheWrites: [] });
  });

  test('leaves out writes of zero tokens, whatever their lifetime', () => {
    const cacheWrites = [
      { ttl: '5m', tokens: 0 },
      { ttl: '1h', tokens: 3 },
    ];
    expect(toPricedUsage({ input: 0, output: 0, cacheWrites })?.cacheWrites).toEqual([{ ttl: '1h', tokens: 3 }]);
  });

  test.each([
    {},
    { input: 1 },
    { output: 1 },
    { input: undefined, output: undefined, cacheRead: 5 },
    { input: -1, output: 0 },
    { input: Number.NaN, output: 0 },
    { input: 0, output: Number.POSITIVE_INFINITY },
    { input: 0, output: 0, cacheRead: -1 },
    { input: 0, output: 0, cacheWrites: [{ ttl: '5m', tokens: -1 }] },
  ])('makes no price of %o', (usage) => {
    expect(toPricedUsage(usage)).toBeUndefined();
  });
});

describe('usdOf', () => {
  const usage = { input: 1_000, output: 100, cacheRead: 0, cacheWrites: [] };

  test('prices input and output by the million', () => {
    expect(usdOf(usage, { input: 3, output: 15 })).toBeCloseTo(0.0045, 12);
  });

  test('prices cache reads as input where they have no price of their own', () => {
    const read = { ...usage, input: 0, cacheRead: 1_000 };
    expect(usdOf(read, { input: 3, output: 15 })).toBeCloseTo(0.0045, 12);
    expect(usdOf(read, { input: 3, output: 15, cacheRead: 0.3 })).toBeCloseTo(0.0018, 12);
  });

  const written = { input: 0, output: 0, cacheRead: 0, cacheWrites: [{ ttl: '1h', tokens: 1_000_000 }] };

  test.each<[TokenPrices['cacheWrites'], number | undefined]>([
    [2, 2],
    [{ '5m': 2, '1h': 4 }, 4],
    [{ '5m': 2 }, undefined],
    [undefined, undefined],
    [{ toString: 1 }, undefined],
  ])('with cache writes at %o, one million kept for an hour cost %o', (cacheWrites, usd) => {
    expect(usdOf(written, { input: 1, output: 1, ...(cacheWrites === undefined ? {} : { cacheWrites }) })).toBe(usd);
  });
});
