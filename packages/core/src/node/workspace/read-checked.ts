import type { Dirent } from 'node:fs';
import { opendir, readdir, type FileHandle } from 'node:fs/promises';
import { shown } from './check-path.ts';
import { refusalOf } from './file-system-refusal.ts';
import type { FileVersion } from './file-version.ts';
import { openDirectory, openFile } from './open-checked.ts';
import { PathRefusedError } from './path-refused-error.ts';
import type { ResolvedPath } from './resolve-path.ts';

/** A file's bytes, and which state of it they are. */
export interface FileContent {
  readonly path: ResolvedPath;
  readonly bytes: Buffer;
  readonly version: FileVersion;
  /** Permission bits, such as `0o644`. */
  readonly mode: number;
}

/** One entry of a directory. Links are not followed. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/**
 * Reads a regular file whole.
 *
 * @throws PathRefusedError with reason `too_large` for more than `maxBytes`, and for all that `openFile` refuses.
 */
export async function readChecked(path: ResolvedPath, maxBytes: number): Promise<FileContent> {
  const file = await openFile(path);
  try {
    const size = file.version.sizeBytes;
    if (size > maxBytes) throw tooLarge(path.requested, `${size} bytes`, maxBytes);
    const bytes = await readAll(file.handle, Number(size), maxBytes);
    if (bytes === undefined) throw tooLarge(path.requested, 'growing', maxBytes);
    return { path, bytes, version: file.version, mode: file.mode };
  } finally {
    await file.close();
  }
}

const chunkBytes = 65_536;

/** All that comes until the end, whatever the size was said to be; `undefined` for more than `maxBytes`. */
async function readAll(handle: FileHandle, sizeBytes: number, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  // One byte more than the size, so that the second read of a file that did not grow finds its end.
  let free = Buffer.allocUnsafe(sizeBytes + 1);
  for (;;) {
    const { bytesRead } = await handle.read(free, 0, free.length, total);
    if (bytesRead === 0) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    total += bytesRead;
    if (total > maxBytes) return undefined;
    chunks.push(free.subarray(0, bytesRead));
    free = bytesRead < free.length ? free.subarray(bytesRead) : Buffer.allocUnsafe(chunkBytes);
  }
}

function tooLarge(given: string, size: string, maxBytes: number): PathRefusedError {
  return new PathRefusedError('too_large', given, `${shown(given)} is ${size}; the limit is ${maxBytes} bytes.`);
}

/**
 * The entries of a directory, in the order of their names.
 *
 * @param maxEntries - Takes no more than this: the first that the system names, in whatever order it does.
 * @throws PathRefusedError
 */
export async function readDirectoryChecked(
  path: ResolvedPath,
  maxEntries: number = Number.POSITIVE_INFINITY,
): Promise<readonly DirectoryEntry[]> {
  const directory = await openDirectory(path);
  try {
    const entries = await firstEntries(directory.anchor, maxEntries);
    return entries
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    throw refusalOf(error, path.requested);
  } finally {
    await directory.close();
  }
}

async function firstEntries(directory: string, maxEntries: number): Promise<readonly Dirent[]> {
  if (maxEntries === Number.POSITIVE_INFINITY) return await readdir(directory, { withFileTypes: true });
  const entries: Dirent[] = [];
  for await (const entry of await opendir(directory)) {
    if (entries.length >= maxEntries) break;
    entries.push(entry);
  }
  return entries;
}

function kindOf(entry: Dirent): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
