import { expect, test } from 'vitest';
import { toChatCallId, toResponseCallId, toWireName } from './call-id.ts';

const ids = ['', ' ', 'a b', 'a_b', 'call|fc_1', 'call:1', '工具', '\u{1F600}', 'a\n', 'x'.repeat(65), 'x'.repeat(66)];

test('leaves ids alone that the Responses API takes', () => {
  expect(toResponseCallId('toolu_01MKSN7NHsBVKr7Jvw5pqCQq')).toBe('toolu_01MKSN7NHsBVKr7Jvw5pqCQq');
  expect(toResponseCallId('call_9-a')).toBe('call_9-a');
});

test.for([
  ['the Responses API', toResponseCallId, /^[a-zA-Z0-9_-]{1,64}$/],
  ['every server of Chat Completions', toChatCallId, /^[a-zA-Z0-9]{9}$/],
] as const)('makes different ids of different ids, always the same, for %s', ([, rewrite, taken]) => {
  const rewritten = ids.map(rewrite);
  expect(new Set(rewritten).size).toBe(ids.length);
  expect(rewritten.every((id) => taken.test(id))).toBe(true);
  expect(ids.map(rewrite)).toEqual(rewritten);
});

test('makes a name that the APIs take of any name', () => {
  expect(toWireName('read_file')).toBe('read_file');
  expect(toWireName('functions.read file')).toBe('functions_read_file');
  expect(toWireName('')).toBe('_');
  expect(toWireName('x'.repeat(500))).toHaveLength(64);
});
