import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The real path of the longest part of an absolute path that exists, and the rest behind it. */
export function existingRealPath(path: string): string {
  const missing: string[] = [];
  for (let current = path; ; current = dirname(current)) {
    const found = realPathOf(current);
    if (found !== undefined) return join(found, ...missing);
    if (dirname(current) === current) return path;
    missing.unshift(basename(current));
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // ENOENT, ENOTDIR, EACCES, ELOOP: what is above it may still be found.
    return undefined;
  }
}
