import { expect, it } from 'vitest';
import { hasNestedRepetition } from './regular-expression.ts';

it.each([
  '(a+)+',
  String.raw`^(\w+\.?)+@x$`,
  '(a*)*b',
  '((a+)b?)+',
  '(?:x|x)*',
  String.raw`(\s|.)*z`,
  '([a-z]+)*$',
  '(?P<n>a+)+',
  '([a-z]{2,4})+$',
])('finds the nested repetition in %s', (pattern) => {
  expect(hasNestedRepetition(pattern)).toBe(true);
});

it.each([
  'a+b+',
  String.raw`\w+(?:,\w+)*`,
  '(abc)+',
  '(?:-[a-z]+)*',
  String.raw`[A-Z]{2}\d{3}`,
  '(a+){3}',
  '([a-z]{2})+',
  '(a|b)*',
  '[(a+)+]',
  String.raw`\(a+\)+`,
  '',
])('leaves %s alone', (pattern) => {
  expect(hasNestedRepetition(pattern)).toBe(false);
});

it('gives up on patterns that are themselves too deep or too long', () => {
  expect(hasNestedRepetition('('.repeat(1500))).toBe(false);
  expect(hasNestedRepetition(`(a+)+${'b'.repeat(5000)}`)).toBe(false);
});
