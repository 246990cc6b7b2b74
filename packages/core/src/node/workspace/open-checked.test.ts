import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkByIdentity } from './open-checked.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

let base: string;
let root: string;
let workspace: Workspace;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'open-checked-')));
  root = join(base, 'root');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(join(base, 'outside'));
  await writeFile(join(root, 'src/a.ts'), 'inside\n');
  await writeFile(join(base, 'outside/a.ts'), 'SECRET\n');
  workspace = createWorkspace({ root });
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

test('opens the file that was resolved, for reading alone', async () => {
  const file = await workspace.open('src/a.ts');
  expect(await file.handle.readFile('utf8')).toBe('inside\n');
  expect(file).toMatchObject({ path: { relativePath: 'src/a.ts' }, version: { sizeBytes: 7n } });
  await expect(file.handle.writeFile('x')).rejects.toMatchObject({ code: 'EBADF' });
  await file.close();
});

test('tells a missing file', async () => {
  await expect(workspace.open('src/b.ts')).rejects.toMatchObject({ reason: 'not_found' });
  await expect(workspace.openDirectory('nowhere')).rejects.toMatchObject({ reason: 'not_found' });
});

test('tells a directory from a file', async () => {
  await expect(workspace.open('src')).rejects.toThrow('is a directory, not a regular file');
  await expect(workspace.openDirectory('src/a.ts')).rejects.toMatchObject({ reason: 'not_directory' });
});

test.skipIf(process.platform === 'win32')('refuses a pipe without waiting for a writer', async () => {
  execFileSync('mkfifo', [join(root, 'pipe')]);
  await expect(workspace.open('pipe')).rejects.toThrow('is a pipe, not a regular file');
});

test.skipIf(process.platform === 'win32')('refuses a socket', async () => {
  const server = createServer().listen(join(root, 'socket'));
  await once(server, 'listening');
  await expect(workspace.open('socket')).rejects.toThrow('is a socket, not a regular file');
  server.close();
  await once(server, 'close');
});

test.skipIf(process.platform === 'win32').each(['null', 'zero', 'tty'])('refuses the device %s', async (name) => {
  await expect(createWorkspace({ root: '/dev' }).open(name)).rejects.toThrow('is a device, not a regular file');
});

describe('between resolving and opening', () => {
  test('a link that took the place of a file is not followed', async () => {
    const path = await workspace.resolve('src/a.ts');
    await rm(path.realPath);
    await symlink('../../outside/a.ts', path.realPath);
    await expect(workspace.open(path)).rejects.toMatchObject({ reason: 'changed' });
  });

  test('not even one that leads back inside', async () => {
    const path = await workspace.resolve('src/a.ts');
    await rename(path.realPath, join(root, 'b.ts'));
    await symlink('../b.ts', path.realPath);
    await expect(workspace.open(path)).rejects.toMatchObject({ reason: 'changed' });
  });

  test('a link that took the place of a directory is not followed', async () => {
    const path = await workspace.resolve('src/a.ts');
    const directory = await workspace.resolve('src');
    await rename(join(root, 'src'), join(root, 'old'));
    await symlink('../outside', join(root, 'src'));
    await expect(workspace.open(path)).rejects.toMatchObject({ reason: 'changed' });
    await expect(workspace.openDirectory(directory)).rejects.toMatchObject({ reason: 'changed' });
  });

  test('a file that became a pipe is not waited for', async () => {
    const path = await workspace.resolve('src/a.ts');
    await rm(path.realPath);
    execFileSync('mkfifo', [path.realPath]);
    await expect(workspace.open(path)).rejects.toMatchObject({ reason: 'not_file' });
  });

  test('a path made by hand gains nothing', async () => {
    const path = await workspace.resolve('src/a.ts');
    const outside = { ...path, realPath: join(base, 'outside/a.ts') };
    await expect(workspace.open(outside)).rejects.toMatchObject({ reason: 'outside' });
    const dotted = { ...path, realPath: `${root}/src/../../outside/a.ts` };
    await expect(workspace.open(dotted)).rejects.toMatchObject({ reason: 'outside' });
  });
});

describe('the check by identity', () => {
  test('accepts the file that stands at its path', async () => {
    const file = await workspace.open('src/a.ts');
    await expect(checkByIdentity(file.handle, file.path)).resolves.toBeUndefined();
    await file.close();
  });

  test('refuses where another file stands there', async () => {
    const file = await workspace.open('src/a.ts');
    await writeFile(join(root, 'new'), 'other');
    await rename(join(root, 'new'), file.path.realPath);
    await expect(checkByIdentity(file.handle, file.path)).rejects.toMatchObject({ reason: 'changed' });
    await file.close();
  });

  test('refuses where a directory on the way became a link, even to the very same file', async () => {
    const file = await workspace.open('src/a.ts');
    await rename(join(root, 'src'), join(root, 'old'));
    await symlink('old', join(root, 'src'));
    await expect(checkByIdentity(file.handle, file.path)).rejects.toMatchObject({ reason: 'changed' });
    await file.close();
  });

  test('refuses where nothing is left', async () => {
    const file = await workspace.open('src/a.ts');
    await rm(file.path.realPath);
    await expect(checkByIdentity(file.handle, file.path)).rejects.toMatchObject({ reason: 'not_found' });
    await file.close();
  });
});

test.skipIf(process.platform !== 'linux')('an anchor stays with its directory when a link takes the name', async () => {
  const directory = await workspace.openDirectory('src');
  await rename(join(root, 'src'), join(root, 'old'));
  await symlink('../outside', join(root, 'src'));
  expect(await readFile(join(directory.anchor, 'a.ts'), 'utf8')).toBe('inside\n');
  await directory.close();
});
