import type { Usage } from '@harness-sdk/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPriceBook } from './price-book.ts';

const book = createPriceBook();
const november = Date.parse('2026-11-22T12:00:00Z');

function usdOf(usage: Usage, id: string, at: number = november): number {
  const price = book.price(usage, { provider: 'anthropic', id }, at);
  expect(price).toMatchObject({ basis: 'catalog', asOf: '2026-09-22' });
  return price?.usd ?? Number.NaN;
}

describe('a call, reckoned by hand', () => {
  test('claude-opus-5-5 at 4, 20, 0.20 read, 5 and 8 written', () => {
    const usage = {
      input: 12_000, // 48,000 millionths of a dollar
      cacheRead: 50_000, // 10,000
      cacheWrites: [
        { ttl: '5m', tokens: 3_000 }, // 15,000
        { ttl: '1h', tokens: 2_000 }, // 16,000
      ],
      output: 1_500, // 30,000
      reasoning: 900, // in output
    };
    expect(usdOf(usage, 'claude-opus-5-5')).toBeCloseTo(0.119, 12);
  });

  test('claude-sonnet-4-6 at 3, 15, 0.30 read, 3.75 and 6 written', () => {
    const usage = {
      input: 10_000, // 30,000
      cacheRead: 100_000, // 30,000
      cacheWrites: [
        { ttl: '5m', tokens: 4_000 }, // 15,000
        { ttl: '1h', tokens: 1_000 }, // 6,000
      ],
      output: 2_000, // 30,000
    };
    expect(usdOf(usage, 'claude-sonnet-4-6')).toBeCloseTo(0.111, 12);
  });

  test('claude-haiku-4-5 at 1, 5, 0.10 read, 1.25 and 2 written', () => {
    const usage = {
      input: 8_000, // 8,000
      cacheRead: 20_000, // 2,000
      cacheWrites: [
        { ttl: '5m', tokens: 4_000 }, // 5,000
        { ttl: '1h', tokens: 500 }, // 1,000
      ],
      output: 1_000, // 5,000
    };
    expect(usdOf(usage, 'claude-haiku-4-5')).toBeCloseTo(0.021, 12);
  });

  test('claude-sonnet-4-6 over 200,000 input tokens cost twice as much before 13 March 2026, and no more from then on', () => {
    const usage = {
      input: 10_000, // 60,000 then, 30,000 now
      cacheRead: 235_000, // 141,000 then, 70,500 now
      cacheWrites: [
        { ttl: '5m', tokens: 4_000 }, // 30,000 then, 15,000 now
        { ttl: '1h', tokens: 1_000 }, // 12,000 then, 6,000 now
      ],
      output: 2_000, // 45,000 then, 30,000 now
    };
    expect(usdOf(usage, 'claude-sonnet-4-6', Date.parse('2026-03-12T23:59:59Z'))).toBeCloseTo(0.288, 12);
    expect(usdOf(usage, 'claude-sonnet-4-6', Date.parse('2026-03-13T00:00:00Z'))).toBeCloseTo(0.1515, 12);
  });
});

describe('knows no price', () => {
  const opus = { provider: 'anthropic', id: 'claude-opus-5-5' };

  test.each<Usage>([{}, { input: 1 }, { output: 1 }, { cacheRead: 3, output: 1 }, { input: Number.NaN, output: 1 }])(
    'of the usage %j',
    (usage) => {
      expect(book.price(usage, opus, november)).toBeUndefined();
    },
  );

  test('of a model that nobody has published one for', () => {
    for (const id of ['claude-haiku-7', 'claude-fable-5-2', 'claude-sonnet-5-5-turbo', 'nonsense']) {
      expect(book.price({ input: 1, output: 1 }, { provider: 'anthropic', id }, november)).toBeUndefined();
    }
  });

  test('of a model that runs on this machine: that it is local is for the model to say', () => {
    expect(book.price({ input: 1, output: 1 }, { provider: 'ollama', id: 'llama3' }, november)).toBeUndefined();
  });

  test('at no time', () => {
    expect(() => book.price({ input: 1, output: 1 }, opus, Number.NaN)).toThrow(/`at` to be a time .* got NaN/);
  });
});

test('a call of zero tokens to a model with a price costs 0, which is not unknown', () => {
  expect(usdOf({ input: 0, output: 0 }, 'claude-opus-5-5')).toBe(0);
});

describe('overrides', () => {
  const mine = createPriceBook({
    overrides: {
      'anthropic/claude-opus-5-5': { usdPerMillionTokens: { input: 1, output: 2 }, asOf: '2026-10-01' },
      'google/gemini-4-argon': { usdPerMillionTokens: { input: 7, output: 7 }, asOf: '2026-10-02' },
      'openrouter/acme/wonder': { usdPerMillionTokens: { input: 3, output: 3 }, asOf: '2026-10-03' },
      'acme/wonder-2026-01-01': { usdPerMillionTokens: { input: 9, output: 9 }, asOf: '2026-10-04' },
    },
  });
  const millions = { input: 1_000_000, output: 1_000_000 };

  test.each([
    ['over the catalogue', 'anthropic', 'claude-opus-5-5', { usd: 3, basis: 'override', asOf: '2026-10-01' }],
    ['for the same model with a date', 'anthropic', 'claude-opus-5-5-20260901', { usd: 3 }],
    ['over what this package adds', 'google', 'gemini-4-argon', { usd: 14, asOf: '2026-10-02' }],
    ['for an id with slashes', 'openrouter', 'acme/wonder', { usd: 6, asOf: '2026-10-03' }],
    ['for an id with a date, exactly', 'acme', 'wonder-2026-01-01', { usd: 18, asOf: '2026-10-04' }],
  ])('come first: %s', (_case, provider, id, price) => {
    expect(mine.price(millions, { provider, id }, november)).toMatchObject(price);
  });

  test.each([
    ['acme', 'wonder'],
    ['acme', 'wonder-2026-01-02'],
    ['openrouter', 'acme/wonder-mini'],
    ['openrouter/acme', 'wonderful'],
  ])('do not stand for %s %s', (provider, id) => {
    expect(mine.price(millions, { provider, id }, november)).toBeUndefined();
  });

  test('are read once: a change to the object afterwards changes nothing', () => {
    const overrides = { 'acme/x': { usdPerMillionTokens: { input: 1, output: 1 }, asOf: '2026-10-01' } };
    const before = createPriceBook({ overrides });
    overrides['acme/x'] = { usdPerMillionTokens: { input: 5, output: 5 }, asOf: '2026-10-01' };
    expect(before.price(millions, { provider: 'acme', id: 'x' }, november)?.usd).toBe(2);
  });
});

describe('properties', () => {
  const count = fc.integer({ min: 0, max: 400_000 });
  const usage = fc.record({
    input: count,
    output: count,
    cacheRead: count,
    cacheWrites: fc.array(fc.record({ ttl: fc.constantFrom('5m', '1h'), tokens: count }), { maxLength: 3 }),
  });
  const at = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-06-01') });
  const price = (counts: Usage, id: string, time: number): number =>
    book.price(counts, { provider: 'anthropic', id }, time)?.usd ?? Number.NaN;

  test('one token more never costs less', () => {
    const ids = fc.constantFrom('claude-opus-5-5', 'claude-sonnet-4-6', 'claude-sonnet-4-5', 'claude-haiku-4-5');
    const kinds = fc.constantFrom('input', 'output', 'cacheRead', '5m', '1h');
    fc.assert(
      fc.property(usage, ids, kinds, at, fc.integer({ min: 1, max: 1_000 }), (counts, id, kind, time, tokens) => {
        const more: Usage =
          kind === '5m' || kind === '1h'
            ? { ...counts, cacheWrites: [...counts.cacheWrites, { ttl: kind, tokens }] }
            : { ...counts, [kind]: counts[kind as 'input'] + tokens };
        expect(price(more, id, time)).toBeGreaterThanOrEqual(price(counts, id, time));
      }),
    );
  });

  test('two calls cost what their counts cost together, where there are no tiers', () => {
    fc.assert(
      fc.property(usage, usage, fc.constantFrom('claude-opus-5-5', 'claude-haiku-4-5'), (left, right, id) => {
        const both = {
          input: left.input + right.input,
          output: left.output + right.output,
          cacheRead: left.cacheRead + right.cacheRead,
          cacheWrites: [...left.cacheWrites, ...right.cacheWrites],
        };
        expect(price(both, id, november)).toBeCloseTo(price(left, id, november) + price(right, id, november), 9);
      }),
    );
  });

  test('any id gives a price above 0 for tokens, or none at all', () => {
    const ids = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }).map((text) => `claude-opus-5${text}`),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant('anthropic')), ids, (provider, id) => {
        const answer = book.price({ input: 1, output: 1 }, { provider, id }, november);
        expect(answer === undefined || answer.usd > 0).toBe(true);
      }),
    );
  });
});
