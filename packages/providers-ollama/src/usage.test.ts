import { expect, test } from 'vitest';
import { totalTokens } from '@harness-sdk/core';
import { toUsage } from './usage.ts';
import type { WireChunk } from './wire.ts';

test('is undefined where nothing was reported', () => {
  expect(toUsage({ done: true, prompt_eval_count: null })).toBeUndefined();
});

test('leaves a count out that was not reported', () => {
  expect(toUsage({ eval_count: 5, done: true })).toEqual({ output: 5, raw: { eval_count: 5 } });
  expect(toUsage({ prompt_eval_count: 0 })).toEqual({ input: 0, raw: { prompt_eval_count: 0 } });
});

test('keeps times, also where there are no counts', () => {
  expect(toUsage({ total_duration: 9, done: true })).toEqual({ raw: { total_duration: 9 } });
});

test('counts what was read from the cache once', () => {
  const raw = { prompt_eval_count: 21, prompt_eval_cached_count: 16, eval_count: 4, prompt_eval_duration: 8 };
  const usage = toUsage({ ...raw, done: true });
  expect(usage).toEqual({ input: 5, cacheRead: 16, output: 4, raw });
  expect(totalTokens(usage ?? {})).toBe(25);
});

test('tells nothing read from the cache from nothing said about it', () => {
  expect(toUsage({ prompt_eval_count: 21, prompt_eval_cached_count: 0 })).toMatchObject({ input: 21, cacheRead: 0 });
  expect(toUsage({ prompt_eval_count: 21 })).not.toHaveProperty('cacheRead');
});

test('never makes a count of less than nothing', () => {
  expect(toUsage({ prompt_eval_count: 3, prompt_eval_cached_count: 5 })).toMatchObject({ input: 0, cacheRead: 5 });
});

test.for(['16', -1, 1.5, null, {}])('takes %j for no count', (count) => {
  // What the types forbid is what is tested.
  const chunk = { prompt_eval_count: 21, prompt_eval_cached_count: count, eval_count: count } as WireChunk;
  const { raw: _, ...counts } = toUsage(chunk) ?? {};
  expect(counts).toEqual({ input: 21 });
});
