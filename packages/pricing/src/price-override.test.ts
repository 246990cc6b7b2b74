import { OptionError } from '@harness-sdk/core';
import { expect, test } from 'vitest';
import { createPriceBook, type PriceBookOptions } from './index.ts';

const prices = { usdPerMillionTokens: { input: 1, output: 2 }, asOf: '2026-11-01' };

test.each<[unknown, string, RegExp]>([
  [{ prices: {} }, 'prices', /no option `prices`/],
  [{ override: {} }, 'override', /Did you mean `overrides`\?/],
  [{ overrides: [] }, 'overrides', /an object, got an array/],
  [{ overrides: { 'claude-x': prices } }, 'overrides["claude-x"]', /to be provider\/model, got "claude-x"/],
  [{ overrides: { 'anthropic/': prices } }, 'overrides["anthropic/"]', /provider\/model/],
  [{ overrides: { '/claude-x': prices } }, 'overrides["/claude-x"]', /provider\/model/],
  [{ overrides: { 'a/b': { ...prices, asof: 1 } } }, 'overrides["a/b"].asof', /Did you mean .*asOf/],
  [{ overrides: { 'a/b': { asOf: '2026-11-01' } } }, 'overrides["a/b"].usdPerMillionTokens', /needs the option/],
  [{ overrides: { 'a/b': { usdPerMillionTokens: { input: 1, output: 1 } } } }, 'overrides["a/b"].asOf', /needs/],
  [
    { overrides: { 'a/b': { ...prices, asOf: '01.11.2026' } } },
    'overrides["a/b"].asOf',
    /YYYY-MM-DD, got "01.11.2026"/,
  ],
  [{ overrides: { 'a/b': { ...prices, asOf: '2026-02-30' } } }, 'overrides["a/b"].asOf', /YYYY-MM-DD/],
  [withPrices({ input: 1 }), 'overrides["a/b"].usdPerMillionTokens.output', /needs/],
  [withPrices({ input: '3', output: 1 }), 'overrides["a/b"].usdPerMillionTokens.input', /a number, got "3"/],
  [withPrices({ input: -3, output: 1 }), 'overrides["a/b"].usdPerMillionTokens.input', /at least 0, got -3/],
  [withPrices({ input: Infinity, output: 1 }), 'overrides["a/b"].usdPerMillionTokens.input', /got Infinity/],
  [withPrices({ input: 1, output: Number.NaN }), 'overrides["a/b"].usdPerMillionTokens.output', /got NaN/],
  [
    withPrices({ input: 1, output: 1, cacheWrite: 1 }),
    'overrides["a/b"].usdPerMillionTokens.cacheWrite',
    /cacheWrites/,
  ],
  [withPrices({ input: 1, output: 1, cacheWrites: -1 }), 'overrides["a/b"].usdPerMillionTokens.cacheWrites', /-1/],
  [withPrices({ input: 1, output: 1, cacheWrites: [1] }), 'overrides["a/b"].usdPerMillionTokens.cacheWrites.', /array/],
  [
    withPrices({ input: 1, output: 1, cacheWrites: { '5m': '1' } }),
    'overrides["a/b"].usdPerMillionTokens.cacheWrites["5m"]',
    /got string/,
  ],
])('refuses %j and names %s', (options, option, message) => {
  // What a caller without types could pass.
  const attempt = (): unknown => createPriceBook(options as PriceBookOptions);
  expect(attempt).toThrow(OptionError);
  expect(attempt).toThrow(message);
  expect(attempt).toThrow(expect.objectContaining({ option }));
});

function withPrices(usdPerMillionTokens: unknown): unknown {
  return { overrides: { 'a/b': { usdPerMillionTokens, asOf: '2026-11-01' } } };
}

test('takes a free model as free', () => {
  const book = createPriceBook({ overrides: { 'a/b': { ...prices, usdPerMillionTokens: { input: 0, output: 0 } } } });
  const price = book.price({ input: 5, output: 5 }, { provider: 'a', id: 'b' }, 0);
  expect(price).toEqual({ usd: 0, basis: 'override', asOf: '2026-11-01' });
});
