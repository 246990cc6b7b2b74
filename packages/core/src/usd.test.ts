import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUsd, floorUsd, roundUsd } from './usd.ts';

const seed = 20_261_122;
/** Whole picodollars, up to ten dollars. */
const steps = fc.integer({ min: 0, max: 10 ** 13 });

describe('amounts of US dollars', () => {
  test('add up as they are written down, where doubles do not', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(addUsd(0.1, 0.2)).toBe(0.3);
    expect(addUsd(...Array.from({ length: 1_000 }, () => 0.000_000_001))).toBe(0.000_001);
    expect(addUsd(0.3, -0.1)).toBe(0.2);
  });

  test('add up exactly, in any order and any groups', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 200 }), fc.nat(200), (all, cut) => {
        const usd = all.map((step) => step / 1e12);
        const exact = all.reduce((sum, step) => sum + BigInt(step), 0n);
        expect(BigInt(Math.round(addUsd(...usd) * 1e12))).toBe(exact);
        expect(addUsd(...usd.toReversed())).toBe(addUsd(...usd));
        expect(addUsd(addUsd(...usd.slice(0, cut)), addUsd(...usd.slice(cut)))).toBe(addUsd(...usd));
      }),
      { seed },
    );
  });

  test('that are something are never rounded to nothing', () => {
    expect([roundUsd(0), roundUsd(1e-15), roundUsd(0.000_075)]).toEqual([0, 1e-12, 0.000_075]);
  });

  test('are rounded by half a picodollar at most, and down where they are a ceiling', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (usd) => {
        expect(Math.abs(roundUsd(usd) - usd)).toBeLessThanOrEqual(1e-12);
        expect(floorUsd(usd)).toBeLessThanOrEqual(usd);
        expect(roundUsd(roundUsd(usd))).toBe(roundUsd(usd));
      }),
      { seed },
    );
  });
});
