import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { findProgram, searchDirectories } from './search-path.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ 'node_modules/.bin/ls': '#!/bin/sh\n', 'run.sh': '#!/bin/sh\n' });
  for (const path of ['node_modules/.bin/ls', 'run.sh']) await chmod(join(tree.root, path), 0o755);
});

afterEach(async () => {
  await tree.remove();
});

const search = (directories: readonly string[]): Promise<readonly string[]> =>
  searchDirectories(createWorkspace({ root: tree.root }), directories.join(delimiter));

describe('directories to look for programs in', () => {
  test('are those that are absolute and outside of the workspace', async () => {
    const planted = [tree.root, join(tree.root, 'node_modules/.bin'), 'node_modules/.bin', '.', ''];
    expect(await search([...planted, tree.outside, '/bin'])).toEqual([tree.outside, '/bin']);
  });

  test('are none that are links into the workspace, and none that are not there and could become one', async () => {
    await symlink(join(tree.root, 'node_modules/.bin'), join(tree.outside, 'bin'));
    expect(await search([join(tree.outside, 'bin'), join(tree.outside, 'gone'), '/bin'])).toEqual(['/bin']);
  });

  test('are each there once', async () => {
    expect(await search(['/bin', tree.outside, '/bin'])).toEqual(['/bin', tree.outside]);
  });

  test.each([[''], ['.'], ['/nowhere/at/all']])('are those of the system where %j leaves none', async (path) => {
    expect(await search([path])).toEqual(['/usr/local/bin', '/usr/bin', '/bin']);
  });
});

describe('a program', () => {
  test('is found by its name in the first directory that has one to execute', async () => {
    await mkdir(join(tree.outside, 'tool'));
    await writeFile(join(tree.outside, 'notes'), 'no program');
    const directories = [tree.outside, join(tree.root, 'node_modules/.bin')];
    expect(await findProgram('ls', directories)).toEqual({ path: join(tree.root, 'node_modules/.bin/ls') });
    for (const name of ['tool', 'notes', 'nothing']) {
      expect(await findProgram(name, directories)).toEqual({ problem: expect.stringContaining('no program') });
    }
  });

  test('is taken by an absolute path as it is', async () => {
    const path = join(tree.root, 'run.sh');
    expect(await findProgram(path, [])).toEqual({ path });
    expect(await findProgram(`${path}.gone`, [])).toEqual({ problem: expect.stringContaining('no program') });
  });

  test.each(['./run.sh', 'node_modules/.bin/ls', '../run.sh'])('is not taken by the relative path %s', async (path) => {
    expect(await findProgram(path, [tree.root])).toEqual({ problem: expect.stringContaining('relative path') });
  });

  test('is no batch file on Windows, by whatever spelling', async () => {
    await writeFile(join(tree.outside, 'npm.cmd'), 'echo', { mode: 0o755 });
    await writeFile(join(tree.outside, 'old.BAT'), 'echo', { mode: 0o755 });
    for (const name of ['npm', 'npm.cmd', join(tree.outside, 'npm.cmd'), 'old.BAT']) {
      const found = await findProgram(name, [tree.outside], 'win32');
      expect(found).toEqual({ problem: expect.stringContaining('batch file') });
    }
    await writeFile(join(tree.outside, 'npm.exe'), '', { mode: 0o755 });
    expect(await findProgram('npm', [tree.outside], 'win32')).toEqual({ path: join(tree.outside, 'npm.exe') });
  });
});
