import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const name = '.gitignore';

/** ripgrep makes up to a thousand times as much of it in memory; what people write has some kilobytes. */
const maxBytes = 128 * 1024;

/**
 * The nearest `.gitignore` in a directory or above it that ripgrep must not open: a pipe or a device, which would be
 * waited for or read without end, or one that is too large. ripgrep opens those up to the root of the file system.
 */
export async function unusableIgnoreFileAbove(directory: string): Promise<string | undefined> {
  const path = join(directory, name);
  if (await isUnusable(path)) return path;
  return directory === dirname(directory) ? undefined : await unusableIgnoreFileAbove(dirname(directory));
}

/**
 * The first such file somewhere in a directory. Looks at one directory after the other, so as not to get in the way of
 * the search that it is about, and goes through no links.
 */
export async function unusableIgnoreFileIn(directory: string, signal: AbortSignal): Promise<string | undefined> {
  const pending = ['.'];
  for (let way = pending.pop(); way !== undefined && !signal.aborted; way = pending.pop()) {
    for (const entry of await entriesOf(join(directory, way))) {
      const path = join(way, entry.name);
      if (entry.name === name && (await isUnusable(join(directory, path)))) return path;
      if (entry.isDirectory() && entry.name !== '.git') pending.push(path);
    }
  }
  return undefined;
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  // Gone, or not for us to see: then not for ripgrep either.
  return await readdir(directory, { withFileTypes: true }).catch(() => []);
}

async function isUnusable(path: string): Promise<boolean> {
  const stats: Stats | undefined = await stat(path).catch(() => undefined); // Not there, or not for us to see.
  if (stats === undefined || stats.isDirectory() || stats.isSocket()) return false;
  return !stats.isFile() || stats.size > maxBytes;
}
