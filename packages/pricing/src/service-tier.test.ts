import { describe, expect, test } from 'vitest';
import { createPriceBook } from './index.ts';
import { tierFactor } from './service-tier.ts';

const at = Date.parse('2026-11-22');
const book = createPriceBook();
const usage = { input: 1_000_000, output: 1_000_000 };
const usd = (provider: string, id: string, tier?: string) => book.price(usage, { provider, id }, at, tier)?.usd;

describe('a service tier', () => {
  test.each([undefined, 'default', 'standard', 'auto', 'STANDARD', 'on_demand'])('%s is the ordinary one', (tier) => {
    expect(usd('anthropic', 'claude-opus-5-5', tier)).toBe(24);
  });

  test.each([
    ['openai', 'gpt-5', 'flex', 5.625],
    ['openai', 'gpt-5', 'batch', 5.625],
    ['openai', 'gpt-5', 'priority', 22.5],
    ['openai', 'gpt-5-2025-08-07', 'fast', 22.5],
    ['anthropic', 'claude-opus-5-5', 'batch', 12],
    ['anthropic', 'claude-opus-5-5', 'fast', 48],
    ['anthropic', 'claude-opus-5-5', 'priority', 24],
  ])('of %s: %s costs its multiple in %s', (provider, id, tier, expected) => {
    expect(usd(provider, id, tier)).toBeCloseTo(expected, 9);
  });

  test.each([
    ['openai', 'gpt-5', 'ultrafast'],
    ['openai', 'gpt-5-nano', 'fast'],
    ['openai', 'gpt-5', 'toString'],
    ['anthropic', 'claude-sonnet-5-5', 'fast'],
    ['google', 'gemini-3.8-flash', 'priority'],
    ['toString', 'gpt-5', 'flex'],
  ])('that nobody has published a multiple of gives no price: %s %s %s', (provider, id, tier) => {
    expect(tierFactor({ provider, id }, tier)).toBeUndefined();
    expect(usd(provider, id, tier)).toBeUndefined();
  });

  test('does not change a price of your own', () => {
    const overrides = { 'openai/gpt-5': { usdPerMillionTokens: { input: 3, output: 4 }, asOf: '2026-11-01' } };
    const own = createPriceBook({ overrides });
    expect(own.price(usage, { provider: 'openai', id: 'gpt-5' }, at, 'ultrafast')?.usd).toBe(7);
  });
});

describe('a long prompt', () => {
  const price = (id: string, input: number, cached = 0) =>
    book.price({ input, cacheRead: cached, output: 1_000 }, { provider: 'anthropic', id }, at)?.usd;

  test('makes the whole call dearer from the first token above the threshold', () => {
    expect(price('claude-haiku-5-5', 100_000)).toBeCloseTo(0.0105, 12);
    expect(price('claude-haiku-5-5', 100_001)).toBeCloseTo(0.052_500_5, 12);
    // What was cached counts as well.
    expect(price('claude-haiku-5-5', 50_000, 50_001)).toBeCloseTo(0.025 + 0.002_500_05 + 0.0025, 12);
  });

  test('of GPT-6 has other factors for input and output', () => {
    const model = { provider: 'openai', id: 'gpt-6.2-sol' };
    const long = { input: 200_001, cacheWrites: [{ ttl: '12h', tokens: 72_000 }], output: 1_000 };
    expect(book.price(long, model, at)?.usd).toBeCloseTo((200_001 * 4 + 72_000 * 10 + 1_000 * 15) / 1e6, 12);
    const short = { ...long, input: 200_000 };
    expect(book.price(short, model, at)?.usd).toBeCloseTo((200_000 * 2 + 72_000 * 5 + 1_000 * 10) / 1e6, 12);
  });
});

test('Sonnet 5.5 reads its cache at half the price since 7 October 2026', () => {
  const read = { input: 0, output: 0, cacheRead: 1_000_000 };
  const on = (day: string) =>
    book.price(read, { provider: 'anthropic', id: 'claude-sonnet-5-5' }, Date.parse(day))?.usd;
  expect([on('2026-10-06'), on('2026-10-07')]).toEqual([0.2, 0.1]);
});
