import { describe, expect, test } from 'vitest';
import { isSameModel, knownModel, nearestEffort } from './model-info.ts';

test('knows a model by its id and by that of a snapshot', () => {
  const known = knownModel('gpt-5.5', true);
  expect(known.info).toMatchObject({ contextWindow: 1_000_000, maxOutputTokens: 128_000, nativeScope: 'model' });
  expect(knownModel('gpt-5.5-2026-04-23', true)).toEqual(known);
});

test.for(['gpt-5.5-of-acme', 'gpt-7', 'toString', ''])('invents nothing about %s', (id) => {
  expect(knownModel(id, true).info).toEqual({ nativeScope: 'model' });
});

test('knows nothing about a model that another server gives the same name', () => {
  expect(knownModel('gpt-5.5', false).info).toEqual({ nativeScope: 'model' });
});

test('takes a model and its snapshot for the same', () => {
  expect(isSameModel('gpt-5.5', 'gpt-5.5-2026-04-23')).toBe(true);
  expect(isSameModel('gpt-5', 'gpt-5.5')).toBe(false);
});

describe.for([
  ['gpt-6-sol', ['none', 'low', 'low', 'medium', 'high', 'max']],
  ['gpt-6.1-sol', ['low', 'low', 'low', 'medium', 'high', 'max']],
  ['gpt-5.5', ['none', 'low', 'low', 'medium', 'high', 'xhigh']],
  ['gpt-5', ['minimal', 'minimal', 'low', 'medium', 'high', 'high']],
  ['o3', ['low', 'low', 'low', 'medium', 'high', 'high']],
  ['gpt-4o', [undefined, undefined, undefined, undefined, undefined, undefined]],
  ['gpt-of-2030', ['none', 'low', 'low', 'medium', 'high', 'high']],
] as const)('the effort of %s', ([id, expected]) => {
  test('is the nearest that it has', () => {
    const { efforts } = knownModel(id, true);
    const asked = ['none', 'minimal', 'low', 'medium', 'high', 'max'] as const;
    expect(asked.map((effort) => nearestEffort(effort, efforts))).toEqual(expected);
  });
});
