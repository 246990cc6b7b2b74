import { expect, test } from 'vitest';
import { diffDisplay } from './unified-diff.ts';

test('shows what was removed and added, with three lines around', () => {
  const old = '1\n2\n3\n4\n5\n6\n7\n8\n9\n';
  expect(diffDisplay('a.txt', old, old.replace('5', 'five'))).toEqual({
    type: 'diff',
    path: 'a.txt',
    isNew: false,
    diff: '--- a/a.txt\n+++ b/a.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
  });
});

test('shows a new file as added', () => {
  expect(diffDisplay('a.txt', undefined, 'x\n')).toEqual({
    type: 'diff',
    path: 'a.txt',
    isNew: true,
    diff: '--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,1 @@\n+x\n',
  });
});

test('shows that a newline at the end came or went', () => {
  expect(diffDisplay('a', 'x', 'x\n').diff).toContain('\\ No newline at end of file');
});

test.each([
  ['too many lines', 'a\n'.repeat(3000), 'b\n'.repeat(3000)],
  ['too many characters', 'a', 'b'.repeat(60_000)],
])('leaves out a change of %s', (_name, oldText, newText) => {
  expect(diffDisplay('a', oldText, newText)).toEqual({ type: 'diff', path: 'a', isNew: false });
});
