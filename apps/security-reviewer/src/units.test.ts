import { expect, test } from 'vitest';
import type { SourceFile } from './collect-files.ts';
import { MODEL_UNIT, RULES_UNIT, toUnits } from './units.ts';

function file(path: string, sizeBytes = 100, isNamed = false): SourceFile {
  return { name: path, root: '/root', path, sizeBytes, isNamed };
}

function pathsOf(units: ReturnType<typeof toUnits>): string[][] {
  return units.map(({ files }) => files.map(({ path }) => path));
}

test.each([
  [['src/a.py', 'src/b.py'], 'src'],
  [['src/a/x.py', 'src/a/y.py', 'src/ab/z.py'], 'src'],
  [['src/a/b/x.py', 'src/a/b/c/d/y.py'], 'src/a/b'],
  [['a.py', 'src/b.py'], '.'],
  [['a.py'], '.'],
  [['lib/a.py', 'src/a.py'], '.'],
])('puts %j together, in the directory %j', (paths, directory) => {
  const files = paths.map((path) => file(path));
  expect(toUnits(files, MODEL_UNIT)).toEqual([{ root: '/root', directory, files }]);
});

test('gives a large file a unit of its own', () => {
  const units = toUnits([file('a.py'), file('b.py', 900_000), file('c.py')], RULES_UNIT);
  expect(pathsOf(units)).toEqual([['a.py'], ['b.py'], ['c.py']]);
});

test('starts a new unit where the files together become too large, or too many', () => {
  expect(toUnits([file('a.py', 20_000), file('b.py', 5_000), file('c.py', 5_000)], MODEL_UNIT)).toHaveLength(2);
  const many = Array.from({ length: 45 }, (_, index) => file(`${index}.py`));
  expect(toUnits(many, MODEL_UNIT)).toHaveLength(3);
});

test('names no directory for files that were named one by one', () => {
  const named = file('src/a.py', 1, true);
  expect(toUnits([named], MODEL_UNIT)).toEqual([{ root: '/root', files: [named] }]);
});

test('keeps apart what lies under different roots', () => {
  const elsewhere = { ...file('b.py'), root: '/elsewhere' };
  expect(toUnits([file('a.py'), elsewhere, file('c.py')], MODEL_UNIT).map(({ root }) => root)).toEqual([
    '/root',
    '/elsewhere',
  ]);
});

test('loses no file and repeats none', () => {
  const files = Array.from({ length: 100 }, (_, index) => file(`d${index % 7}/${index}.py`, index * 500));
  const paths = pathsOf(toUnits(files, MODEL_UNIT)).flat();
  expect(paths.toSorted()).toEqual(files.map(({ path }) => path).toSorted());
});

test('has no unit for no files', () => {
  expect(toUnits([], MODEL_UNIT)).toEqual([]);
});
