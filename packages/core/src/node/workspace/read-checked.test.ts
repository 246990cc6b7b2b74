import { appendFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkspace, type Workspace } from './workspace.ts';

let root: string;
let workspace: Workspace;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'read-checked-')));
  workspace = createWorkspace({ root });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('reads a file byte for byte, with its mode', async () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00]);
  await writeFile(join(root, 'a'), bytes, { mode: 0o640 });
  expect(await workspace.readFile('a')).toMatchObject({ bytes, mode: 0o640, version: { sizeBytes: 8n } });
});

test('reads an empty file', async () => {
  await writeFile(join(root, 'a'), '');
  expect((await workspace.readFile('a')).bytes).toEqual(Buffer.alloc(0));
});

test('reads exactly as much as the limit, and no more', async () => {
  await writeFile(join(root, 'a'), 'x'.repeat(1000));
  expect((await workspace.readFile('a', { maxBytes: 1000 })).bytes.length).toBe(1000);
  await expect(workspace.readFile('a', { maxBytes: 999 })).rejects.toMatchObject({
    reason: 'too_large',
    message: `"${join(root, 'a')}" is 1000 bytes; the limit is 999 bytes.`,
  });
});

// Files of the kernel say that they are empty and are not: as a file does that grows while it is read.
test.skipIf(process.platform !== 'linux')('reads what comes, not what the size promised', async () => {
  const system = createWorkspace({ root: '/proc/sys/kernel' });
  expect((await system.readFile('ostype')).bytes.toString()).toBe('Linux\n');
  await expect(system.readFile('ostype', { maxBytes: 3 })).rejects.toMatchObject({ reason: 'too_large' });
});

test('gives another version after a write that keeps the size', async () => {
  await writeFile(join(root, 'a'), 'one');
  const { version } = await workspace.readFile('a');
  expect((await workspace.readFile('a')).version).toEqual(version);
  await appendFile(join(root, 'a'), '');
  await writeFile(join(root, 'a'), 'two');
  expect((await workspace.readFile('a')).version).not.toEqual(version);
});

test('lists a directory by name, with links as links', async () => {
  await mkdir(join(root, 'b'));
  await writeFile(join(root, 'c'), '');
  await writeFile(join(root, '.hidden'), '');
  await symlink('/etc/passwd', join(root, 'a'));
  expect(await workspace.readDirectory('.')).toEqual([
    { name: '.hidden', kind: 'file' },
    { name: 'a', kind: 'link' },
    { name: 'b', kind: 'directory' },
    { name: 'c', kind: 'file' },
  ]);
});

test('refuses to list a file, nothing, and what is outside', async () => {
  await writeFile(join(root, 'c'), '');
  await symlink('/etc', join(root, 'etc'));
  await expect(workspace.readDirectory('c')).rejects.toMatchObject({ reason: 'not_directory' });
  await expect(workspace.readDirectory('d')).rejects.toMatchObject({ reason: 'not_found' });
  await expect(workspace.readDirectory('etc')).rejects.toMatchObject({ reason: 'outside' });
});

test('reads no more entries of a directory than it is told to', async () => {
  await Promise.all(['a', 'b', 'c'].map(async (name) => await writeFile(join(root, name), '')));
  expect(await workspace.readDirectory('.', { maxEntries: 2 })).toHaveLength(2);
  expect(await workspace.readDirectory('.', { maxEntries: 0 })).toEqual([]);
  expect(await workspace.readDirectory('.', { maxEntries: 4 })).toEqual(await workspace.readDirectory('.'));
});
