import { expect, test } from 'vitest';
import { parsePaths } from './search-page.ts';
import { shownPath } from './shown-path.ts';

test.each([
  ['/work/src/a.ts', 'src/a.ts'],
  ['/work', '.'],
  ['/work/..foo', '..foo'],
  ['/work/a b/é.ts', 'a b/é.ts'],
  ['/work-evil/a', '/work-evil/a'],
  ['/other/a', '/other/a'],
  ['/work/x[1].ts', 'x[1].ts'],
  ['/work/[id]/page.ts', '"[id]/page.ts"'],
  ['/work/"quoted"', '"\\"quoted\\""'],
  ['/work/new\nline', '"new\\nline"'],
  ['/work/\u202egnp.exe', '"\\u202egnp.exe"'],
  ['/work/\u{e0041}', '"\\udb40\\udc41"'],
])('shows %j as %s', (path, shown) => {
  expect(shownPath(path, '/work')).toBe(shown);
});

test.each([
  'src/a.ts',
  '[nothing found]',
  '"a"',
  'new\nline',
  'tab\there',
  '\u202eexe',
  '\u{e0041}',
  '[cut after 1 path; go on with offset 1]',
])('a file named %j is found again among the paths of Glob', (name) => {
  expect(parsePaths(shownPath(`/work/${name}`, '/work')).paths).toEqual([name]);
});
