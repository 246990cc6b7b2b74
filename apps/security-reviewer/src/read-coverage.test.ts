import { expect, test } from 'vitest';
import type { SourceFile } from './collect-files.ts';
import { ReadCoverage } from './read-coverage.ts';

const file: SourceFile = { name: 'a.py', root: '/', path: 'a.py', sizeBytes: 1, isNamed: true };

function gapAfter(...pages: string[]): string | undefined {
  const coverage = new ReadCoverage();
  for (const page of pages) coverage.note(file, page);
  return coverage.gapIn(file);
}

const first = '1\ta\n2\tb\n[lines 1 to 2 of 3; go on with offset 3]';
const last = '3\tc\n[end of file: 3 lines]';

test('a file is read where all its lines were, in whatever order', () => {
  expect(gapAfter('1\ta\n2\tb\n3\tc\n[end of file: 3 lines]')).toBeUndefined();
  expect(gapAfter(first, last)).toBeUndefined();
  expect(gapAfter(last, first, first)).toBeUndefined();
});

test('an empty file is read', () => {
  expect(gapAfter('[end of file: 0 lines]')).toBeUndefined();
});

test('a file that was only begun is not read', () => {
  expect(gapAfter(first)).toBe('the reviewer did not read line 3 of 3');
});

test('a file of which only the end was read is not read', () => {
  expect(gapAfter(last)).toBe('the reviewer did not read line 1 of 3');
});

test('a file that grew after it was read is not read', () => {
  expect(gapAfter('1\ta\n[end of file: 1 lines]', '2\tb\n[lines 2 to 2 of 3; go on with offset 3]')).toBe(
    'the reviewer did not read line 3 of 3',
  );
});

test('a file with a line that was cut is not read', () => {
  expect(gapAfter('1\taaa\n[line 1 is cut: 3 of 9 characters shown]\n[end of file: 1 lines]')).toBe(
    'a line of it was too long for the reviewer to see whole',
  );
});

test('a line that only looks like a note is a line', () => {
  expect(gapAfter('1\t[line 1 is cut: 3 of 9 characters shown]\n[end of file: 1 lines]')).toBeUndefined();
});

test.each(['', 'No such file.', '1\ta', '[end of file: 3 lines'])('%j counts for nothing', (output) => {
  expect(gapAfter(output)).toBe('the reviewer did not read it');
});

test('an image counts for nothing', () => {
  const coverage = new ReadCoverage();
  coverage.note(file, [{ type: 'image', mediaType: 'image/png', data: '' }]);
  expect(coverage.gapIn(file)).toBe('the reviewer did not read it');
});
