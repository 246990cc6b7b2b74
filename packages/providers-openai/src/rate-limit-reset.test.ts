import { expect, test } from 'vitest';
import { durationMs, rateLimitResetMs } from './rate-limit-reset.ts';

test.for([
  ['12ms', 12],
  ['6m0s', 360_000],
  ['7.66s', 7_660],
  ['2m59.56s', 179_560],
  ['1h', 3_600_000],
  ['0s', 0],
  ['', undefined],
  ['soon', undefined],
  ['5', undefined],
  ['1.2.3s', undefined],
  ['in 5s', undefined],
] as const)('%j is %s ms', ([text, expected]) => {
  expect(durationMs(text)).toBe(expected);
});

test.for([
  [{ 'x-ratelimit-reset-requests': '12ms', 'x-ratelimit-reset-tokens': '6s' }, 6_000],
  [
    {
      'x-ratelimit-reset-requests': '12ms',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-tokens': '6s',
      'x-ratelimit-remaining-tokens': '100',
    },
    12,
  ],
  [{ 'x-ratelimit-reset-requests': 'soon' }, undefined],
  [{}, undefined],
] as const)('%o says %s ms', ([headers, expected]) => {
  expect(rateLimitResetMs(new Headers(headers))).toBe(expected);
});

test('says nothing without headers', () => {
  expect(rateLimitResetMs(undefined)).toBeUndefined();
});
