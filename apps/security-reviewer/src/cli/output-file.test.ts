import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TemporaryTree } from '../../test/temporary-tree.ts';
import { checkOutputFile, writeOutputFile } from './output-file.ts';

test('is written whole, in a directory that is made for it, and takes the place of the old content', async () => {
  using tree = new TemporaryTree({ 'old.md': 'old' });
  for (const path of ['deep/down/new.md', 'old.md']) {
    const file = await checkOutputFile(path, tree.root, 'output');
    await writeOutputFile(file, 'new');
    expect(readFileSync(tree.path(path), 'utf8')).toBe('new');
  }
  expect(readdirSync(tree.root).toSorted()).toEqual(['deep', 'old.md']);
  expect(readdirSync(tree.path('deep/down'))).toEqual(['new.md']);
});

test('is not touched by the check', async () => {
  using tree = new TemporaryTree({ 'old.md': 'old' });
  await checkOutputFile('old.md', tree.root, 'output');
  await checkOutputFile('new.md', tree.root, 'output');
  expect(readdirSync(tree.root)).toEqual(['old.md']);
  expect(readFileSync(tree.path('old.md'), 'utf8')).toBe('old');
});

test('may lie outside the working directory where it is named so', async () => {
  using tree = new TemporaryTree();
  using elsewhere = new TemporaryTree();
  await writeOutputFile(await checkOutputFile(elsewhere.path('a.md'), tree.root, 'output'), 'x');
  expect(readdirSync(elsewhere.root)).toEqual(['a.md']);
});

describe('a link in the reviewed tree', () => {
  test('in the place of the file is not followed', async () => {
    using outside = new TemporaryTree({ 'precious.txt': 'precious' });
    using tree = new TemporaryTree();
    symlinkSync(outside.path('precious.txt'), tree.path('report.md'));
    symlinkSync(outside.path('new.txt'), tree.path('dangling.md'));
    for (const path of ['report.md', 'dangling.md']) {
      await expect(checkOutputFile(path, tree.root, 'output')).rejects.toThrow('it is a symbolic link');
    }
    expect(readdirSync(outside.root)).toEqual(['precious.txt']);
  });

  test('on the way of the file is not followed out of the tree', async () => {
    using outside = new TemporaryTree();
    using tree = new TemporaryTree();
    symlinkSync(outside.root, tree.path('out'));
    for (const path of ['out/report.md', 'out/deep/report.md']) {
      await expect(checkOutputFile(path, tree.root, 'output')).rejects.toThrow('leads out of the working directory');
    }
    expect(readdirSync(outside.root)).toEqual([]);
  });

  test('that appears after the check is replaced, and what it leads to is left alone', async () => {
    using outside = new TemporaryTree({ 'precious.txt': 'precious' });
    using tree = new TemporaryTree();
    const file = await checkOutputFile('report.md', tree.root, 'output');
    symlinkSync(outside.path('precious.txt'), tree.path('report.md'));
    await writeOutputFile(file, 'report');
    expect(readFileSync(outside.path('precious.txt'), 'utf8')).toBe('precious');
    expect(() => readlinkSync(tree.path('report.md'))).toThrow('EINVAL');
  });
});

test('refuses a directory, and a way through a file', async () => {
  using tree = new TemporaryTree({ file: '' });
  mkdirSync(tree.path('directory'));
  await expect(checkOutputFile('directory', tree.root, 'output')).rejects.toMatchObject({
    code: 'invalid_option',
    message: 'Cannot write "directory" of --output: it is a directory.',
  });
  await expect(checkOutputFile('file/a.md', tree.root, 'output')).rejects.toThrow('Cannot write "file/a.md"');
});

test.skipIf(process.platform !== 'linux')('refuses a directory that cannot be made, and comes to an end', async () => {
  using tree = new TemporaryTree();
  await expect(checkOutputFile('/proc/nowhere/deep/a.md', tree.root, 'output')).rejects.toThrow('ENOENT');
});

test('leaves nothing behind where it cannot be written', async () => {
  using tree = new TemporaryTree();
  const file = await checkOutputFile('report.md', tree.root, 'output');
  mkdirSync(tree.path('report.md'));
  writeFileSync(tree.path('report.md/x'), '');
  await expect(writeOutputFile(file, 'text')).rejects.toMatchObject({ code: 'store_failed' });
  expect(readdirSync(tree.root)).toEqual(['report.md']);
});
