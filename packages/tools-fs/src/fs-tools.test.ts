import { createWorkspace } from '@harness-sdk/core/node';
import { toolContract } from '@harness-sdk/core/testing/contracts';
import { afterEach, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { editTool, fsTools, globTool, grepTool, readTool, writeTool } from './index.ts';

let tree: Tree | undefined;

afterEach(async () => {
  await tree?.remove();
  tree = undefined;
});

const files = { 'a.txt': 'one\ntwo\n', 'src/b.ts': 'one\n' };

toolContract('Read', async () => {
  const { root, remove } = await makeTree(files);
  return {
    tool: readTool(createWorkspace({ root })),
    validArgs: [{ file_path: 'a.txt' }, { file_path: 'src/b.ts', offset: 1, limit: 1 }],
    invalidArgs: [{ file_path: 1 }, { file_path: 'a.txt', offset: 0 }, { path: 'a.txt' }],
    cwd: root,
    close: remove,
  };
});

toolContract('Glob', async () => {
  const { root, remove } = await makeTree(files);
  return {
    tool: globTool(createWorkspace({ root })),
    validArgs: [{ pattern: '*.ts' }, { pattern: '*', path: 'src', head_limit: 1, offset: 1 }],
    invalidArgs: [{ pattern: '' }, { pattern: '*', head_limit: 0 }],
    cwd: root,
    close: remove,
  };
});

toolContract('Grep', async () => {
  const { root, remove } = await makeTree(files);
  return {
    tool: grepTool(createWorkspace({ root })),
    validArgs: [{ pattern: 'one' }, { pattern: 'o', path: 'src', output_mode: 'count', case_insensitive: true }],
    invalidArgs: [{ pattern: 'one', context: -1 }, { pattern: ['one'] }],
    cwd: root,
    close: remove,
  };
});

toolContract('Write', async () => {
  const { root, remove } = await makeTree(files);
  return {
    tool: writeTool(createWorkspace({ root })),
    validArgs: [
      { file_path: 'new/c.txt', content: 'three\n' },
      { file_path: 'a.txt', content: 'one\ntwo\n' },
    ],
    invalidArgs: [{ file_path: 'c.txt' }, { file_path: '', content: '' }],
    cwd: root,
    close: remove,
  };
});

toolContract('Edit', async () => {
  const { root, remove } = await makeTree(files);
  return {
    tool: editTool(createWorkspace({ root }), { requireRead: false }),
    validArgs: [{ file_path: 'a.txt', old_string: 'one', new_string: 'one one', replace_all: true }],
    invalidArgs: [
      { file_path: 'a.txt', old_string: '', new_string: 'x' },
      { file_path: 'a.txt', new_string: 'x' },
    ],
    cwd: root,
    close: remove,
  };
});

test('are five, with what they touch and whether they may be repeated', async () => {
  tree = await makeTree();
  expect(fsTools({ root: tree.root }).map(({ name, accessKinds, effect }) => [name, accessKinds, effect])).toEqual([
    ['Read', ['read'], 'none'],
    ['Glob', ['read'], 'none'],
    ['Grep', ['read'], 'none'],
    ['Write', ['write'], 'idempotent'],
    ['Edit', ['write'], 'once'],
  ]);
});

test.each([
  [0, { file_path: 'src/a.ts' }, 'read', ['src/a.ts']],
  [0, { file_path: '../x' }, 'read', ['../x']],
  [1, { pattern: '*.ts' }, 'read', ['.']],
  [1, { pattern: '*.ts', path: 'src' }, 'read', ['src']],
  [1, { pattern: 'a/*.ts' }, 'read', ['a']],
  [1, { pattern: 'a/b/*.ts', path: 'src' }, 'read', ['src', 'src/a/b']],
  [1, { pattern: '../../outside/*', path: 'src' }, 'read', ['src', '../outside']],
  [1, { pattern: '/etc/*' }, 'read', ['/etc']],
  [1, { pattern: '!x', path: 'src' }, 'read', ['src']],
  [2, { pattern: 'x' }, 'read', ['.']],
  [2, { pattern: 'x', path: 'src/a.ts' }, 'read', ['src/a.ts']],
  [2, { pattern: 'x', path: '.env', glob: '../src/*' }, 'read', ['.env', 'src']],
  [2, { pattern: 'x', path: '.env', glob: '/etc/*' }, 'read', ['.env', '/etc']],
  [2, { pattern: 'x', glob: '/etc/*' }, 'read', ['/etc']],
  [3, { file_path: 'a', content: '' }, 'write', ['a']],
  [4, { file_path: 'a', old_string: 'x', new_string: 'y' }, 'write', ['a']],
])('tool %i says what %j touches: %s %j', async (index, args, kind, paths) => {
  tree = await makeTree();
  const tool = fsTools({ root: tree.root })[index];
  expect(await tool?.access(args, { cwd: tree.root })).toEqual(paths.map((path) => ({ kind, path })));
});

test('work where the process is, by default', () => {
  expect(fsTools().length).toBe(5);
});

test.each([{ root: '/nowhere/at/all' }, { roots: ['.'] }, { root: 7 }])('are not made with %j', (options) => {
  // The point is what happens to those who do not have the types.
  expect(() => fsTools(options as { root: string })).toThrow(expect.objectContaining({ code: 'invalid_option' }));
});
