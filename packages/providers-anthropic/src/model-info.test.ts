import { expect, test } from 'vitest';
import { isSameModel, knownModel } from './model-info.ts';

test('knows a model by its id and by that of a snapshot', () => {
  expect(knownModel('claude-haiku-4-5').info).toMatchObject({ contextWindow: 200_000, maxOutputTokens: 64_000 });
  expect(knownModel('claude-haiku-4-5-20251001')).toEqual(knownModel('claude-haiku-4-5'));
  expect(knownModel('claude-opus-5-5').info).toMatchObject({ contextWindow: 1_000_000, maxOutputTokens: 128_000 });
});

test.for(['claude-opus-5-5-preview', 'claude-opus-6', 'gpt-6', 'toString', ''])('invents nothing about %s', (id) => {
  expect(knownModel(id).info).toEqual({ nativeScope: 'prefix' });
});

test('takes a model and its snapshot for the same', () => {
  expect(isSameModel('claude-haiku-4-5', 'claude-haiku-4-5-20251001')).toBe(true);
  expect(isSameModel('claude-opus-5', 'claude-opus-5-5')).toBe(false);
});
