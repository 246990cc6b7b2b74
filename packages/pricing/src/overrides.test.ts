import { expect, test } from 'vitest';
import { catalogUsd } from './catalog.ts';
import { createPriceBook } from './index.ts';
import { overrides, pricesInForce } from './overrides.ts';

const rows = Object.entries(overrides);
const millions = { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000 };

test.each(rows)('%s is still missing from the catalogue', (name) => {
  const [provider = '', id = ''] = name.split('/');
  expect(catalogUsd({ ...millions, cacheWrites: [] }, { provider, id }, Date.parse('2026-11-22'))).toBeUndefined();
});

test.each(rows)('%s has a dated source, and its changes in order', (_name, row) => {
  expect(new URL(row.source).protocol).toBe('https:');
  const days = [row.asOf, ...row.changes.map(({ from }) => from)];
  for (const day of days) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
  expect(row.changes.map(({ from }) => from)).toEqual(row.changes.map(({ from }) => from).toSorted());
});

test('a change holds from the first moment of its day, UTC', () => {
  const row = {
    usdPerMillionTokens: { input: 1, output: 1 },
    changes: [
      { from: '2026-06-01', usdPerMillionTokens: { input: 2, output: 2 } },
      { from: '2026-12-01', usdPerMillionTokens: { input: 3, output: 3 } },
    ],
    asOf: '2026-01-01',
    source: 'https://example.com',
  };
  const inputAt = (time: string): number => pricesInForce(row, Date.parse(time), 0).input;
  expect(inputAt('2026-05-31T23:59:59.999Z')).toBe(1);
  expect(inputAt('2026-06-01T00:00:00Z')).toBe(2);
  expect(inputAt('2027-01-01T00:00:00Z')).toBe(3);
});

test.each(['gemini-4-argon', 'gemini-4-carbon'])('%s doubles its price on 1 December 2026', (id) => {
  const priceAt = (time: string): unknown =>
    createPriceBook().price(millions, { provider: 'google', id }, Date.parse(time));
  expect(priceAt('2026-11-30T23:59:59Z')).toEqual({ usd: 12.1, basis: 'override', asOf: '2026-11-22' });
  expect(priceAt('2026-12-01T00:00:00Z')).toEqual({ usd: 24.2, basis: 'override', asOf: '2026-11-22' });
});
