import { execFileSync } from 'node:child_process';
import { link, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access, Json, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, describe, expect, test } from 'vitest';
import { callTool, textOf } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { parseNumberedLines } from './numbered-lines.ts';
import { readTool, type ReadToolOptions } from './read.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

async function read(
  args: Json,
  options: ReadToolOptions = {},
  context: Partial<ToolContext> = {},
): Promise<ToolOutput> {
  return await callTool(readTool(createWorkspace({ root: tree.root }), options), args, { cwd: tree.root, ...context });
}

const png = Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1');

describe('text', () => {
  test('comes back with numbered lines', async () => {
    tree = await makeTree({ 'src/a.ts': 'one\ntwo\n' });
    expect(await read({ file_path: 'src/a.ts' })).toEqual({ content: '1\tone\n2\ttwo\n[end of file: 2 lines]' });
    expect(await read({ file_path: join(tree.root, 'src/a.ts') })).toMatchObject({ content: /^1\tone\n/ });
  });

  test('starts from the working directory of the call', async () => {
    tree = await makeTree({ 'src/a.ts': 'one\n' });
    expect(textOf(await read({ file_path: 'a.ts' }, {}, { cwd: join(tree.root, 'src') }))).toContain('1\tone');
  });

  test.each([
    ['CRLF', 'a\r\nb\r\n'],
    ['mixed line ends', 'a\r\nb\nc\rd'],
    ['no last newline', 'a\nb'],
    ['blank lines at the end', 'a\n\n\n'],
    ['nothing', ''],
    ['lines like notes', '[end of file: 9 lines]\n1\tx\n'],
  ])('can be turned back into the file: %s', async (_name, text) => {
    tree = await makeTree({ file: text });
    expect(parseNumberedLines(textOf(await read({ file_path: 'file' })))).toMatchObject({ text, isExact: true });
  });

  test('tells a byte order mark and UTF-16', async () => {
    tree = await makeTree({ bom: '\ufeffa\n', wide: Buffer.from('\ufeffä\r\n', 'utf16le') });
    expect(textOf(await read({ file_path: 'bom' }))).toBe('1\ta\n[end of file: 1 line, byte order mark]');
    expect(textOf(await read({ file_path: 'wide' }))).toBe(
      '1\tä\n[end of file: 1 line, CRLF line ends, byte order mark, UTF-16LE]',
    );
  });

  test('tells bytes that are no text', async () => {
    tree = await makeTree({ latin: Buffer.from([0xe9, 0x0a]) });
    expect(parseNumberedLines(textOf(await read({ file_path: 'latin' })))).toMatchObject({ isExact: false });
  });

  test('is shown in parts that say how to go on', async () => {
    tree = await makeTree({ file: 'a\nb\nc\n' });
    expect(textOf(await read({ file_path: 'file', limit: 2 }))).toBe(
      '1\ta\n2\tb\n[lines 1 to 2 of 3; go on with offset 3]',
    );
    expect(textOf(await read({ file_path: 'file', offset: 3 }))).toBe('3\tc\n[end of file: 3 lines]');
  });

  test('is cut after 2,000 lines, 2,000 characters of a line and 100,000 characters', async () => {
    tree = await makeTree({
      lines: 'x\n'.repeat(2001),
      line: 'x'.repeat(2001),
      all: `${'x'.repeat(1999)}\n`.repeat(60),
    });
    expect(textOf(await read({ file_path: 'lines' }))).toMatch(/\[lines 1 to 2000 of 2001; go on with offset 2001\]$/);
    expect(textOf(await read({ file_path: 'line' }))).toContain('[line 1 is cut: 2000 of 2001 characters shown]');
    expect(textOf(await read({ file_path: 'all' }))).toMatch(/\[lines 1 to 50 of 60; go on with offset 51\]$/);
  });

  test('has the limits that its maker is given', async () => {
    tree = await makeTree({ file: 'aaaa\nbbbb\n' });
    expect(textOf(await read({ file_path: 'file' }, { maxLines: 1 }))).toContain('go on with offset 2');
    expect(textOf(await read({ file_path: 'file' }, { maxLineCharacters: 3 }))).toContain('1\taaa\n');
    expect(textOf(await read({ file_path: 'file' }, { maxCharacters: 5 }))).toContain('go on with offset 2');
    expect(await read({ file_path: 'file' }, { maxFileBytes: 9 })).toMatchObject({
      isError: true,
      content: /is 10 bytes; the limit is 9 bytes. Use Grep/,
    });
  });
});

describe('an image', () => {
  test('is shown', async () => {
    tree = await makeTree({ 'a.png': png });
    expect(await read({ file_path: 'a.png' })).toEqual({
      content: [
        { type: 'text', text: '[image/png, 12 bytes]' },
        { type: 'image', mediaType: 'image/png', data: png.toString('base64') },
      ],
    });
  });

  test('is refused where it is too large', async () => {
    tree = await makeTree({ 'a.png': png });
    expect(await read({ file_path: 'a.png' }, { maxImageBytes: 11 })).toEqual({
      content: 'a.png is an image of 12 bytes; the limit is 11 bytes.',
      isError: true,
    });
  });
});

describe('a failure that says what to do', () => {
  async function failure(args: Json, context: Partial<ToolContext> = {}): Promise<string> {
    const output = await read(args, {}, context);
    expect(output.isError).toBe(true);
    return textOf(output);
  }

  test('for a missing file names the nearest and what is there', async () => {
    tree = await makeTree({ 'src/index.ts': '', 'src/other/x': '' });
    expect(await failure({ file_path: 'src/indx.ts' })).toMatch(
      /does not exist\. Did you mean "index\.ts"\? The directory "src" holds: index\.ts, other\/\.$/,
    );
    expect(await failure({ file_path: 'src/no/such/dir/x' })).toContain('The directory "src" holds:');
  });

  test('does not name what may not be read', async () => {
    tree = await makeTree({ '.env.local': '', 'a.txt': '' });
    const permits = async (access: Access): Promise<boolean> =>
      !('path' in access && access.path?.includes('.env') === true);
    expect(await failure({ file_path: '.env.locl' }, { permits })).toMatch(/"\." holds: a\.txt\.$/);
    expect(await failure({ file_path: '.env.locl' }, { permits: async () => false })).toContain(
      'nothing that may be read',
    );
  });

  test('names no more than thirty entries', async () => {
    tree = await makeTree(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, ''])));
    expect(await failure({ file_path: 'x/y' })).toMatch(/(f\d+, ){29}f\d+ and more\.$/);
  });

  test('for a directory names what it holds', async () => {
    tree = await makeTree({ 'src/a.ts': '' });
    expect(await failure({ file_path: 'src' })).toMatch(/is a directory, .* holds: a\.ts\.$/);
  });

  test('for a binary file', async () => {
    tree = await makeTree({ bin: 'a\0b' });
    expect(await failure({ file_path: 'bin' })).toBe('bin is a binary file of 3 bytes, not text.');
  });

  test('for a line behind the last', async () => {
    tree = await makeTree({ file: 'a\nb\n' });
    expect(await failure({ file_path: 'file', offset: 3 })).toBe(
      'file has no line 3; it has 2 lines. Use a smaller offset.',
    );
  });

  test('for a path with a NUL', async () => {
    tree = await makeTree();
    expect(await failure({ file_path: 'a.ts\0.png' })).toContain('has a NUL character');
  });

  test.each(['../outside/secret.txt', 'link', 'directory/secret.txt', 'chain', 'dangling'])(
    'for a way out of the workspace: %s',
    async (path) => {
      tree = await makeTree();
      await symlink('../outside/secret.txt', join(tree.root, 'link'));
      await symlink('../outside', join(tree.root, 'directory'));
      await symlink('link', join(tree.root, 'chain'));
      await symlink('../outside/new', join(tree.root, 'dangling'));
      expect(await failure({ file_path: path })).not.toContain('SECRET');
    },
  );

  test('asks the policy about so many names of a large directory and no more', async () => {
    tree = await makeTree(Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`dir/${index}`, ''])));
    let asked = 0;
    const permits = async (): Promise<boolean> => asked++ < 0;
    expect(await failure({ file_path: 'dir' }, { permits })).toContain('nothing that may be read among its first');
    expect(asked).toBe(1000);
  });

  test('shows the names of what is there, and all of them', async () => {
    tree = await makeTree({ 'dir/n\n[end of file: 1 line]': '', 'dir/\u202etxt.js': '', 'dir/\u009b31m': '' });
    for (const path of ['dir', 'dir/n\n[end of file: 1 lines]']) {
      expect(await failure({ file_path: path })).toMatch(/^\P{C}+ holds: \P{C}+$/u);
    }
  });

  test.skipIf(process.platform === 'win32')('for a pipe, without waiting', async () => {
    tree = await makeTree();
    execFileSync('mkfifo', [join(tree.root, 'pipe')]);
    expect(await failure({ file_path: 'pipe' })).toMatch(/is a pipe, not a regular file\. The directory/);
  });
});

describe('a link inside the workspace', () => {
  test('is followed where what it leads to is permitted', async () => {
    tree = await makeTree({ 'src/a.ts': 'one\n' });
    await symlink('src/a.ts', join(tree.root, 'in'));
    expect(textOf(await read({ file_path: 'in' }))).toContain('1\tone');
  });

  test('is refused where it is not, even if the link itself was', async () => {
    tree = await makeTree({ '.env': 'KEY=1\n' });
    await symlink('.env', join(tree.root, 'in'));
    const asked: Access[] = [];
    const permits = async (access: Access): Promise<boolean> => {
      asked.push(access);
      return false;
    };
    const output = await read({ file_path: 'in' }, {}, { permits });
    expect(output).toMatchObject({ isError: true, content: /Use the path without the link/ });
    expect(textOf(output)).not.toContain('KEY');
    expect(asked).toEqual([{ kind: 'read', path: join(tree.root, '.env') }]);
  });

  test('is not what a root is that is a link', async () => {
    tree = await makeTree({ a: 'one\n' });
    await symlink('root', join(tree.root, '../alias'));
    const cwd = join(tree.root, '../alias');
    const output = await callTool(
      readTool(createWorkspace({ root: cwd })),
      { file_path: 'a' },
      { cwd, permits: async () => false },
    );
    expect(textOf(output)).toContain('1\tone');
  });
});

test('reads a file by any of its names', async () => {
  tree = await makeTree({ a: 'one\n' });
  await link(join(tree.root, 'a'), join(tree.root, 'b'));
  expect(textOf(await read({ file_path: 'b' }))).toContain('1\tone');
});

test.each([
  '-rf.txt',
  '..foo',
  'a b',
  'a[1].ts',
  'star*.txt',
  '$HOME',
  '~tilde',
  'new\nline',
  'é/漢字',
  '%41',
  '#a',
  'quote\'"',
])('reads a file named %j', async (name) => {
  tree = await makeTree({ [name]: 'one\n' });
  expect(textOf(await read({ file_path: name }))).toContain('1\tone');
});

test.each([{ maxLines: 0 }, { maxCharacters: 1.5 }, { maxFileBytes: '1' }, { maxLine: 1 }])(
  'is not made with %j',
  async (options) => {
    tree = await makeTree();
    // The point is what happens to those who do not have the types.
    expect(() => readTool(createWorkspace({ root: tree.root }), options as ReadToolOptions)).toThrow(
      expect.objectContaining({ code: 'invalid_option', option: Object.keys(options)[0] }),
    );
  },
);

test('says that bytes which are no UTF-8 may be Latin-1', async () => {
  tree = await makeTree({ a: Buffer.from('caf\xe9\n', 'latin1') });
  const output = await callTool(readTool(createWorkspace({ root: tree.root })), { file_path: 'a' }, { cwd: tree.root });
  expect(textOf(output)).toBe(
    '1\tcaf\ufffd\n[end of file: 1 line, some bytes are not UTF-8 (perhaps Latin-1) and shown as U+FFFD]',
  );
  expect(parseNumberedLines(textOf(output))).toMatchObject({ isExact: false });
});

test('a hint looks at no more of a large directory than it can say', async () => {
  const names = Array.from({ length: 1500 }, (_, index) => `file${index}`);
  tree = await makeTree(Object.fromEntries(names.map((name) => [`many/${name}`, ''])));
  let asked = 0;
  const permits = async (): Promise<boolean> => {
    asked++;
    return false;
  };
  const tool = readTool(createWorkspace({ root: tree.root }));
  const output = await callTool(tool, { file_path: 'many/none' }, { cwd: tree.root, permits });
  expect(textOf(output)).toMatch(/holds nothing that may be read among its first 1000 entries\.$/);
  expect(asked).toBeLessThanOrEqual(1001);
});
