import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Access, Json, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, describe, expect, test } from 'vitest';
import { callTool, textOf } from '../test/call-tool.ts';
import { childProcesses } from '../test/child-processes.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { grepTool } from './grep.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

async function grep(args: Json, context: Partial<ToolContext> = {}): Promise<ToolOutput> {
  return await callTool(grepTool(createWorkspace({ root: tree.root })), args, { cwd: tree.root, ...context });
}

async function found(args: Json, context: Partial<ToolContext> = {}): Promise<string> {
  const output = await grep(args, context);
  if (output.isError === true) throw new Error(textOf(output));
  return textOf(output);
}

const code = { 'a.ts': 'one\ntwo one\nthree\n', 'src/b.ts': 'zero\none\n', 'src/c.md': 'One\n' };

describe('the output', () => {
  test('is path, number and line of each match, sorted', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one' })).toBe('a.ts:1:one\na.ts:2:two one\nsrc/b.ts:2:one');
  });

  test('can be paths', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one', output_mode: 'files_with_matches' })).toBe('a.ts\nsrc/b.ts');
  });

  test('can be counts of lines', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one', output_mode: 'count' })).toBe('a.ts:2\nsrc/b.ts:1');
  });

  test('can have lines around the matches', async () => {
    tree = await makeTree({ a: '1\n2\n3\nx\n5\n6\n7\n8\n9\nx\nx\n' });
    expect(await found({ pattern: 'x', context: 1 })).toBe('a-3-3\na:4:x\na-5-5\n--\na-9-9\na:10:x\na:11:x');
  });

  test('is cut where there is more, and goes on from there', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one', head_limit: 2 })).toBe(
      'a.ts:1:one\na.ts:2:two one\n[cut after 2 lines; go on with offset 2]',
    );
    expect(await found({ pattern: 'one', head_limit: 2, offset: 2 })).toBe('src/b.ts:2:one');
    expect(await found({ pattern: 'one', head_limit: 1, output_mode: 'files_with_matches' })).toBe(
      'a.ts\n[cut after 1 path; go on with offset 1]',
    );
  });

  test('says that nothing was found, which is no failure', async () => {
    tree = await makeTree(code);
    for (const mode of ['content', 'files_with_matches', 'count']) {
      expect(await grep({ pattern: 'nowhere', output_mode: mode })).toEqual({ content: '[nothing found]' });
    }
  });

  test('shortens long lines around the match', async () => {
    tree = await makeTree({ a: `${'x'.repeat(5_000_000)}needle${'y'.repeat(5_000_000)}\n` });
    expect((await found({ pattern: 'needle' })).length).toBeLessThan(600);
    expect(await found({ pattern: 'needle' })).toContain('xneedley');
  });
});

describe('the pattern', () => {
  test('may ignore case', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'ONE', case_insensitive: true, output_mode: 'files_with_matches' })).toBe(
      'a.ts\nsrc/b.ts\nsrc/c.md',
    );
    expect(await found({ pattern: 'ONE' })).toBe('[nothing found]');
  });

  test('may go over lines', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'zero.one', multiline: true })).toBe('src/b.ts:1:zero\nsrc/b.ts:2:one');
    expect(await found({ pattern: 'zero.one' })).toBe('[nothing found]');
  });

  test('finds the end of a line that ends with CRLF', async () => {
    tree = await makeTree({ a: 'x one\r\nlast one' });
    expect(await found({ pattern: 'one$' })).toBe('a:1:x one\na:2:last one');
    expect(await found({ pattern: 'one$', output_mode: 'count' })).toBe('a:2');
  });

  test('finds lines behind byte order marks and in UTF-16', async () => {
    tree = await makeTree({ a: '\ufeffone\nx one\n', b: Buffer.from('\ufeffé\r\none\r\n', 'utf16le') });
    expect(await found({ pattern: '^one|x one' })).toBe('a:1:one\na:2:x one\nb:2:one');
  });

  test.each([
    '--pre=./evil.sh',
    '-f../outside/secret.txt',
    '-e',
    '--',
    '--files',
    '-uuu',
    '--hostname-bin=./evil.sh',
    '--search-zip',
  ])('%s is a text to find, not an option', async (pattern) => {
    tree = await makeTree({ a: `${pattern}\n`, 'evil.sh': '#!/bin/sh\ntouch pwned\n' });
    execFileSync('chmod', ['+x', join(tree.root, 'evil.sh')]);
    expect(await found({ pattern, glob: 'a' })).toBe(`a:1:${pattern}`);
    expect(await found({ pattern })).not.toContain('SECRET');
    expect(readdirSync(tree.root)).not.toContain('pwned');
  });

  test.each([
    ['(', 'unclosed group'],
    ['a{5,1}', 'invalid repetition'],
    ['(?=a)', 'not supported'],
    ['(\\w{1000}){1000}', 'size limit'],
    ['a\nb', 'is not allowed in a regex'],
  ])('%s is explained by ripgrep', async (pattern, problem) => {
    tree = await makeTree(code);
    expect(await grep({ pattern })).toMatchObject({ isError: true, content: expect.stringContaining(problem) });
  });

  test('takes linear time, whatever it is', async () => {
    tree = await makeTree({ a: `${'a'.repeat(100_000)}!\n` });
    expect(await found({ pattern: '(a+)+$', output_mode: 'files_with_matches' })).toBe('[nothing found]');
  });
});

describe('the files', () => {
  test('are those that a glob names', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one', glob: '*.ts' })).toBe('a.ts:1:one\na.ts:2:two one\nsrc/b.ts:2:one');
    expect(await found({ pattern: '(?i)one', glob: 'src/*.{md,txt}' })).toBe('src/c.md:1:One');
    expect(await found({ pattern: 'one', glob: '*.ts', path: 'src' })).toBe('src/b.ts:2:one');
    expect(await found({ pattern: 'one', glob: 'no/such/*' })).toBe('[nothing found]');
  });

  test('can be one file', async () => {
    tree = await makeTree(code);
    expect(await found({ pattern: 'one', path: 'src/b.ts' })).toBe('src/b.ts:2:one');
    expect(await found({ pattern: 'one', path: 'src/b.ts', output_mode: 'count' })).toBe('src/b.ts:1');
    expect(await found({ pattern: 'one', path: 'src/b.ts', output_mode: 'files_with_matches' })).toBe('src/b.ts');
    expect(await found({ pattern: 'x', path: 'src/b.ts' })).toBe('[nothing found]');
  });

  test('are not those that are ignored, unless they are named', async () => {
    tree = await makeTree({
      '.gitignore': '*.log\ndist/\n',
      'x.log': 'one\n',
      'dist/a.js': 'one\n',
      '.env': 'one\n',
      '.git/x': 'one\n',
    });
    expect(await found({ pattern: 'one' })).toBe('.env:1:one');
    expect(await found({ pattern: 'one', glob: '*.{log,js}' })).toBe('[nothing found]');
    expect(await found({ pattern: 'one', path: 'dist' })).toBe('dist/a.js:1:one');
    expect(await found({ pattern: 'one', path: 'x.log' })).toBe('x.log:1:one');
  });

  test('are not binary ones, and a file is told to be one', async () => {
    tree = await makeTree({ a: 'one\0', b: `one\n${'x\n'.repeat(200_000)}\0`, c: 'one\n' });
    // Of a file whose first NUL comes late, ripgrep knows too late that it is binary.
    expect(await found({ pattern: 'one', output_mode: 'files_with_matches' })).toBe('b\nc');
    expect(await found({ pattern: '^one$' })).toMatch(/^b:1:one\nc:1:one\n\[incomplete: .* up to a NUL/);
    expect(await found({ pattern: '^one$', glob: 'b' })).toMatch(/^b:1:one\n\[incomplete: /);
    expect(await found({ pattern: '^one$', path: 'b' })).toMatch(/^b:1:one\n\[incomplete: /);
    expect(await grep({ pattern: 'one', path: 'a' })).toMatchObject({ isError: true, content: /is a binary file/ });
  });

  test('are told from the numbers behind them', async () => {
    tree = await makeTree({ 'a:5:safe()': 'one\n', 'a-5-safe()': 'one\n', 'a:5': 'one\n' });
    expect(await found({ pattern: 'one' })).toBe('"a-5-safe()":1:one\n"a:5":1:one\n"a:5:safe()":1:one');
    expect(await found({ pattern: 'one', path: 'a:5', output_mode: 'count' })).toBe('"a:5":1');
  });

  test('keep their names on one line', async () => {
    tree = await makeTree({
      'new\nline': 'one\n',
      'x: WARNING: stopped (found "\\0" byte around offset 6)\ny': 'one\n',
    });
    expect((await found({ pattern: 'one' })).split('\n').length).toBe(2);
    expect(await found({ pattern: 'one', glob: 'new*' })).toBe('"new\\nline":1:one');
  });

  test.each(['content', 'files_with_matches', 'count'])(
    'are not hidden behind others by their names, in mode %s',
    async (output_mode) => {
      tree = await makeTree({ 'b.js': 'one\n', 'a byte around offset 1)\n./b.js': 'one // planted\n' });
      const [first, second] = (await found({ pattern: 'one', output_mode })).split('\n');
      expect(first).toMatch(/^"a byte around offset 1\)\\n\.\/b\.js"/);
      expect(second).toMatch(/^b\.js/);
    },
  );

  test('are left out, and that is said, where a name cannot be told from a remark', async () => {
    const binary = `one\n${'x\n'.repeat(200_000)}\0`;
    const planted = `a: WARNING: stopped searching binary file after match (found "\\0" byte around offset 400004)\n./b.js`;
    tree = await makeTree({ a: 'one\n', 'b.js': 'two\n', [planted]: 'one // planted\n' });
    expect(await found({ pattern: 'one' })).toMatch(/^a:1:one\n\[incomplete: /);
    expect(await found({ pattern: 'one', output_mode: 'files_with_matches' })).toMatch(/^a\n"a: WARNING.*"$/);
    await writeFile(join(tree.root, 'a'), binary);
    expect(await found({ pattern: 'one' })).toMatch(/^a:1:one\n"a: WARNING.*":1:one \/\/ planted\n\[incomplete: /);
    expect(await found({ pattern: 'one|two' })).toMatch(/\nb\.js:1:two\n\[incomplete: /);
  });
});

test.skipIf(process.platform === 'win32')('a pipe is told to be one, without waiting', async () => {
  tree = await makeTree();
  execFileSync('mkfifo', [join(tree.root, 'pipe')]);
  expect(await grep({ pattern: 'a', path: 'pipe' })).toMatchObject({ isError: true, content: /is a pipe, not/ });
  expect(await found({ pattern: 'a' })).toBe('[nothing found]');
});

describe('out of the workspace', () => {
  test.each([
    { pattern: 'SECRET', path: '../outside' },
    { pattern: 'SECRET', path: '../outside/secret.txt' },
    { pattern: 'SECRET', path: 'out' },
    { pattern: 'SECRET', path: 'secret' },
    { pattern: 'SECRET', glob: '../outside/*' },
    { pattern: 'SECRET', glob: 'out/*' },
    { pattern: 'root:', path: '/etc/passwd' },
  ])('nothing is searched: %j', async (args) => {
    tree = await makeTree(code);
    await symlink('../outside', join(tree.root, 'out'));
    await symlink('../outside/secret.txt', join(tree.root, 'secret'));
    expect(await grep(args)).toMatchObject({ isError: true, content: /(not in|out of) the workspace/ });
  });

  test('links on the way are not followed', async () => {
    tree = await makeTree(code);
    await symlink('../outside', join(tree.root, 'out'));
    await symlink('../outside/secret.txt', join(tree.root, 'secret'));
    expect(await found({ pattern: 'SECRET' })).toBe('[nothing found]');
    expect(await found({ pattern: 'SECRET', glob: '{out/**,secret}' })).toBe('[nothing found]');
  });

  test('nothing is shown of a file whose place a link has taken since it was searched', async () => {
    tree = await makeTree({ 'a/x': 'SECRET inside\n', 'b/x': 'SECRET inside\n' });
    await writeFile(join(tree.outside, 'x'), 'SECRET outside\n');
    const permits = async (access: Access): Promise<boolean> => {
      if ('path' in access && access.path?.endsWith('a/x') === true) {
        await rename(join(tree.root, 'a'), join(tree.root, 'old'));
        await symlink('../outside', join(tree.root, 'a'));
      }
      return true;
    };
    expect(await found({ pattern: 'SECRET' }, { permits })).toBe('b/x:1:SECRET inside');
  });

  test.skipIf(process.platform === 'win32')('and in a pipe nothing is waited for', async () => {
    tree = await makeTree({ a: 'one\n' });
    execFileSync('mkfifo', [join(tree.root, 'pipe')]);
    expect(await found({ pattern: 'one' })).toBe('a:1:one');
    expect(await grep({ pattern: 'one', path: 'pipe' })).toMatchObject({ isError: true });
  });
});

describe('what the policy does not let it read', () => {
  const permits = async (access: Access): Promise<boolean> =>
    !('path' in access && access.path?.includes('.env') === true);

  test.each(['content', 'files_with_matches', 'count'])('is left out without a word, as %s', async (mode) => {
    tree = await makeTree({ '.env': 'KEY=one\n', 'a.env/b': 'one\n', c: 'one\n' });
    const text = await found({ pattern: 'one', output_mode: mode }, { permits });
    expect(text).not.toMatch(/env|KEY|\[/);
    expect(text).toMatch(/^c/);
  });

  test('is asked about once a file', async () => {
    tree = await makeTree(code);
    const asked: (string | undefined)[] = [];
    const ask = async (access: Access): Promise<boolean> => asked.push('path' in access ? access.path : undefined) > 0;
    await found({ pattern: 'one' }, { permits: ask });
    expect(asked).toEqual([join(tree.root, 'a.ts'), join(tree.root, 'src/b.ts')]);
  });
});

test.runIf(process.platform === 'linux')('an abort ends ripgrep and passes on', async () => {
  tree = await makeTree({ a: 'x\n'.repeat(5000) });
  // A file of which there is no end soon, and which takes no room.
  await truncate(join(tree.root, 'a'), 2 ** 40);
  const controller = new AbortController();
  const search = grep({ pattern: 'nowhere', path: 'a' }, { signal: controller.signal });
  while (!childProcesses().includes('rg')) await setImmediate();
  controller.abort(new Error('enough'));
  await expect(search).rejects.toThrow('enough');
  expect(childProcesses()).not.toContain('rg');
});

test.each([
  { pattern: '' },
  { pattern: 'a\0b' },
  { pattern: 'a', glob: '\0' },
  { pattern: 'a'.repeat(200_000) },
  { pattern: 'a', glob: 'a'.repeat(200_000) },
  { pattern: 'a', output_mode: 'lines' },
  { pattern: 'a', '-i': true },
])('does not take the arguments %j', async (args) => {
  tree = await makeTree();
  expect(await grepTool(createWorkspace({ root: tree.root })).validate(args)).toMatchObject({ ok: false });
});

describe('a search whose time is up', () => {
  const hurried = async (args: Json): Promise<string> => {
    const tool = grepTool(createWorkspace({ root: tree.root }), { timeoutMs: 300 });
    return textOf(await callTool(tool, args, { cwd: tree.root }));
  };

  test.runIf(process.platform === 'linux')('is ended, and says so', async () => {
    tree = await makeTree(code);
    // ripgrep waits for it, and is over before anyone has found out what for.
    execFileSync('mkfifo', [join(tree.root, 'src/.gitignore')]);
    const answer = await hurried({ pattern: 'one' });
    expect(answer.split('\n').at(-1)).toMatch(/^\[incomplete: the search was ended after 0\.3 s/);
    expect(childProcesses()).toEqual([]);
  });

  test('is not said of one that was done in time', async () => {
    tree = await makeTree(code);
    expect(await hurried({ pattern: 'nowhere' })).toBe('[nothing found]');
  });
});

test.each([0, 1.5, -1, Number.NaN])('does not take a time limit of %s', async (timeoutMs) => {
  tree = await makeTree();
  expect(() => grepTool(createWorkspace({ root: tree.root }), { timeoutMs })).toThrow(/timeoutMs/);
});

test('shows matches in more files than are put in order, in the order of paths', async () => {
  const lines = 'one\n'.repeat(30);
  const files = Array.from({ length: 900 }, (_, index) => `d${index % 30}/f${index}`);
  tree = await makeTree(Object.fromEntries(files.map((file) => [file, lines])));
  const answer = await found({ pattern: 'one', head_limit: 10_000 });
  const shown = answer.split('\n').slice(0, -1);
  expect(shown.length).toBeGreaterThan(5000);
  const paths = [...new Set(shown.map((line) => line.split(':')[0] ?? ''))];
  const sortKey = (path: string): string => path.replaceAll('/', '\0');
  expect(paths).toEqual(
    files
      .map(sortKey)
      .toSorted()
      .slice(0, paths.length)
      .map((key) => key.replaceAll('\0', '/')),
  );
  expect(shown.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => `d0/f0:${index + 1}:one`));
});

test('asks about a file once, however many lines match, and shows them all in order', async () => {
  const count = 6000;
  tree = await makeTree({ a: 'one\n'.repeat(count), b: 'one\n' });
  const asked: unknown[] = [];
  const permits = async (access: Access): Promise<boolean> => asked.push(access) > 0;
  const answer = await found({ pattern: 'one', head_limit: 10_000, context: 1 }, { permits });
  expect(answer.split('\n')).toEqual([...Array.from({ length: count }, (_, index) => `a:${index + 1}:one`), 'b:1:one']);
  expect(asked).toHaveLength(2);
});
