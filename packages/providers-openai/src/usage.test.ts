import { describe, expect, test } from 'vitest';
import { totalTokens } from '@harness-sdk/core';
import type { Json } from '@harness-sdk/core';
import { toChatUsage, toCostUsd, toResponseUsage } from './usage.ts';

describe('of the Responses API', () => {
  test('counts nothing twice, and tells cache writes by their lifetime', () => {
    const raw = {
      input_tokens: 1000,
      input_tokens_details: {
        cached_tokens: 600,
        cache_write_tokens: 300,
        cache_write_tokens_details: { ttl_30m_tokens: 100, ttl_12h_tokens: 200 },
      },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 1050,
    };
    const usage = toResponseUsage(raw);
    expect(usage).toEqual({
      input: 100,
      cacheRead: 600,
      cacheWrites: [
        { ttl: '30m', tokens: 100 },
        { ttl: '12h', tokens: 200 },
      ],
      output: 50,
      reasoning: 20,
      raw,
    });
    expect(totalTokens(usage ?? {})).toBe(1050);
  });

  test('takes writes without a lifetime for the default one, and none for an empty list', () => {
    const written = (cache_write_tokens: number, details = {}) =>
      toResponseUsage({
        input_tokens: 100,
        input_tokens_details: { cache_write_tokens, cache_write_tokens_details: details },
      })?.cacheWrites;
    expect(written(43)).toEqual([{ ttl: 'default', tokens: 43 }]);
    expect(written(43, { ttl_30m_tokens: 40 })).toEqual([
      { ttl: '30m', tokens: 40 },
      { ttl: 'default', tokens: 3 },
    ]);
    expect(written(0)).toEqual([]);
  });

  test.for([undefined, null, 'many', []])('is undefined where nothing was reported: %j', (raw) => {
    expect(toResponseUsage(raw)).toBeUndefined();
  });

  test('leaves counts out that were not reported', () => {
    expect(toResponseUsage({ output_tokens: 3, input_tokens: null })).toEqual({
      output: 3,
      raw: { output_tokens: 3, input_tokens: null },
    });
  });
});

describe('of Chat Completions', () => {
  test('has reasoning inside the output, wherever the server counts it', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 77 } };
    const xai = { prompt_tokens: 390, completion_tokens: 26, total_tokens: 493, ...details };
    expect(toChatUsage(xai)).toMatchObject({ input: 390, output: 103, reasoning: 77 });
    const openai = { prompt_tokens: 390, completion_tokens: 103, total_tokens: 493, ...details };
    expect(toChatUsage(openai)).toMatchObject({ input: 390, output: 103, reasoning: 77 });
  });

  test('never has more reasoning than output', () => {
    const raw = { prompt_tokens: 43, completion_tokens: 10, total_tokens: 53 };
    expect(toChatUsage({ ...raw, completion_tokens_details: { reasoning_tokens: 11 } })).toMatchObject({
      output: 10,
      reasoning: 10,
    });
  });

  test('leaves cached tokens out that cannot be a part of the input', () => {
    const raw = { prompt_tokens: 7, completion_tokens: 8, prompt_tokens_details: { cached_tokens: 161 } };
    const usage = toChatUsage(raw);
    expect(usage).toEqual({ input: 7, output: 8, raw });
  });

  test("knows DeepSeek's field for cached tokens", () => {
    expect(toChatUsage({ prompt_tokens: 496, prompt_cache_hit_tokens: 384 })).toMatchObject({
      input: 112,
      cacheRead: 384,
    });
  });
});

test.for([
  ['what OpenRouter charged', { cost: 0.0002 }, 0.0002],
  ['nothing, for a free model', { cost: 0, is_byok: false }, 0],
  [
    'its fee and the price behind it, with a key of the caller',
    { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
    0.0021,
  ],
  ['ticks of xAI', { cost_in_usd_ticks: 1_633_800 }, 0.00016338],
  ['no ticks, of Azure', { cost_in_usd_ticks: 0 }, undefined],
  ['something else', { cost: { total: 1 } }, undefined],
  ['no end of it', { cost: Infinity }, undefined],
  ['no end of ticks', { cost_in_usd_ticks: Infinity }, undefined],
  ['nothing said', undefined, undefined],
] as const)('the cost is %s', ([, raw, expected]) => {
  // Sums of fractions are not exact.
  expect(toCostUsd(raw)?.toFixed(10)).toBe(expected?.toFixed(10));
});

test.for<readonly [string, Json]>([
  ['counts below nothing or in words', { input_tokens: -5, output_tokens: '7', total_tokens: 1.5 }],
  ['details that are none', { input_tokens_details: 5, output_tokens_details: 'x' }],
])('takes no counts from %s', ([, raw]) => {
  expect(toResponseUsage(raw)).toEqual({ raw });
});
