import { expect, test } from 'vitest';
import { wellFormed } from './well-formed.ts';

test('replaces halves of surrogate pairs in texts and keys, however deep', () => {
  const value = { a: ['x\ud83d', { '\udc4b': 'y\udc4bz' }], b: '👋', n: 1, nothing: null };
  expect(wellFormed(value)).toEqual({ a: ['x\ufffd', { '\ufffd': 'y\ufffdz' }], b: '👋', n: 1, nothing: null });
});

test('leaves what is well formed as it is', () => {
  const value = { a: ['👋', { b: null, c: true }], d: undefined };
  expect(wellFormed(value)).toBe(value);
});

test('keeps a key named __proto__ a key', () => {
  const value: unknown = JSON.parse('{"__proto__":{"a":"\\ud83d"}}');
  expect(JSON.stringify(wellFormed(value))).toBe('{"__proto__":{"a":"\ufffd"}}');
});

test('ends with an error where the value contains itself', () => {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  expect(() => wellFormed(value)).toThrow(RangeError);
});

test('refuses what JSON does not have', () => {
  expect(() => wellFormed({ a: [1n] })).toThrow(TypeError);
});
