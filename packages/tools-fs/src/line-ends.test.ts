import { expect, test } from 'vitest';
import { lineEndsOf, withLineEnds } from './line-ends.ts';

test.each([
  ['', 'lf'],
  ['a', 'lf'],
  ['a\nb\n', 'lf'],
  ['a\r', 'lf'],
  ['a\rb\n', 'lf'],
  ['a\r\nb\r\n', 'crlf'],
  ['a\r\nb', 'crlf'],
  ['\r\n', 'crlf'],
  ['a\r\nb\n', 'mixed'],
  ['\na\r\n', 'mixed'],
])('%j has the line ends %s', (text, ends) => {
  expect(lineEndsOf(text)).toBe(ends);
});

test('ends lines as a file of one mind does', () => {
  expect(withLineEnds('a\nb\r\nc', 'crlf')).toBe('a\r\nb\r\nc');
});

test.each(['lf', 'mixed'] as const)('leaves a text alone where lines end by %s', (ends) => {
  expect(withLineEnds('a\nb\r\nc', ends)).toBe('a\nb\r\nc');
});
