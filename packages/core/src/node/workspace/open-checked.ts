import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { changed, codeOf, notDirectory, notFile, refusalOf } from './file-system-refusal.ts';
import { modeOf, versionOf, type FileVersion } from './file-version.ts';
import type { ResolvedPath } from './resolve-path.ts';

/** An open regular file that was checked to be the one at its path. Close it. */
export interface CheckedFile {
  readonly path: ResolvedPath;
  /** Open for reading. */
  readonly handle: FileHandle;
  /** As it was when it was opened. */
  readonly version: FileVersion;
  /** Permission bits, such as `0o644`. */
  readonly mode: number;
  close(): Promise<void>;
}

/** An open directory that was checked to be the one at its path. Close it. */
export interface CheckedDirectory {
  readonly path: ResolvedPath;
  /**
   * Leads to this very directory for as long as it is open, even if its name is given to another: append `/name` to reach
   * what is in it, or start a child process in it. On Linux a path in `/proc/self/fd`; elsewhere the real path.
   */
  readonly anchor: string;
  close(): Promise<void>;
}

// Not on Windows, where links are only found by the checks before and after.
const noFollow = constants.O_NOFOLLOW ?? 0;
const nonBlock = constants.O_NONBLOCK ?? 0;

/**
 * Opens a regular file for reading. Never waits: pipes, sockets and devices are refused, not opened. A link that took the
 * file's place after it was resolved is not followed.
 *
 * @throws PathRefusedError
 */
export async function openFile(path: ResolvedPath): Promise<CheckedFile> {
  const given = path.requested;
  const expected = await statWithoutFollowing(path.realPath, given);
  // The path was resolved to its end: a link here is newer than that.
  if (expected.isSymbolicLink()) throw changed(given);
  if (!expected.isFile()) throw notFile(given, expected);
  const handle = await openOrRefuse(path.realPath, constants.O_RDONLY | noFollow | nonBlock, given);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw notFile(given, stats);
    if (!isSame(stats, expected)) throw changed(given);
    await checkOpened(handle, path);
    return { path, handle, version: versionOf(stats), mode: modeOf(stats), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Opens a directory, without following a link that took its place after it was resolved.
 *
 * @param way - Path to open it by: below the anchor of an open directory, or the real path.
 * @throws PathRefusedError
 */
export async function openDirectory(path: ResolvedPath, way: string = path.realPath): Promise<CheckedDirectory> {
  const given = path.requested;
  const expected = await statWithoutFollowing(way, given);
  if (expected.isSymbolicLink()) throw changed(given);
  if (!expected.isDirectory()) throw notDirectory(given, expected);
  // Windows opens no directories; its real path is all there is.
  if (process.platform === 'win32') return { path, anchor: path.realPath, close: async () => {} };
  const handle = await openOrRefuse(way, constants.O_RDONLY | constants.O_DIRECTORY | noFollow, given);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!isSame(stats, expected)) throw changed(given);
    const anchor = await checkOpened(handle, path);
    return { path, anchor, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Checks that an open file or directory is the one that stands at its real path now, with no link on the way.
 *
 * @returns A path to what is open: the descriptor's own where the system has one, else the real path.
 */
async function checkOpened(handle: FileHandle, path: ResolvedPath): Promise<string> {
  const descriptor = `/proc/self/fd/${handle.fd}`;
  const opened = await openedPath(descriptor);
  if (opened === undefined) {
    await checkByIdentity(handle, path);
    return path.realPath;
  }
  if (opened !== path.realPath) throw changed(path.requested);
  return descriptor;
}

/** Where the kernel says that a descriptor leads; `undefined` where there is no `/proc`. */
async function openedPath(descriptor: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return await readlink(descriptor);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The check where the kernel does not tell the path of a descriptor: the real path is still its own real path, and what
 * stands there is what is open.
 *
 * @throws PathRefusedError with reason `changed`.
 */
export async function checkByIdentity(handle: FileHandle, path: ResolvedPath): Promise<void> {
  const now = await realpath(path.realPath).catch((error: unknown) => {
    throw refusalOf(error, path.requested);
  });
  const there = await statWithoutFollowing(path.realPath, path.requested);
  if (now !== path.realPath || !isSame(there, await handle.stat({ bigint: true }))) throw changed(path.requested);
}

async function statWithoutFollowing(path: string, given: string): Promise<BigIntStats> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    throw refusalOf(error, given);
  }
}

async function openOrRefuse(path: string, flags: number, given: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    throw refusalOf(error, given);
  }
}

function isSame(left: BigIntStats, right: BigIntStats): boolean {
  return left.dev === right.dev && left.ino === right.ino;
}
