import { expect, test } from 'vitest';
import { toToolUseId, toToolUseName } from './tool-use-id.ts';

const takenByTheApi = /^[a-zA-Z0-9_-]+$/;

test('leaves ids alone that the API takes', () => {
  expect(toToolUseId('toolu_01MKSN7NHsBVKr7Jvw5pqCQq')).toBe('toolu_01MKSN7NHsBVKr7Jvw5pqCQq');
  expect(toToolUseId('call_9-a')).toBe('call_9-a');
});

test('makes different ids of different ids, always the same, and all of them valid', () => {
  const ids = ['', ' ', 'a b', 'a_b', 'call|fc_1', 'call:1', 'call.1', '工具', '\u{1F600}', '\uD83D', '\uDE00', 'a\n'];
  // Ids that look like rewritten ones must not meet those that were.
  const all = [...ids, ...ids.map(toToolUseId)];
  const rewritten = all.map(toToolUseId);
  expect(new Set(rewritten).size).toBe(new Set(all).size);
  expect(rewritten.every((id) => takenByTheApi.test(id))).toBe(true);
  expect(all.map(toToolUseId)).toEqual(rewritten);
});

test('makes a name that the API takes of any name', () => {
  expect(toToolUseName('read_file')).toBe('read_file');
  expect(toToolUseName('functions.read file')).toBe('functions_read_file');
  expect(toToolUseName('')).toBe('_');
  expect(toToolUseName('x'.repeat(500))).toHaveLength(128);
});
