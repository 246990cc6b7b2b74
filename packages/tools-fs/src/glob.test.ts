import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access, Json, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, describe, expect, test } from 'vitest';
import { callTool, textOf } from '../test/call-tool.ts';
import { childProcesses } from '../test/child-processes.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { globTool } from './glob.ts';
import { parsePaths } from './search-page.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

async function glob(args: Json, context: Partial<ToolContext> = {}): Promise<ToolOutput> {
  return await callTool(globTool(createWorkspace({ root: tree.root })), args, { cwd: tree.root, ...context });
}

async function paths(args: Json, context: Partial<ToolContext> = {}): Promise<readonly string[]> {
  const output = await glob(args, context);
  if (output.isError === true) throw new Error(textOf(output));
  return parsePaths(textOf(output)).paths;
}

const code = { 'a.ts': '', 'src/b.ts': '', 'src/c.js': '', 'src/deep/d.ts': '', 'README.md': '' };

describe('a pattern', () => {
  test.each([
    ['*.ts', ['a.ts', 'src/b.ts', 'src/deep/d.ts']],
    ['**/*.ts', ['a.ts', 'src/b.ts', 'src/deep/d.ts']],
    ['./*.ts', ['a.ts']],
    ['src/*', ['src/b.ts', 'src/c.js']],
    ['src/**', ['src/b.ts', 'src/c.js', 'src/deep/d.ts']],
    ['*/deep/*', ['src/deep/d.ts']],
    ['*.{js,md}', ['README.md', 'src/c.js']],
    ['{src,test}/*.js', ['src/c.js']],
    ['src/[bc].*', ['src/b.ts', 'src/c.js']],
    ['src/b.ts', ['src/b.ts']],
    ['**', ['README.md', 'a.ts', 'src/b.ts', 'src/c.js', 'src/deep/d.ts']],
    ['nothing', []],
    ['no/such/*.ts', []],
    ['a.ts/*', []],
  ])('%s finds its files', async (pattern, found) => {
    tree = await makeTree(code);
    expect(await paths({ pattern })).toEqual(found);
  });

  test('may be absolute, inside the workspace', async () => {
    tree = await makeTree(code);
    expect(await paths({ pattern: join(tree.root, 'src/*.js') })).toEqual(['src/c.js']);
  });

  test.each(['--files', '-uuu', '--pre=./evil.sh', '--no-ignore', '-e'])(
    '%s is a name, not an option',
    async (pattern) => {
      tree = await makeTree({ ...code, [`x/${pattern.replaceAll('/', '-')}`]: '' });
      expect(await paths({ pattern: pattern.replaceAll('/', '-') })).toEqual([`x/${pattern.replaceAll('/', '-')}`]);
    },
  );

  test.each([
    ['{a', 'unclosed'],
    ['a[', 'unclosed'],
    ['!*.ts', 'excludes'],
    ['*/../x', 'cannot follow a wildcard'],
  ])('%s is explained', async (pattern, problem) => {
    tree = await makeTree(code);
    expect(await glob({ pattern })).toMatchObject({ isError: true, content: expect.stringContaining(problem) });
  });
});

test('searches from the working directory, or from path', async () => {
  tree = await makeTree(code);
  const cwd = join(tree.root, 'src');
  expect(await paths({ pattern: '*.ts' }, { cwd })).toEqual(['b.ts', 'deep/d.ts']);
  expect(await paths({ pattern: '*.ts', path: 'deep' }, { cwd })).toEqual(['deep/d.ts']);
  expect(await paths({ pattern: '*.md', path: '..' }, { cwd })).toEqual([join(tree.root, 'README.md')]);
  expect(await paths({ pattern: '*.ts', path: tree.root })).toEqual(['a.ts', 'src/b.ts', 'src/deep/d.ts']);
});

test('searches an extra root where path names it', async () => {
  tree = await makeTree(code);
  const workspace = createWorkspace({ root: tree.root, extraRoots: [tree.outside] });
  const output = await callTool(globTool(workspace), { pattern: '*', path: tree.outside }, { cwd: tree.root });
  expect(textOf(output)).toBe(join(tree.outside, 'secret.txt'));
});

test('sorts by directories and the bytes of names', async () => {
  tree = await makeTree({ 'a/x': '', 'a-b/x': '', 'a.txt': '', B: '', '\u{1f600}': '', '\uff5e': '', é: '' });
  const expected = ['B', 'a/x', 'a-b/x', 'a.txt', 'é', '\uff5e', '\u{1f600}'];
  expect(await paths({ pattern: '*' })).toEqual(expected);
  // With a glob two lists are merged, by the same order.
  expect(await paths({ pattern: '[!_]*' })).toEqual(expected);
});

describe('ignore rules', () => {
  const ignoring = {
    ...code,
    '.gitignore': 'node_modules/\n*.log\n',
    'x.log': '',
    'node_modules/p/i.js': '',
    '.git/HEAD': '',
  };

  test.each(['**', '*.log', '**/*.js', '{**/*.log,src/*.js}', '**/[ix].*'])(
    '%s finds nothing that is ignored',
    async (pattern) => {
      tree = await makeTree(ignoring);
      const found = await paths({ pattern });
      expect(found.filter((path) => path.includes('.log') || path.includes('node_modules'))).toEqual([]);
    },
  );

  test('include the ones of the directory above, inside the repository', async () => {
    tree = await makeTree(ignoring);
    await writeFile(join(tree.root, 'src/x.log'), '');
    expect(await paths({ pattern: '**', path: 'src' })).not.toContain('src/x.log');
  });

  test('count without a repository too', async () => {
    tree = await makeTree({ '.gitignore': '*.log\n', 'x.log': '', y: '' });
    expect(await paths({ pattern: '**' })).toEqual(['.gitignore', 'y']);
  });

  test('of a directory above the workspace do not count without a repository', async () => {
    tree = await makeTree({ 'x.log': '', y: '' });
    await writeFile(join(tree.root, '../.gitignore'), '*\n');
    expect(await paths({ pattern: '**' })).toEqual(['x.log', 'y']);
  });

  test('are those of .gitignore, and no others that a tree may bring', async () => {
    const other = { '.ignore': 'a\n', '.rgignore': 'b\n', '.git/info/exclude': 'c\n', '.git/HEAD': '' };
    tree = await makeTree({ ...other, '.gitignore': 'd\n', a: '', b: '', c: '', d: '' });
    await writeFile(join(tree.root, '../.ignore'), '*\n');
    expect(await paths({ pattern: '**' })).toEqual(['.gitignore', '.ignore', '.rgignore', 'a', 'b', 'c']);
  });

  test('do not hold where path names what is ignored', async () => {
    tree = await makeTree(ignoring);
    expect(await paths({ pattern: '*.js', path: 'node_modules' })).toEqual(['node_modules/p/i.js']);
    expect(await paths({ pattern: 'node_modules/**/*.js' })).toEqual(['node_modules/p/i.js']);
  });

  test('leave hidden files in, and the repository itself out', async () => {
    tree = await makeTree({ '.env': '', '.github/ci.yml': '', '.git/HEAD': '', 'sub/.git/HEAD': '' });
    expect(await paths({ pattern: '**' })).toEqual(['.env', '.github/ci.yml']);
    expect(await paths({ pattern: '*HEAD*' })).toEqual([]);
  });
});

describe('links', () => {
  test('are not followed nor listed', async () => {
    tree = await makeTree(code);
    await symlink('../outside', join(tree.root, 'out'));
    await symlink('../outside/secret.txt', join(tree.root, 'secret'));
    await symlink('src', join(tree.root, 'in'));
    for (const pattern of ['**', '*.txt', 'secret', '*/secret.txt', '{out,in}/**']) {
      const found = await paths({ pattern });
      expect(found.filter((path) => /secret|out|in\//.test(path))).toEqual([]);
    }
  });

  test('are followed where they are named and lead inside', async () => {
    tree = await makeTree(code);
    await symlink('src', join(tree.root, 'in'));
    expect(await paths({ pattern: '*.js', path: 'in' })).toEqual(['in/c.js']);
  });

  test.each([
    { pattern: '*', path: 'out' },
    { pattern: 'out/*' },
    { pattern: '../outside/*' },
    { pattern: 'src/../../outside/*' },
    { pattern: '*', path: '..' },
    { pattern: '/etc/*' },
    { pattern: '/*' },
  ])('and paths out of the workspace are refused: %j', async (args) => {
    tree = await makeTree(code);
    await symlink('../outside', join(tree.root, 'out'));
    const output = await glob(args);
    expect(output).toMatchObject({ isError: true, content: /(not in|out of) the workspace/ });
    expect(textOf(output)).not.toContain('secret.txt');
  });
});

test('leaves out, without a word, what the policy does not let it read', async () => {
  tree = await makeTree({ ...code, '.env': '' });
  const asked: Access[] = [];
  const permits = async (access: Access): Promise<boolean> => {
    asked.push(access);
    return !('path' in access && /\.env|deep/.test(access.path ?? ''));
  };
  expect(textOf(await glob({ pattern: '**' }, { permits }))).toBe('README.md\na.ts\nsrc/b.ts\nsrc/c.js');
  expect(asked).toContainEqual({ kind: 'read', path: join(tree.root, '.env') });
});

test('is cut where there is more, by what is permitted', async () => {
  tree = await makeTree(code);
  const permits = async (access: Access): Promise<boolean> =>
    !('path' in access && access.path?.endsWith('a.ts') === true);
  expect(textOf(await glob({ pattern: '**', head_limit: 2 }, { permits }))).toBe(
    'README.md\nsrc/b.ts\n[cut after 2 paths; go on with offset 2]',
  );
  expect(textOf(await glob({ pattern: '**', head_limit: 2, offset: 2 }, { permits }))).toBe('src/c.js\nsrc/deep/d.ts');
});

test('says that nothing was found, which is no failure', async () => {
  tree = await makeTree(code);
  expect(await glob({ pattern: '*.py' })).toEqual({ content: '[nothing found]' });
});

test('names the nearest entries where path is not there, or no directory', async () => {
  tree = await makeTree(code);
  expect(await glob({ pattern: '*', path: 'srcc' })).toMatchObject({ isError: true, content: /Did you mean "src"\?/ });
  expect(await glob({ pattern: '*', path: 'a.ts' })).toMatchObject({
    isError: true,
    content: /is a file, not a directory/,
  });
});

test('keeps one line a path, whatever its name', async () => {
  tree = await makeTree({ 'new\nline': '', '[nothing found]': '', '"q"': '' });
  const text = textOf(await glob({ pattern: '*' }));
  expect(text.split('\n').length).toBe(3);
  expect(parsePaths(text).paths).toEqual(['"q"', '[nothing found]', 'new\nline']);
});

test('shows a file whose name is made up to pass for another', async () => {
  const planted = 'a byte around offset 1)\n./b.js';
  tree = await makeTree({ [planted]: '', 'b.js': '' });
  expect(parsePaths(textOf(await glob({ pattern: '**' }))).paths).toEqual([planted, 'b.js']);
  expect(parsePaths(textOf(await glob({ pattern: '*.js' }))).paths).toEqual([planted, 'b.js']);
});

test.runIf(process.platform === 'linux')('says that names which are no UTF-8 are left out', async () => {
  tree = await makeTree({ a: '' });
  await writeFile(Buffer.concat([Buffer.from(`${tree.root}/b`), Buffer.from([0xff])]), '');
  expect(textOf(await glob({ pattern: '*' }))).toMatch(/^a\n\[incomplete: /);
});

test.runIf(process.platform === 'linux' && process.getuid?.() !== 0)(
  'says that a directory could not be read',
  async () => {
    tree = await makeTree({ a: '', 'b/c': '' });
    await chmod(join(tree.root, 'b'), 0);
    const text = textOf(await glob({ pattern: '*' }));
    // So that it can be removed.
    await chmod(join(tree.root, 'b'), 0o700);
    expect(text).toMatch(/^a\n\[incomplete: /);
  },
);

test('shows only what is in the workspace at that moment', async () => {
  tree = await makeTree({ 'src/a.ts': '', 'z.ts': '' });
  await mkdir(join(tree.outside, 'deep'));
  // The directory becomes a link to outside while the first hit is judged.
  const permits = async (access: Access): Promise<boolean> => {
    if ('path' in access && access.path?.endsWith('src/a.ts') === true) {
      await rename(join(tree.root, 'src'), join(tree.root, 'old'));
      await symlink('../outside', join(tree.root, 'src'));
    }
    return true;
  };
  expect(await paths({ pattern: '*.ts' }, { permits })).toEqual(['z.ts']);
});

test('shows no name that is not there when it is judged', async () => {
  tree = await makeTree({ 'src/a.ts': '', 'src/b.ts': '', 'z.ts': '' });
  const permits = async (access: Access): Promise<boolean> => {
    if ('path' in access && access.path?.endsWith('src/a.ts') === true) await rm(join(tree.root, 'src/b.ts'));
    return true;
  };
  expect(await paths({ pattern: '*.ts' }, { permits })).toEqual(['src/a.ts', 'z.ts']);
});

describe.runIf(process.platform === 'linux')('a .gitignore that is no ordinary file', () => {
  const makePipe = async (path: string): Promise<void> => void execFileSync('mkfifo', [join(tree.root, path)]);
  const linkToZero = async (path: string): Promise<void> => await symlink('/dev/zero', join(tree.root, path));
  const makeHuge = async (path: string): Promise<void> => await truncate(join(tree.root, path), 2 ** 34);

  test.each([
    ['a pipe', makePipe],
    ['a link to a device', linkToZero],
    [
      'larger than the memory',
      async (path: string) => await writeFile(join(tree.root, path), '').then(() => makeHuge(path)),
    ],
  ])('%s, is not heeded, wherever it lies', async (_kind, make) => {
    for (const place of ['.gitignore', 'b/.gitignore', 'b/deep/.gitignore']) {
      tree = await makeTree({ a: '', 'b/deep/c': '', 'b/deep/x.log': '' });
      await make(place);
      const text = textOf(await glob({ pattern: '[acx]*', path: place.startsWith('b/deep') ? '.' : 'b' }));
      expect(text.split('\n').slice(-3)).toEqual([
        'b/deep/c',
        'b/deep/x.log',
        `[no .gitignore was heeded, because ${JSON.stringify(place)} is no ordinary file]`,
      ]);
      expect(childProcesses()).toEqual([]);
      await tree.remove();
    }
    tree = await makeTree();
  });
});

test.runIf(process.platform === 'linux')('says that paths are left out which are too long for any tool', async () => {
  tree = await makeTree({ a: '' });
  const names = Array.from({ length: 16 }, () => 'd'.repeat(248));
  const deep = join(tree.root, ...names);
  await mkdir(deep, { recursive: true });
  // From there it has a short name; from the workspace, one of more than 4,095 bytes.
  execFileSync('touch', ['f'.repeat(200)], { cwd: deep });
  expect(textOf(await glob({ pattern: '**' }))).toMatch(/^a\n\[incomplete: .*too long/);
  execFileSync('rm', ['-r', join(tree.root, names[0] ?? '')]);
});

test('passes an abort on', async () => {
  tree = await makeTree(code);
  await expect(glob({ pattern: '**' }, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test.each([
  { pattern: '' },
  { pattern: 'a\0b' },
  { pattern: '*', head_limit: 0 },
  { pattern: '*', glob: '*' },
  { path: '.' },
])('does not take the arguments %j', async (args) => {
  tree = await makeTree();
  expect(await globTool(createWorkspace({ root: tree.root })).validate(args)).toMatchObject({ ok: false });
});
