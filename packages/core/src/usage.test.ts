import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUsage, inputTokens, totalTokens, type Usage } from './usage.ts';

const full: Usage = {
  input: 1,
  cacheRead: 2,
  cacheWrites: [
    { ttl: '5m', tokens: 3 },
    { ttl: '1h', tokens: 4 },
  ],
  output: 5,
  reasoning: 4,
  raw: { vendor: true },
};

test('input tokens are those sent, cached or not', () => {
  expect(inputTokens(full)).toBe(10);
  expect(inputTokens({})).toBe(0);
});

test('all tokens count reasoning once, as output', () => {
  expect(totalTokens(full)).toBe(15);
  expect(totalTokens({ output: 5 })).toBe(5);
});

describe('addUsage', () => {
  test('adds each count, cache writes by their lifetime, and drops the raw object', () => {
    expect(addUsage(full, { ...full, cacheWrites: [{ ttl: '1h', tokens: 1 }] })).toEqual({
      input: 2,
      cacheRead: 4,
      cacheWrites: [
        { ttl: '5m', tokens: 3 },
        { ttl: '1h', tokens: 5 },
      ],
      output: 10,
      reasoning: 8,
    });
  });

  test('keeps a count unknown only where both are', () => {
    expect(addUsage({ input: 1 }, { output: 2 })).toEqual({ input: 1, output: 2 });
    expect(addUsage({}, {})).toEqual({});
    expect(addUsage({ input: undefined }, { input: 0 })).toEqual({ input: 0 });
    expect(addUsage({ cacheWrites: [] }, {})).toEqual({ cacheWrites: [] });
  });

  test('changes neither side', () => {
    const left = structuredClone(full);
    addUsage(left, left);
    expect(left).toEqual(full);
  });

  test('loses no token, in any grouping', () => {
    const count = fc.option(fc.nat(1000), { nil: undefined });
    const write = fc.record({ ttl: fc.constantFrom('5m', '1h', '__proto__'), tokens: fc.nat(1000) });
    const usage: fc.Arbitrary<Usage> = fc.record({
      input: count,
      cacheRead: count,
      output: count,
      reasoning: count,
      cacheWrites: fc.option(fc.uniqueArray(write, { selector: ({ ttl }) => ttl }), { nil: undefined }),
    });
    fc.assert(
      fc.property(usage, usage, usage, (one, two, three) => {
        const left = addUsage(addUsage(one, two), three);
        const right = addUsage(one, addUsage(two, three));
        expect(totalTokens(left)).toBe(totalTokens(one) + totalTokens(two) + totalTokens(three));
        expect(totalTokens(right)).toBe(totalTokens(left));
        expect({ ...right, cacheWrites: undefined }).toEqual({ ...left, cacheWrites: undefined });
      }),
      { seed: 20_261_122 },
    );
  });
});
