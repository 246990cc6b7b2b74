import { describe, expect, test } from 'vitest';
import { totalTokens } from '@harness-sdk/core';
import { mergeUsage, toUsage } from './usage.ts';
import type { WireUsage } from './wire.ts';

describe('mergeUsage', () => {
  test('replaces counts by later ones and keeps those that a later event does not state', () => {
    const start = { input_tokens: 2479, output_tokens: 6, service_tier: 'standard' };
    const end = { input_tokens: 404500, output_tokens: 943, cache_read_input_tokens: null };
    expect(mergeUsage(start, end)).toEqual({ input_tokens: 404500, output_tokens: 943, service_tier: 'standard' });
  });

  test('leaves what it was given alone', () => {
    const start = { input_tokens: 1 };
    mergeUsage(start, { input_tokens: 2 });
    expect(start).toEqual({ input_tokens: 1 });
  });
});

describe('toUsage', () => {
  test('is undefined where nothing was reported', () => {
    expect(toUsage(undefined)).toBeUndefined();
  });

  test('leaves a count out that was not reported', () => {
    const raw = { input_tokens: 3, output_tokens: null };
    expect(toUsage(raw)).toEqual({ input: 3, raw });
  });

  test('counts nothing twice', () => {
    const raw = {
      input_tokens: 1,
      cache_read_input_tokens: 3626,
      cache_creation_input_tokens: 126,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 26 },
      output_tokens: 106,
      output_tokens_details: { thinking_tokens: 22 },
    };
    const usage = toUsage(raw);
    expect(usage).toEqual({
      input: 1,
      cacheRead: 3626,
      cacheWrites: [
        { ttl: '5m', tokens: 100 },
        { ttl: '1h', tokens: 26 },
      ],
      output: 106,
      reasoning: 22,
      raw,
    });
    expect(totalTokens(usage ?? {})).toBe(1 + 3626 + 126 + 106);
  });

  test('takes cache writes without a split for five minutes', () => {
    expect(toUsage({ cache_creation_input_tokens: 1031, cache_creation: null })?.cacheWrites).toEqual([
      { ttl: '5m', tokens: 1031 },
    ]);
  });

  test('adds what was written after the split to five minutes', () => {
    const split = { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 };
    expect(toUsage({ cache_creation_input_tokens: 50, cache_creation: split })?.cacheWrites).toEqual([
      { ttl: '5m', tokens: 30 },
      { ttl: '1h', tokens: 20 },
    ]);
  });

  test('reports that nothing was written as an empty list', () => {
    expect(toUsage({ cache_creation_input_tokens: 0 })?.cacheWrites).toEqual([]);
  });

  test('adds the compaction that the totals leave out, and no other iteration', () => {
    const raw = {
      input_tokens: 181,
      output_tokens: 8,
      cache_read_input_tokens: 0,
      iterations: [
        { type: 'compaction', input_tokens: 100, output_tokens: 83, cache_read_input_tokens: 55096 },
        { type: 'message', input_tokens: 181, output_tokens: 8 },
      ],
    };
    expect(toUsage(raw)).toEqual({ input: 281, output: 91, cacheRead: 55096, raw });
  });
});

describe('counts that are none', () => {
  test.for<readonly [string, unknown]>([
    ['iterations that are no list', { iterations: {} }],
    ['iterations of nothing', { iterations: [null, 5] }],
    ['counts below nothing or in words', { input_tokens: -5, output_tokens: '7', cache_read_input_tokens: {} }],
    ['details that are none', { output_tokens_details: 5, cache_creation: { ephemeral_1h_input_tokens: 'x' } }],
  ])('are not counted: %s', ([, raw]) => {
    // What the types forbid is what is tested.
    expect(totalTokens(toUsage(raw as WireUsage) ?? {})).toBe(0);
  });

  test('change no prototype', () => {
    // A key of this name, as a gateway can send it.
    const merged = mergeUsage({}, JSON.parse('{"__proto__":{"input_tokens":9}}') as WireUsage);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(toUsage(merged)).not.toHaveProperty('input');
  });
});
