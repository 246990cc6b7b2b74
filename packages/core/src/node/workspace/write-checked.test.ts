import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspace, type Workspace } from './workspace.ts';

let base: string;
let root: string;
let outside: string;
let workspace: Workspace;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'write-checked-')));
  root = join(base, 'root');
  outside = join(base, 'outside');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(root, 'src/a.ts'), 'old\n');
  await writeFile(join(outside, 'a.ts'), 'SECRET\n');
  workspace = createWorkspace({ root });
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

test('makes a file and the directories it needs', async () => {
  const written = await workspace.writeFile('new/deep/x.ts', 'x\n');
  expect(written).toMatchObject({ isNew: true, path: { relativePath: 'new/deep/x.ts', exists: true } });
  expect(await readFile(join(root, 'new/deep/x.ts'), 'utf8')).toBe('x\n');
  expect(await readdir(join(root, 'new/deep'))).toEqual(['x.ts']);
});

test('of many that make the same new file one does, and the others hear of it', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `by ${index}\n`);
  const writes = await Promise.allSettled(texts.map((text) => workspace.writeFile('new', text, { expect: 'absent' })));
  const done = texts.filter((_text, index) => writes[index]?.status === 'fulfilled');
  expect(done).toEqual([await readFile(join(root, 'new'), 'utf8')]);
  const others = writes.filter(({ status }) => status === 'rejected');
  expect(others).toMatchObject(others.map(() => ({ reason: { reason: 'changed' } })));
  expect((await readdir(root)).toSorted()).toEqual(['new', 'src']);
  expect((await stat(join(root, 'new'))).nlink).toBe(1);
});

test('gives a new file the usual mode', async () => {
  await writeFile(join(root, 'usual'), '');
  await workspace.writeFile('new', '');
  expect((await stat(join(root, 'new'))).mode).toBe((await stat(join(root, 'usual'))).mode);
});

test('replaces a file, keeps its mode, and leaves nothing else behind', async () => {
  await chmod(join(root, 'src/a.ts'), 0o754);
  const written = await workspace.writeFile('src/a.ts', new Uint8Array([0, 255]));
  expect(written.isNew).toBe(false);
  expect(await readFile(join(root, 'src/a.ts'))).toEqual(Buffer.from([0, 255]));
  expect((await stat(join(root, 'src/a.ts'))).mode & 0o7777).toBe(0o754);
  expect(await readdir(join(root, 'src'))).toEqual(['a.ts']);
});

test('returns the version that is read back', async () => {
  const { version } = await workspace.writeFile('src/a.ts', 'new\n');
  expect((await workspace.readFile('src/a.ts')).version).toEqual(version);
});

test.runIf(process.getuid?.() === 0)('keeps the owner of a replaced file', async () => {
  await chown(join(root, 'src/a.ts'), 1234, 2345);
  await workspace.writeFile('src/a.ts', 'new\n');
  expect(await stat(join(root, 'src/a.ts'))).toMatchObject({ uid: 1234, gid: 2345 });
});

test('writes through a link that stays inside, and keeps the link', async () => {
  await symlink('src/a.ts', join(root, 'link.ts'));
  await workspace.writeFile('link.ts', 'new\n');
  expect(await readlink(join(root, 'link.ts'))).toBe('src/a.ts');
  expect(await readFile(join(root, 'src/a.ts'), 'utf8')).toBe('new\n');
});

test('leaves the other names of a file alone', async () => {
  await link(join(outside, 'a.ts'), join(root, 'hard.ts'));
  await workspace.writeFile('hard.ts', 'new\n');
  expect(await readFile(join(outside, 'a.ts'), 'utf8')).toBe('SECRET\n');
  expect(await readFile(join(root, 'hard.ts'), 'utf8')).toBe('new\n');
});

describe('refuses', () => {
  test.each(['../outside/new.ts', 'new/../../outside/new.ts', '/tmp/new.ts'])('to leave the root: %s', async (path) => {
    await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'outside' });
    expect(await readdir(outside)).toEqual(['a.ts']);
    expect(await readdir(root)).toEqual(['src']);
  });

  test('to write or make directories through a link to outside', async () => {
    await symlink('../outside', join(root, 'link'));
    await symlink('../outside/a.ts', join(root, 'file'));
    await symlink('../outside/new.ts', join(root, 'dangling'));
    for (const path of ['link/new.ts', 'link/sub/new.ts', 'file', 'dangling']) {
      await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'outside' });
    }
    expect(await readdir(outside)).toEqual(['a.ts']);
    expect(await readFile(join(outside, 'a.ts'), 'utf8')).toBe('SECRET\n');
  });

  test('to replace a directory or the root', async () => {
    await expect(workspace.writeFile('src', 'x')).rejects.toMatchObject({ reason: 'not_file' });
    await expect(workspace.writeFile('.', 'x')).rejects.toMatchObject({ code: 'path_refused' });
    expect(await readdir(root)).toEqual(['src']);
  });

  test('to make a directory where a file is', async () => {
    await expect(workspace.writeFile('src/a.ts/b', 'x')).rejects.toMatchObject({ reason: 'not_directory' });
  });

  test.skipIf(process.platform === 'win32')('to write into a pipe, without waiting for a reader', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(workspace.writeFile('pipe', 'x')).rejects.toMatchObject({ reason: 'not_file' });
    expect((await lstat(join(root, 'pipe'))).isFIFO()).toBe(true);
  });

  // A file of the kernel that even root may not write.
  test.runIf(process.platform === 'linux')('to replace a read-only file', async () => {
    const system = createWorkspace({ root: '/proc/sys/kernel' });
    await expect(system.writeFile('ostype', 'x')).rejects.toMatchObject({ reason: 'no_access' });
  });

  test('a path that would be too long to be read again', async () => {
    const path = `${'d'.repeat(250)}/`.repeat(16) + 'x'.repeat(60);
    await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'invalid' });
    expect(await readdir(root)).toEqual(['src']);
  });
});

describe('with an expectation', () => {
  test('writes over the version that was read', async () => {
    const { version } = await workspace.readFile('src/a.ts');
    await workspace.writeFile('src/a.ts', 'new\n', { expect: version });
    expect(await readFile(join(root, 'src/a.ts'), 'utf8')).toBe('new\n');
  });

  test('writes where nothing is', async () => {
    expect(await workspace.writeFile('b.ts', 'b\n', { expect: 'absent' })).toMatchObject({ isNew: true });
  });

  test.each([
    ['was written to', async (path: string) => await writeFile(path, 'mine')],
    [
      'was replaced',
      async (path: string) => await writeFile(`${path}.new`, 'mine').then(() => rename(`${path}.new`, path)),
    ],
    ['is gone', async (path: string) => await rm(path)],
    ['is a link now', async (path: string) => await rm(path).then(() => symlink('../../outside/a.ts', path))],
  ])('refuses where the file %s', async (_name, change) => {
    const { path, version } = await workspace.readFile('src/a.ts');
    await change(path.realPath);
    await expect(workspace.writeFile(path, 'x', { expect: version })).rejects.toMatchObject({ reason: 'changed' });
    expect(await readFile(join(outside, 'a.ts'), 'utf8')).toBe('SECRET\n');
  });

  test('refuses where a file has appeared', async () => {
    await expect(workspace.writeFile('src/a.ts', 'x', { expect: 'absent' })).rejects.toMatchObject({
      reason: 'changed',
    });
    expect(await readFile(join(root, 'src/a.ts'), 'utf8')).toBe('old\n');
  });
});

describe('between resolving and writing', () => {
  test('a link that took the place of the file is not followed', async () => {
    const path = await workspace.resolve('src/a.ts');
    await rm(path.realPath);
    await symlink('../../outside/a.ts', path.realPath);
    await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'changed' });
    expect(await readFile(join(outside, 'a.ts'), 'utf8')).toBe('SECRET\n');
  });

  test('a link that took the place of a directory is not followed', async () => {
    const path = await workspace.resolve('src/deep/new.ts');
    await rename(join(root, 'src'), join(root, 'moved'));
    await symlink('../outside', join(root, 'src'));
    await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'changed' });
    expect(await readdir(outside)).toEqual(['a.ts']);
  });

  test('a link that took the place of a directory to be made is not followed', async () => {
    const path = await workspace.resolve('new/x.ts');
    await symlink('../outside', join(root, 'new'));
    await expect(workspace.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'changed' });
    expect(await readdir(outside)).toEqual(['a.ts']);
  });
});
