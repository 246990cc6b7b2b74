import { join } from 'node:path';
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
