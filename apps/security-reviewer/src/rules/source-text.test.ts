import { expect, it } from 'vitest';
import { SourceText } from './source-text.ts';

it('gives lines without their endings, whichever they are', () => {
  const text = new SourceText('one\r\ntwo\nthree');
  expect([1, 2, 3].map((line) => text.line(line))).toEqual(['one', 'two', 'three']);
});

it('gives nothing for a line that is not there', () => {
  expect(new SourceText('one').line(2)).toBe('');
});

it('leaves a byte order mark out of the first line alone', () => {
  const text = new SourceText('\uFEFFone\n\uFEFFtwo');
  expect([text.line(1), text.line(2)]).toEqual(['one', '\uFEFFtwo']);
  expect([text.columnOf(1, 1), text.columnOf(5, 2)]).toEqual([1, 1]);
});
