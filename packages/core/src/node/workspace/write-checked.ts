import { randomBytes } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { access, link, lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { shown } from './check-path.ts';
import { changed, codeOf, notFile, refusalOf } from './file-system-refusal.ts';
import { isSameVersion, modeOf, versionOf, type FileVersion } from './file-version.ts';
import { isInside } from './is-inside.ts';
import { openDirectory, type CheckedDirectory } from './open-checked.ts';
import { PathRefusedError } from './path-refused-error.ts';
import type { ResolvedPath, WorkspaceRoot } from './resolve-path.ts';

/** How a file is written. */
export interface WriteFileOptions {
  /**
   * What must be there for the write to happen: this state of the file, or nothing. Default: anything that may be
   * replaced.
   */
  readonly expect?: FileVersion | 'absent';
}

/** A file after it was written. */
export interface WrittenFile {
  readonly path: ResolvedPath;
  readonly version: FileVersion;
  /** False where it replaced a file. */
  readonly isNew: boolean;
}

/**
 * Replaces a file, or makes it, in one step: readers see the old content or the new, never a part. Directories that are
 * missing are made. The mode of a replaced file is kept, and its owner where this process may set it. A link that takes
 * the file's place meanwhile is replaced, not followed; other names (hard links) of a replaced file keep the old content.
 * A new file takes its name only while that is free. Between the last look at a file and its replacement there remains a
 * moment in which another program's write is lost: no system call replaces a file only if it is still a certain one.
 *
 * @throws PathRefusedError with reason `changed` where `expect` does not hold, and where a directory on the way was
 * replaced by a link.
 */
export async function writeChecked(
  roots: readonly WorkspaceRoot[],
  path: ResolvedPath,
  data: string | Uint8Array,
  options: WriteFileOptions = {},
): Promise<WrittenFile> {
  const directory = await makeDirectory(roots, path);
  try {
    return await replaceIn(directory, path, data, options.expect);
  } catch (error) {
    throw PathRefusedError.isInstance(error) ? error : refusalOf(error, path.requested);
  } finally {
    await directory.close();
  }
}

/** Opens the parent of a path, from its root on, each directory inside the one before; makes what is missing. */
async function makeDirectory(roots: readonly WorkspaceRoot[], path: ResolvedPath): Promise<CheckedDirectory> {
  const parent = dirname(path.realPath);
  const root = roots.find(({ realPath }) => isInside(realPath, parent));
  if (root === undefined) {
    const message = `${shown(path.requested)} is not in the workspace, or is its root. Name a file in it.`;
    throw new PathRefusedError('outside', path.requested, message);
  }
  let directory = await openDirectory({ ...path, realPath: root.realPath });
  for (const name of relative(root.realPath, parent).split(sep)) {
    if (name === '') continue;
    const outer = directory;
    try {
      directory = await enterOrMake(outer, name);
    } finally {
      await outer.close();
    }
  }
  return directory;
}

async function enterOrMake(outer: CheckedDirectory, name: string): Promise<CheckedDirectory> {
  const path = { ...outer.path, realPath: join(outer.path.realPath, name) };
  const way = join(outer.anchor, name);
  try {
    return await openDirectory(path, way);
  } catch (error) {
    if (!PathRefusedError.isInstance(error) || error.reason !== 'not_found') throw error;
  }
  try {
    await mkdir(way);
  } catch (error) {
    // Made by another in the same moment: what it is gets checked below.
    if (codeOf(error) !== 'EEXIST') throw refusalOf(error, path.requested);
  }
  return await openDirectory(path, way);
}

/** Writes a new file beside the target and gives it the target's name. */
async function replaceIn(
  directory: CheckedDirectory,
  path: ResolvedPath,
  data: string | Uint8Array,
  expect: WriteFileOptions['expect'],
): Promise<WrittenFile> {
  const target = join(directory.anchor, basename(path.realPath));
  const old = await checkTarget(target, path, expect);
  const temporary = join(directory.anchor, `.writing-${randomBytes(8).toString('hex')}`);
  const handle = await create(temporary, old);
  try {
    await handle.writeFile(data);
    // On disk before it gets its name, so that a crash cannot leave an empty file in place of the old one.
    await handle.sync();
    const now = await checkTarget(target, path, expect);
    if (now === undefined) await takeFreeName(temporary, target, path);
    else await rename(temporary, target);
    const version = versionOf(await handle.stat({ bigint: true }));
    return { path: { ...path, exists: true }, version, isNew: old === undefined };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Gives a new file its name, unless something has taken it since it was found to be free: unlike a rename, a link never
 * replaces anything. Where the file system has no hard links, the time between the check and the rename remains.
 */
async function takeFreeName(temporary: string, target: string, path: ResolvedPath): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw changed(path.requested);
    if (!withoutLinks.has(codeOf(error))) throw error;
    await rename(temporary, target);
    return;
  }
  await rm(temporary);
}

/** How systems say that a file system has no hard links: FAT, some network and cloud drives. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** What stands at the target now, where it may be replaced and is as expected; `undefined` for nothing. */
async function checkTarget(
  target: string,
  path: ResolvedPath,
  expect: WriteFileOptions['expect'],
): Promise<BigIntStats | undefined> {
  const stats = await statIfThere(target);
  if (stats === undefined) {
    if (expect !== undefined && expect !== 'absent') throw changed(path.requested);
    return undefined;
  }
  // The path was resolved to its end: a link here is newer than that.
  if (stats.isSymbolicLink()) throw changed(path.requested);
  if (!stats.isFile()) throw notFile(path.requested, stats);
  if (expect === 'absent') throw changed(path.requested);
  if (expect !== undefined && !isSameVersion(versionOf(stats), expect)) throw changed(path.requested);
  // Replacing needs only the directory; a file that is marked read-only is still left alone.
  await access(target, constants.W_OK);
  return stats;
}

async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A new, empty file, with mode and owner of the one it is to replace. */
async function create(path: string, old: BigIntStats | undefined): Promise<FileHandle> {
  // Without a mode of its own the file gets 0o666 less the umask; else nobody may look in before the mode is set.
  const handle = await open(path, 'wx', old === undefined ? 0o666 : 0o600);
  try {
    if (old !== undefined) await copyAttributes(handle, old);
    return handle;
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
}

async function copyAttributes(handle: FileHandle, old: BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true });
  if (own.uid !== old.uid || own.gid !== old.gid) {
    try {
      await handle.chown(Number(old.uid), Number(old.gid));
    } catch (error) {
      // EPERM: only root gives files away; the new file then belongs to who wrote it.
      if (codeOf(error) !== 'EPERM') throw error;
    }
  }
  // After the owner, whose change clears the set-user-id bit.
  await handle.chmod(modeOf(old));
}
