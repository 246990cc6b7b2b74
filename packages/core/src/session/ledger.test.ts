import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUsage, type Usage } from '../usage.ts';
import { addToLedger, emptyLedger, type Ledger, type LedgerEntry } from './ledger.ts';

const model = { provider: 'p', id: 'm' };
const entry = (change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  model,
  usage: { input: 1, output: 1 },
  price: { usd: 2, basis: 'catalog', asOf: '2026-02-01' },
  wasBilled: true,
  worstCaseUsd: undefined,
  ...change,
});
const sum = (...entries: readonly LedgerEntry[]): Ledger => entries.reduce(addToLedger, emptyLedger);
const unpriced = { usage: undefined, price: undefined };

describe('the cost', () => {
  test('of nothing is not known to be nothing', () => {
    expect(emptyLedger.cost).toBeUndefined();
  });

  test('adds up, by the oldest table', () => {
    const { cost, knownUsd } = sum(entry(), entry({ price: { usd: 3, basis: 'catalog', asOf: '2026-01-01' } }));
    expect(cost).toEqual({ usd: 5, basis: 'catalog', asOf: '2026-01-01' });
    expect(knownUsd).toBe(5);
  });

  test('of different bases is mixed', () => {
    expect(sum(entry(), entry({ price: { usd: 1, basis: 'provider' } })).cost).toMatchObject({
      usd: 3,
      basis: 'mixed',
    });
  });

  test('with a free call in it keeps the basis of the others', () => {
    const local = entry({ price: { usd: 0, basis: 'local' } });
    expect(sum(local, entry()).cost).toMatchObject({ usd: 2, basis: 'catalog' });
    expect(sum(entry({ ...unpriced, wasBilled: false }), entry()).cost).toMatchObject({ usd: 2, basis: 'catalog' });
  });

  test('is unknown for good once a billed call has no price', () => {
    const { cost, knownUsd, reservedUsd, byModel } = sum(entry(), entry({ ...unpriced, worstCaseUsd: 7 }), entry());
    expect(cost).toBeUndefined();
    expect({ knownUsd, reservedUsd }).toEqual({ knownUsd: 4, reservedUsd: 7 });
    expect(byModel['p/m']).not.toHaveProperty('cost');
  });

  test('of a call that failed before it was billed is nothing', () => {
    expect(sum(entry({ ...unpriced, wasBilled: false })).cost).toMatchObject({ usd: 0 });
    expect(sum(entry(), entry({ ...unpriced, wasBilled: false })).cost).toMatchObject({ usd: 2 });
  });
});

test('each model has its share', () => {
  const other = { provider: 'p', id: 'n' };
  const { byModel } = sum(entry(), entry({ model: other, ...unpriced }), entry());
  expect(byModel).toEqual({
    'p/m': {
      provider: 'p',
      model: 'm',
      calls: 2,
      usage: { input: 2, output: 2 },
      cost: { usd: 4, basis: 'catalog', asOf: '2026-02-01' },
    },
    'p/n': { provider: 'p', model: 'n', calls: 1, usage: {} },
  });
});

test('dollars add up to the last micro-dollar, where doubles do not', () => {
  const cents = Array.from({ length: 10_000 }, () => entry({ price: { usd: 0.1, basis: 'catalog' } }));
  const { cost, knownUsd } = sum(...cents);
  expect({ cost: cost?.usd, knownUsd }).toEqual({ cost: 1_000, knownUsd: 1_000 });
  expect(cents.reduce((total, { price }) => total + (price?.usd ?? 0), 0)).not.toBe(1_000);
});

test('the shares add up to the whole, in any order', () => {
  const entries = fc.array(
    fc.record({
      model: fc.constantFrom(model, { provider: 'p', id: 'n' }, { provider: '__proto__', id: 'x' }),
      usage: fc.option(fc.record({ input: fc.nat(100), output: fc.nat(100) }), { nil: undefined }),
      price: fc.option(fc.record({ usd: fc.nat(100), basis: fc.constantFrom('catalog', 'provider') }), {
        nil: undefined,
      }),
      wasBilled: fc.boolean(),
      worstCaseUsd: fc.constant(undefined),
    }),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(entries, (all) => {
      const whole = sum(...all);
      const shares = Object.values(whole.byModel);
      expect(shares.reduce<Usage>((usage, share) => addUsage(usage, share.usage), {})).toEqual(whole.usage);
      expect(shares.reduce((calls, share) => calls + share.calls, 0)).toBe(all.length);
      const isKnown = shares.every(({ cost }) => cost !== undefined);
      expect(whole.cost !== undefined).toBe(isKnown);
      const usd = isKnown ? shares.reduce((total, { cost }) => total + (cost?.usd ?? 0), 0) : undefined;
      expect(whole.cost?.usd).toBe(usd);
      expect(sum(...all.toReversed()).cost?.usd).toBe(whole.cost?.usd);
    }),
    { seed: 20_261_122 },
  );
});
