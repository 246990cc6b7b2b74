import { chmod, link, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, Tool, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { callTool, textOf } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { editTool } from './edit.ts';
import { fsTools } from './fs-tools.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

type Call = (name: string, args: Json, context?: Partial<ToolContext>) => Promise<ToolOutput>;

/** All tools over a tree of files, called by name, after every file has been read. */
async function tools(files: Readonly<Record<string, string | Uint8Array>>): Promise<Call> {
  tree = await makeTree(files);
  const all = new Map(fsTools({ root: tree.root }).map((tool) => [tool.name, tool]));
  // Every name in these tests is one of the five.
  const call: Call = async (name, args, context = {}) =>
    await callTool(all.get(name) as Tool, args, { cwd: tree.root, ...context });
  for (const path of Object.keys(files)) await call('Read', { file_path: path });
  return call;
}

async function content(path: string): Promise<string> {
  return await readFile(join(tree.root, path), 'utf8');
}

describe('replaces', () => {
  test('the only occurrence, and shows people what changed', async () => {
    const call = await tools({ 'src/a.ts': 'const a = 1;\nconst b = 2;\n' });
    expect(await call('Edit', { file_path: 'src/a.ts', old_string: 'b = 2', new_string: 'b = 3' })).toEqual({
      content: 'Edited src/a.ts at line 2.',
      display: {
        type: 'diff',
        path: 'src/a.ts',
        isNew: false,
        diff: '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n const a = 1;\n-const b = 2;\n+const b = 3;\n',
      },
    });
    expect(await content('src/a.ts')).toBe('const a = 1;\nconst b = 3;\n');
  });

  test('every occurrence where it is told to', async () => {
    const call = await tools({ a: 'x x\nx\n' });
    const args = { file_path: 'a', old_string: 'x', new_string: 'xx', replace_all: true };
    expect(await call('Edit', args)).toMatchObject({ content: 'Edited a in 3 places.' });
    expect(await content('a')).toBe('xx xx\nxx\n');
  });

  test('a text by nothing', async () => {
    const call = await tools({ a: 'keep\ndrop\n' });
    await call('Edit', { file_path: 'a', old_string: 'drop\n', new_string: '' });
    expect(await content('a')).toBe('keep\n');
  });

  test('a text exactly, without meaning in its characters', async () => {
    const call = await tools({ a: 'a.*$& (x)\n' });
    await call('Edit', { file_path: 'a', old_string: '.*$& (', new_string: "$1$&$'$$" });
    expect(await content('a')).toBe("a$1$&$'$$x)\n");
  });

  test('again and again, without reading in between', async () => {
    const call = await tools({ a: '1\n' });
    await call('Edit', { file_path: 'a', old_string: '1', new_string: '2' });
    expect(await call('Edit', { file_path: 'a', old_string: '2', new_string: '3' })).not.toHaveProperty('isError');
    expect(await content('a')).toBe('3\n');
  });

  test('in a file that Write has made', async () => {
    const call = await tools({});
    await call('Write', { file_path: 'a', content: '1\n' });
    await call('Edit', { file_path: 'a', old_string: '1', new_string: '2' });
    expect(await content('a')).toBe('2\n');
  });
});

describe('keeps', () => {
  test.each([
    ['CRLF', 'a\r\nb\r\nc\r\n', 'a\r\nx\r\ny\r\nc\r\n'],
    ['LF', 'a\nb\nc\n', 'a\nx\ny\nc\n'],
    ['a missing last newline', 'a\nb\nc', 'a\nx\ny\nc'],
    ['a byte order mark', '\ufeffa\r\nb\r\nc', '\ufeffa\r\nx\r\ny\r\nc'],
  ])('%s', async (_name, before, after) => {
    const call = await tools({ f: before });
    await call('Edit', { file_path: 'f', old_string: 'b\nc', new_string: 'x\ny\nc' });
    expect(await content('f')).toBe(after);
  });

  test('CRLF where one line becomes two', async () => {
    const call = await tools({ f: 'a\r\nb\r\n' });
    await call('Edit', { file_path: 'f', old_string: 'a', new_string: 'x\ny' });
    expect(await content('f')).toBe('x\r\ny\r\nb\r\n');
  });

  test('mixed line ends, which have to be given as they are', async () => {
    const call = await tools({ f: 'a\r\nb\nc\r\n' });
    expect(await call('Edit', { file_path: 'f', old_string: 'a\nb', new_string: 'x' })).toMatchObject({
      isError: true,
    });
    await call('Edit', { file_path: 'f', old_string: 'a\r\nb', new_string: 'x' });
    expect(await content('f')).toBe('x\nc\r\n');
  });

  test('UTF-16', async () => {
    const call = await tools({ f: Buffer.from('\ufeffé one\r\n', 'utf16le').swap16() });
    await call('Edit', { file_path: 'f', old_string: 'one', new_string: 'two\n' });
    expect((await readFile(join(tree.root, 'f'))).swap16().toString('utf16le')).toBe('\ufeffé two\r\n\r\n');
  });

  test('the mode', async () => {
    const call = await tools({ f: 'a\n' });
    await chmod(join(tree.root, 'f'), 0o755);
    await call('Edit', { file_path: 'f', old_string: 'a', new_string: 'b' });
    expect((await stat(join(tree.root, 'f'))).mode & 0o777).toBe(0o755);
  });

  test('a link inside the workspace, and changes what it leads to', async () => {
    const call = await tools({ 'src/a': 'a\n' });
    await symlink('src/a', join(tree.root, 'link'));
    await call('Edit', { file_path: 'link', old_string: 'a', new_string: 'b' });
    expect(await readlink(join(tree.root, 'link'))).toBe('src/a');
    expect(await content('src/a')).toBe('b\n');
  });

  test('every other byte of any file', async () => {
    const unit = fc.constantFrom('a', 'é', '😀', '\r\n', '\t', ' ', '\u2028');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit }), fc.string({ unit }), fc.string({ unit }), async (before, after, text) => {
        const call = await tools({ f: `${before}<old>${after}` });
        await call('Edit', { file_path: 'f', old_string: '<old>', new_string: text });
        const changed = await content('f');
        await tree.remove();
        tree = await makeTree();
        expect(changed).toBe(`${before}${text}${after}`);
      }),
      { numRuns: 50 },
    );
  });
});

describe('says how to do it right', () => {
  async function failure(call: Call, args: Json, context: Partial<ToolContext> = {}): Promise<string> {
    const output = await call('Edit', args, context);
    expect(output.isError).toBe(true);
    return textOf(output);
  }

  test('where a text occurs more than once', async () => {
    const call = await tools({ a: 'x\ny\nx\n' });
    expect(await failure(call, { file_path: 'a', old_string: 'x', new_string: 'z' })).toBe(
      'a: old_string occurs 2 times, at lines 1, 3. Add lines around it to name one place, or set replace_all.',
    );
    expect(await content('a')).toBe('x\ny\nx\n');
  });

  test('where it does not occur, but almost', async () => {
    const call = await tools({ a: 'if (x) {\n\treturn 1;\n}\n' });
    expect(await failure(call, { file_path: 'a', old_string: 'if (x) {\n  return 1;\n}', new_string: '' })).toContain(
      'differs from these lines only in white space or quotes, which must be given exactly:\n1\tif (x) {\n2\t\treturn 1;\n3\t}',
    );
  });

  test('where both texts are the same', async () => {
    const call = await tools({ a: 'x\n' });
    expect(await failure(call, { file_path: 'a', old_string: 'x', new_string: 'x' })).toContain('are the same');
  });

  test('where the file was not read', async () => {
    const call = await tools({});
    await writeFile(join(tree.root, 'a'), 'x\n');
    const message = await failure(call, { file_path: 'a', old_string: 'nope', new_string: 'y' });
    expect(message).toBe('a exists and you have not read it. Read it first, then make the change.');
  });

  test('where the file has changed since', async () => {
    const call = await tools({ a: 'x\n' });
    await writeFile(join(tree.root, 'a'), 'x \n');
    expect(await failure(call, { file_path: 'a', old_string: 'x', new_string: 'y' })).toContain('Read it again');
    expect(await content('a')).toBe('x \n');
  });

  test('where there is no such file', async () => {
    const call = await tools({ 'src/index.ts': 'x\n' });
    const args = { old_string: 'x', new_string: 'y' };
    expect(await failure(call, { ...args, file_path: 'src/indx.ts' })).toMatch(/Did you mean "src\/index\.ts"\?$/);
    expect(await failure(call, { ...args, file_path: 'other/file' })).toMatch(
      /Use Glob to find it, or Write to make it\.$/,
    );
  });

  test('where a file is binary, or would be damaged', async () => {
    const call = await tools({ bin: 'x\0', latin: Buffer.from([0x78, 0xe9]) });
    expect(await failure(call, { file_path: 'bin', old_string: 'x', new_string: 'y' })).toContain('binary');
    expect(await failure(call, { file_path: 'latin', old_string: 'x', new_string: 'y' })).toContain(
      'no valid text in UTF-8',
    );
    expect(await readFile(join(tree.root, 'latin'))).toEqual(Buffer.from([0x78, 0xe9]));
  });

  test.each(['../outside/secret.txt', 'link', 'out/secret.txt'])('where a path leads outside: %s', async (path) => {
    const call = await tools({});
    await symlink('../outside/secret.txt', join(tree.root, 'link'));
    await symlink('../outside', join(tree.root, 'out'));
    const message = await failure(call, { file_path: path, old_string: 'SECRET', new_string: 'x' });
    expect(message).toMatch(/(not|nothing) in the workspace/);
    expect(await readFile(join(tree.outside, 'secret.txt'), 'utf8')).toBe('SECRET\n');
  });

  test('where there is nothing to replace, already in the arguments', async () => {
    tree = await makeTree();
    const tool = editTool(createWorkspace({ root: tree.root }));
    expect(await tool.validate({ file_path: 'a', old_string: '', new_string: 'x' })).toMatchObject({
      ok: false,
      issues: [{ path: 'old_string', message: expect.stringContaining('use Write') }],
    });
  });
});

test('leaves other names of a file alone, and nothing else behind', async () => {
  const call = await tools({});
  await link(join(tree.outside, 'secret.txt'), join(tree.root, 'hard'));
  await call('Read', { file_path: 'hard' });
  await call('Edit', { file_path: 'hard', old_string: 'SECRET', new_string: 'changed' });
  expect(await content('hard')).toBe('changed\n');
  expect(await readFile(join(tree.outside, 'secret.txt'), 'utf8')).toBe('SECRET\n');
  expect(await readdir(tree.root)).toEqual(['hard']);
});

test('is done by one step, or not at all where the signal has fired', async () => {
  const call = await tools({ a: 'x\n' });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(call('Edit', { file_path: 'a', old_string: 'x', new_string: 'y' }, { signal })).rejects.toThrow(
    'enough',
  );
  expect(await content('a')).toBe('x\n');
});
