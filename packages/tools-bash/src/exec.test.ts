import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callTool, type Called } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { createExec } from './exec.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree();
  await writeFile(join(tree.root, 'tool'), '#!/bin/sh\necho planted "$@"\n', { mode: 0o755 });
});

afterEach(async () => {
  await tree.remove();
});

function exec(args: { program: string; args?: string[]; cwd?: string; timeout_ms?: number }): Promise<Called> {
  return callTool(createExec(createWorkspace({ root: tree.root })), args, { cwd: tree.root });
}

test('passes arguments as they are', async () => {
  const args = ['a b', '', '$HOME', '`id`', '*', "'", '"', '; echo no', '-n', '\n', 'é'];
  const { text } = await exec({ program: 'printf', args: ['<%s>', ...args] });
  expect(text).toBe(args.map((word) => `<${word}>`).join(''));
});

test('starts a program with no arguments', async () => {
  expect((await exec({ program: 'pwd' })).text).toBe(`${tree.root}\n`);
});

test('says how a program ended', async () => {
  expect((await exec({ program: 'sh', args: ['-c', 'echo out; echo err >&2; exit 4'] })).text).toBe(
    'out\nerr\n[exit code 4]',
  );
});

test.each(['tool', './tool', 'gone', ''.padEnd(5000, 'x')])(
  'does not find %.10s in the working directory',
  async (program) => {
    const { text, isError } = await exec({ program });
    expect(isError).toBe(true);
    expect(text).toMatch(/^Nothing was started: /);
  },
);

test('starts what an absolute path names', async () => {
  expect((await exec({ program: join(tree.root, 'tool'), args: ['x'] })).text).toBe('planted x\n');
});

test('says where the system does not take a file for a program', async () => {
  await writeFile(join(tree.root, 'odd'), '\x7fELF nonsense', { mode: 0o755 });
  const { text, isError } = await exec({ program: join(tree.root, 'odd') });
  expect(isError).toBe(true);
  expect(text).toMatch(/\[exit code 12[67]\]$/);
});

test('refuses a directory outside of the workspace', async () => {
  const { text, isError } = await exec({ program: 'pwd', cwd: '..' });
  expect(isError).toBe(true);
  expect(text).toMatch(/is not in the workspace/);
});
