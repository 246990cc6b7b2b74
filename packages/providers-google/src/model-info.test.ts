import { expect, test } from 'vitest';
import { isSameModel, knownModel } from './model-info.ts';

test('knows a model by its id, by that of a version, and with a path in front', () => {
  const { info } = knownModel('gemini-2.5-flash');
  expect(info).toMatchObject({ contextWindow: 1_048_576, maxOutputTokens: 65_536, nativeScope: 'model' });
  expect(knownModel('gemini-2.5-flash-001').info).toEqual(info);
  expect(knownModel('models/gemini-2.5-flash').info).toEqual(info);
  expect(knownModel('publishers/google/models/gemini-2.5-flash').info).toEqual(info);
});

test.for(['gemini-4-carbon-mini', 'gemini-5', 'tunedModels/gemini-2.5-flash', 'claude-opus-5-5', 'toString', ''])(
  'invents nothing about %s',
  (id) => {
    expect(knownModel(id).info).toEqual({ nativeScope: 'model' });
  },
);

test('tells the models before Gemini 3 from all others', () => {
  const older = ['gemini-2.5-pro', 'models/gemini-2.0-flash', 'gemini-1.5-flash-002'];
  expect(older.map((id) => knownModel(id).isSinceGemini3)).toEqual([false, false, false]);
  const newer = ['gemini-3-pro-preview', 'gemini-4-argon', 'gemini-of-2030', 'gemini-flash-latest'];
  expect(newer.map((id) => knownModel(id).isSinceGemini3)).toEqual([true, true, true, true]);
});

test('takes a model and its version for the same', () => {
  expect(isSameModel('gemini-2.5-flash', 'models/gemini-2.5-flash-001')).toBe(true);
  expect(isSameModel('gemini-2.5-flash', 'gemini-2.5-flash-lite')).toBe(false);
});
