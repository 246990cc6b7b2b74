import { chmod, readFile, readdir, rename, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, Tool, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, describe, expect, test } from 'vitest';
import { callTool, textOf } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { fsTools } from './fs-tools.ts';
import { writeTool } from './write.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

type Call = (name: string, args: Json, context?: Partial<ToolContext>) => Promise<ToolOutput>;

/** All tools over a tree of files, called by name. */
async function tools(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Call> {
  tree = await makeTree(files);
  const all = new Map(fsTools({ root: tree.root }).map((tool) => [tool.name, tool]));
  // Every name in these tests is one of the five.
  return async (name, args, context = {}) =>
    await callTool(all.get(name) as Tool, args, { cwd: tree.root, ...context });
}

async function content(path: string): Promise<string> {
  return await readFile(join(tree.root, path), 'utf8');
}

test('makes a file, with the directories it needs', async () => {
  const call = await tools();
  expect(await call('Write', { file_path: 'src/deep/a.ts', content: 'one\ntwo' })).toEqual({
    content: 'Made src/deep/a.ts: 2 lines.',
    display: {
      type: 'diff',
      path: 'src/deep/a.ts',
      isNew: true,
      diff: '--- /dev/null\n+++ b/src/deep/a.ts\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n',
    },
  });
  expect(await content('src/deep/a.ts')).toBe('one\ntwo');
});

test('writes a new file as it is given', async () => {
  const call = await tools();
  await call('Write', { file_path: 'a', content: '\ufeffa\r\nb\n' });
  expect(await content('a')).toBe('\ufeffa\r\nb\n');
});

test('replaces a file that was read', async () => {
  const call = await tools({ a: 'old\n' });
  await call('Read', { file_path: 'a' });
  expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({
    content: 'Replaced a.',
    display: { isNew: false, diff: expect.stringContaining('-old\n+new\n') },
  });
  expect(await content('a')).toBe('new\n');
});

test('keeps line ends, byte order mark, encoding and mode of the file', async () => {
  const call = await tools({ a: '\ufeffold\r\n', b: Buffer.from('\ufeffold\n', 'utf16le') });
  await chmod(join(tree.root, 'a'), 0o751);
  for (const name of ['a', 'b']) {
    await call('Read', { file_path: name });
    await call('Write', { file_path: name, content: 'né\nw\n' });
  }
  expect(await content('a')).toBe('\ufeffné\r\nw\r\n');
  expect((await stat(join(tree.root, 'a'))).mode & 0o777).toBe(0o751);
  expect(await readFile(join(tree.root, 'b'), 'utf16le')).toBe('\ufeffné\nw\n');
});

test('says that nothing had to be done, even for a file that was not read', async () => {
  const call = await tools({ a: 'same\r\n' });
  expect(await call('Write', { file_path: 'a', content: 'same\n' })).toEqual({
    content: 'a already has this content.',
  });
  expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({ content: 'Replaced a.' });
});

test('may be repeated, as after a crash', async () => {
  const call = await tools();
  await call('Write', { file_path: 'a', content: 'x\n' });
  expect((await call('Write', { file_path: 'a', content: 'x\n' })).isError).toBeUndefined();
  expect(await content('a')).toBe('x\n');
});

describe('refuses', () => {
  test('to replace a file that was not read', async () => {
    const call = await tools({ a: 'old\n' });
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toEqual({
      content: 'a exists and you have not read it. Read it first, then make the change.',
      isError: true,
    });
    expect(await content('a')).toBe('old\n');
  });

  test('to replace a file that another session has read', async () => {
    const call = await tools({ a: 'old\n' });
    await call('Read', { file_path: 'a' }, { sessionId: 'other' });
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({ isError: true });
  });

  test('to replace a file that has changed since, until it is read again', async () => {
    const call = await tools({ a: 'old\n' });
    await call('Read', { file_path: 'a' });
    await writeFile(join(tree.root, 'a'), 'mine\n');
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toEqual({
      content: 'a has changed since you last read it. Read it again, then make the change.',
      isError: true,
    });
    expect(await content('a')).toBe('mine\n');
    await call('Read', { file_path: 'a' });
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({ content: 'Replaced a.' });
  });

  test('to take a read that failed for one', async () => {
    const call = await tools({ a: 'old\n' });
    await call('Read', { file_path: 'a', offset: 100 });
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({ isError: true });
  });

  test('to replace a binary file', async () => {
    const call = await tools({ a: 'old\0' });
    expect(await call('Write', { file_path: 'a', content: 'new\n' })).toMatchObject({
      isError: true,
      content: 'a is a binary file, which Write does not replace.',
    });
  });

  test('to write half a character', async () => {
    const call = await tools({ a: 'old\n' });
    const args = { file_path: 'new', content: 'a\ud800' };
    expect(await call('Write', args)).toMatchObject({ isError: true, content: /half a surrogate pair/ });
    await expect(content('new')).rejects.toThrow('ENOENT');
    await call('Read', { file_path: 'a' });
    const edit = { file_path: 'a', old_string: 'old', new_string: '\udc00' };
    expect(await call('Edit', edit)).toMatchObject({ isError: true, content: /half a surrogate pair/ });
    expect(await content('a')).toBe('old\n');
  });

  test('to make a file of what is written as a directory', async () => {
    const call = await tools({});
    expect(await call('Write', { file_path: 'new/', content: '' })).toMatchObject({ isError: true });
    await expect(content('new')).rejects.toThrow('ENOENT');
  });

  test('to replace a file that is too large to have been read', async () => {
    const call = await tools({ a: '' });
    await truncate(join(tree.root, 'a'), 10 * 2 ** 30);
    for (const args of [{ content: 'x' }, { old_string: 'x', new_string: 'y' }]) {
      const output = await call('content' in args ? 'Write' : 'Edit', { file_path: 'a', ...args });
      expect(output).toMatchObject({
        isError: true,
        content: /limit is \d+ bytes\. Files of this size are not changed/,
      });
    }
  });

  test('to write where a directory is, or below a file', async () => {
    const call = await tools({ 'src/a': '' });
    expect(await call('Write', { file_path: 'src', content: '' })).toMatchObject({
      isError: true,
      content: /is a directory/,
    });
    expect(await call('Write', { file_path: 'src/a/b', content: '' })).toMatchObject({ isError: true });
  });

  test.each(['../outside/new.txt', 'out/new.txt', 'out/sub/new.txt', 'secret', 'dangling', '/dev/null'])(
    'to write outside the workspace: %s',
    async (path) => {
      const call = await tools();
      await symlink('../outside', join(tree.root, 'out'));
      await symlink('../outside/secret.txt', join(tree.root, 'secret'));
      await symlink('../outside/new.txt', join(tree.root, 'dangling'));
      expect(await call('Write', { file_path: path, content: 'X' })).toMatchObject({ isError: true });
      expect(await readdir(tree.outside)).toEqual(['secret.txt']);
      expect(await readFile(join(tree.outside, 'secret.txt'), 'utf8')).toBe('SECRET\n');
    },
  );

  test('to write through a link what was not permitted', async () => {
    const call = await tools({ 'package.json': '{}' });
    await symlink('package.json', join(tree.root, 'link'));
    const output = await call('Write', { file_path: 'link', content: 'X' }, { permits: async () => false });
    expect(output).toMatchObject({ isError: true, content: /Use the path without the link/ });
    expect(await content('package.json')).toBe('{}');
  });

  test('to write once the signal has fired', async () => {
    const call = await tools();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(call('Write', { file_path: 'a', content: '' }, { signal })).rejects.toThrow('enough');
    expect(await readdir(tree.root)).toEqual([]);
  });
});

test('writes through a link that stays inside, and keeps the link', async () => {
  const call = await tools({ 'src/a': 'old\n' });
  await symlink('src/a', join(tree.root, 'link'));
  await call('Read', { file_path: 'link' });
  expect(await call('Write', { file_path: 'src/a', content: 'one\n' })).toMatchObject({ content: 'Replaced src/a.' });
  expect(await call('Write', { file_path: 'link', content: 'two\n' })).toMatchObject({ content: 'Replaced link.' });
  expect(await content('src/a')).toBe('two\n');
  expect((await stat(join(tree.root, 'link'))).size).toBe(4);
});

test('does not overwrite what came between reading and writing', async () => {
  tree = await makeTree({ a: 'old\n' });
  const workspace = createWorkspace({ root: tree.root });
  // Another program replaces the file right after the tool has read it.
  const racing = {
    ...workspace,
    readFile: async (...args: Parameters<typeof workspace.readFile>) => {
      const file = await workspace.readFile(...args);
      await writeFile(join(tree.root, 'theirs'), 'theirs\n');
      await rename(join(tree.root, 'theirs'), join(tree.root, 'a'));
      return file;
    },
  };
  const tool = writeTool(racing, { requireRead: false });
  const output = await callTool(tool, { file_path: 'a', content: 'new\n' }, { cwd: tree.root });
  expect(output).toMatchObject({ isError: true });
  expect(textOf(output)).toMatch(/replaced or changed meanwhile\. Try again\. Read it again first\.$/);
  expect(await content('a')).toBe('theirs\n');
});

test('replaces what was not read where it is told to', async () => {
  tree = await makeTree({ a: 'old\n' });
  const tool = writeTool(createWorkspace({ root: tree.root }), { requireRead: false });
  expect(await callTool(tool, { file_path: 'a', content: 'new\n' }, { cwd: tree.root })).toMatchObject({
    content: 'Replaced a.',
  });
});
