import { describe, expect, test } from 'vitest';
import { totalTokens } from '@harness-sdk/core';
import { mergeUsage, toUsage } from './usage.ts';
import type { WireUsage } from './wire.ts';

describe('mergeUsage', () => {
  test('replaces counts by later ones and keeps those that a later event does not state', () => {
    const first = { promptTokenCount: 46, candidatesTokenCount: 51, trafficType: 'ON_DEMAND' };
    const later = { promptTokenCount: 147, candidatesTokenCount: null };
    expect(mergeUsage(first, later)).toEqual({
      promptTokenCount: 147,
      candidatesTokenCount: 51,
      trafficType: 'ON_DEMAND',
    });
  });

  test('leaves what it was given alone', () => {
    const first = { promptTokenCount: 1 };
    mergeUsage(first, { promptTokenCount: 2 });
    expect(first).toEqual({ promptTokenCount: 1 });
  });
});

describe('toUsage', () => {
  test('is undefined where nothing was reported', () => {
    expect(toUsage(undefined)).toBeUndefined();
  });

  test('leaves a count out that was not reported', () => {
    const raw = { promptTokenCount: 110, candidatesTokenCount: null, totalTokenCount: 110 };
    expect(toUsage(raw)).toEqual({ input: 110, raw });
  });

  test('counts nothing twice, and nothing not at all', () => {
    const raw = {
      promptTokenCount: 19,
      cachedContentTokenCount: 8,
      toolUsePromptTokenCount: 69,
      candidatesTokenCount: 47,
      thoughtsTokenCount: 117,
      totalTokenCount: 252,
    };
    const usage = toUsage(raw);
    expect(usage).toEqual({ input: 80, cacheRead: 8, output: 164, reasoning: 117, raw });
    expect(totalTokens(usage ?? {})).toBe(252);
  });

  test('counts thoughts as output where there was nothing else', () => {
    expect(toUsage({ thoughtsTokenCount: 9 })).toMatchObject({ output: 9, reasoning: 9 });
  });

  test('never counts less than nothing', () => {
    expect(toUsage({ promptTokenCount: 3, cachedContentTokenCount: 5 })).toMatchObject({ input: 0, cacheRead: 5 });
  });
});

describe('counts that are none', () => {
  test.for<readonly [string, unknown]>([
    ['below nothing', { promptTokenCount: -5, candidatesTokenCount: -1, thoughtsTokenCount: -2 }],
    ['in words', { promptTokenCount: '7', candidatesTokenCount: '7', cachedContentTokenCount: 'x' }],
    ['of other kinds', { promptTokenCount: {}, toolUsePromptTokenCount: [], thoughtsTokenCount: true }],
    ['without end', { promptTokenCount: Infinity, candidatesTokenCount: 0.5 }],
  ])('are not counted: %s', ([, raw]) => {
    // What the types forbid is what is tested.
    expect(totalTokens(toUsage(raw as WireUsage) ?? {})).toBe(0);
  });

  test('leave the others alone', () => {
    // What the types forbid is what is tested.
    const raw = { promptTokenCount: 7, cachedContentTokenCount: 'x', candidatesTokenCount: 5 } as unknown as WireUsage;
    expect(toUsage(raw)).toEqual({ input: 7, output: 5, raw });
  });

  test('change no prototype', () => {
    // A key of this name, as a gateway can send it.
    const merged = mergeUsage({}, JSON.parse('{"__proto__":{"promptTokenCount":9}}') as WireUsage);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(toUsage(merged)).not.toHaveProperty('input');
  });
});
