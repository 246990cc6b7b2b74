import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspace, type Workspace } from './workspace.ts';

let base: string;
let root: string;
let outside: string;
let workspace: Workspace;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'resolve-path-')));
  root = join(base, 'root');
  outside = join(base, 'outside');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(root, 'README.md'), 'hello\n');
  await writeFile(join(root, 'src/a.ts'), 'a\n');
  await writeFile(join(outside, 'secret.txt'), 'SECRET\n');
  workspace = createWorkspace({ root });
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

describe('a path inside the root', () => {
  test.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src/../README.md', 'README.md'],
    ['nowhere/../README.md', 'README.md'],
    ['src/', 'src'],
    ['.', '.'],
  ])('%j is %j', async (path, relativePath) => {
    const realPath = join(root, relativePath);
    expect(await workspace.resolve(path)).toEqual({
      requested: realPath,
      realPath,
      relativePath,
      isLinked: false,
      exists: true,
    });
  });

  test('may be absolute', async () => {
    expect(await workspace.resolve(join(root, 'src/a.ts'))).toMatchObject({ relativePath: 'src/a.ts', exists: true });
  });

  test('starts from the working directory that is given', async () => {
    expect(await workspace.resolve('a.ts', { cwd: join(root, 'src') })).toMatchObject({ relativePath: 'src/a.ts' });
    expect(await workspace.resolve('a.ts', { cwd: 'src' })).toMatchObject({ relativePath: 'src/a.ts' });
  });

  test('need not exist, nor its directories', async () => {
    expect(await workspace.resolve('new/deep/x.ts')).toEqual({
      requested: join(root, 'new/deep/x.ts'),
      realPath: join(root, 'new/deep/x.ts'),
      relativePath: 'new/deep/x.ts',
      isLinked: false,
      exists: false,
    });
  });

  test.each(['..foo', '...', '~', '$HOME', '%2e%2e', 'src*', 'a\nb'])('%j is a name like any other', async (path) => {
    expect(await workspace.resolve(path)).toMatchObject({ realPath: join(root, path), exists: false });
  });

  test('is followed through links that stay inside', async () => {
    await symlink('src', join(root, 'in-dir'));
    await symlink('in-dir/a.ts', join(root, 'in-link'));
    expect(await workspace.resolve('in-link')).toEqual({
      requested: join(root, 'in-link'),
      realPath: join(root, 'src/a.ts'),
      relativePath: 'in-link',
      isLinked: true,
      exists: true,
    });
    expect(await workspace.resolve('in-dir/new.ts')).toMatchObject({
      realPath: join(root, 'src/new.ts'),
      isLinked: true,
    });
  });
});

describe('a path outside the root', () => {
  test.each([
    '../outside/secret.txt',
    'src/../../outside/secret.txt',
    'src//..//..//outside/secret.txt',
    'nowhere/../../outside/new.txt',
    '..',
    '/',
    '/etc/passwd',
    '/proc/self/root/etc/passwd',
    '/proc/self/cwd/README.md',
  ])('%j is refused', async (path) => {
    await expect(workspace.resolve(path)).rejects.toMatchObject({ code: 'path_refused', reason: 'outside', path });
  });

  test('is told with what would be accepted', async () => {
    await expect(workspace.resolve('../x')).rejects.toThrow(
      `"../x" is not in the workspace. Use a path inside "${root}".`,
    );
  });

  test.each(['-evil', 'evil', '.bak'])(
    'is refused for a sibling whose name starts like the root: %s',
    async (ending) => {
      await mkdir(root + ending);
      await expect(workspace.resolve(`${root}${ending}`)).rejects.toMatchObject({ reason: 'outside' });
    },
  );

  test('is refused for a relative path from a working directory outside', async () => {
    await expect(workspace.resolve('secret.txt', { cwd: outside })).rejects.toMatchObject({ reason: 'outside' });
  });

  test.each([
    ['a link to a file', 'link', '../outside/secret.txt', 'link'],
    ['a link to a directory', 'link', '../outside', 'link/secret.txt'],
    ['a new file behind a link to a directory', 'link', '../outside', 'link/sub/new.txt'],
    ['a link to the parent', 'link', '..', 'link/outside/secret.txt'],
    ['a link out of the file system root', 'link', '/', 'link/etc/passwd'],
    ['a link to nothing outside', 'link', '../outside/new.txt', 'link'],
    ['a link to nothing inside', 'link', 'src/missing.ts', 'link'],
    ['a path through a link to nothing', 'link', 'missing', 'link/new.txt'],
  ])('is refused through %s', async (_name, link, target, path) => {
    await symlink(target, join(root, link));
    await expect(workspace.resolve(path)).rejects.toMatchObject({ reason: 'outside', path });
  });

  test('is refused through a chain of links, whose end is not told', async () => {
    await symlink('second', join(root, 'first'));
    await symlink('third', join(root, 'second'));
    await symlink(join(outside, 'secret.txt'), join(root, 'third'));
    const refusal = await workspace.resolve('first').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ reason: 'outside' });
    expect(String(refusal)).not.toContain('secret');
  });

  test('is refused in the same words whatever a link leads to, and whether anything is there', async () => {
    await mkdir(join(outside, 'closed'), { mode: 0 });
    const targets = ['secret.txt', 'nothing', 'secret.txt/x', 'closed', 'closed/x', '.', 'nothing/at/all'];
    const words = new Set<string>();
    for (const [index, target] of targets.entries()) {
      await symlink(join(outside, target), join(root, `link${index}`));
      for (const path of [`link${index}`, `link${index}/x`, `link${index}/secret.txt`]) {
        const refusal: unknown = await workspace.resolve(path).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ reason: 'outside' });
        words.add(String(refusal).replace(JSON.stringify(path), '…'));
      }
    }
    expect([...words]).toHaveLength(1);
  });

  test('is refused for a loop of links', async () => {
    await symlink('two', join(root, 'one'));
    await symlink('one', join(root, 'two'));
    await expect(workspace.resolve('one')).rejects.toMatchObject({ code: 'path_refused' });
    await expect(workspace.resolve('one/x')).rejects.toMatchObject({ code: 'path_refused' });
  });
});

test('a file is not a directory on the way', async () => {
  await expect(workspace.resolve('README.md/x')).rejects.toMatchObject({ reason: 'not_directory' });
});

test('a root that is a link takes both of its names', async () => {
  await symlink('root', join(base, 'alias'));
  const aliased = createWorkspace({ root: join(base, 'alias') });
  expect(await aliased.resolve('README.md')).toEqual({
    requested: join(base, 'alias/README.md'),
    realPath: join(root, 'README.md'),
    relativePath: 'README.md',
    isLinked: false,
    exists: true,
  });
  expect(await aliased.resolve(join(root, 'src/new.ts'))).toMatchObject({ relativePath: 'src/new.ts' });
});

test('a root that is a link stays where it was when the workspace was made', async () => {
  await symlink('root', join(base, 'alias'));
  const aliased = createWorkspace({ root: join(base, 'alias') });
  await rm(join(base, 'alias'));
  await symlink('outside', join(base, 'alias'));
  await expect(aliased.resolve('secret.txt')).rejects.toMatchObject({ reason: 'outside' });
});

test('a link may lead from one root to another', async () => {
  await symlink('../outside/secret.txt', join(root, 'link'));
  const both = createWorkspace({ root, extraRoots: [outside] });
  expect(await both.resolve('link')).toMatchObject({ realPath: join(outside, 'secret.txt'), relativePath: 'link' });
  expect(await both.resolve(join(outside, 'secret.txt'))).toMatchObject({ relativePath: 'secret.txt' });
  await expect(both.resolve('..')).rejects.toThrow(`Use a path inside "${root}" or "${outside}".`);
});
