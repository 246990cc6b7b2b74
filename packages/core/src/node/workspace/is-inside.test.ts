import { join, posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { isInside } from './is-inside.ts';

test.each([
  ['/work', '/work'],
  ['/work', '/work/a'],
  ['/work', '/work/..foo'],
  ['/work', '/work/.../a'],
  ['/', '/etc/passwd'],
])('%s holds %s', (directory, path) => {
  expect(isInside(directory, path)).toBe(true);
});

test.each([
  ['/work', '/work-evil/a'],
  ['/work', '/workevil'],
  ['/work', '/work.bak'],
  ['/work', '/'],
  ['/work', '/wor'],
  ['/work/a', '/work'],
  ['/work/a', '/work/b'],
])('%s does not hold %s', (directory, path) => {
  expect(isInside(directory, path)).toBe(false);
});

test('looks at where a path leads, not at how it starts', () => {
  expect(isInside('/work', '/work/../etc')).toBe(false);
  expect(isInside('/work', join('/work', 'a', '..', '..', 'work', 'b'))).toBe(true);
});

test.each([
  ['C:\\work', 'C:\\work\\a', true],
  ['C:\\work', 'c:\\WORK\\A', true],
  ['C:\\', 'C:\\work', true],
  ['C:\\work', 'C:\\work-evil\\a', false],
  ['C:\\work', 'D:\\work\\a', false],
  ['C:\\work', '\\\\server\\share\\work', false],
  ['C:\\work', '\\\\?\\C:\\work\\..\\a', false],
  ['C:\\work', 'C:\\work\\..\\a', false],
  ['C:\\code', 'C:/code/../a', false],
])('on Windows, whether %s holds %s: %s', (directory, path, expected) => {
  expect(isInside(directory, path, win32)).toBe(expected);
});

test('elsewhere case matters, so that another spelling is refused rather than guessed at', () => {
  expect(isInside('/work', '/WORK/a', posix)).toBe(false);
});
