import type { BigIntStats } from 'node:fs';
import { shown } from './check-path.ts';
import { PathRefusedError, type PathRefusal } from './path-refused-error.ts';

const refusals: Readonly<Record<string, readonly [PathRefusal, string]>> = {
  ENOENT: ['not_found', 'does not exist.'],
  ENOTDIR: ['not_directory', 'goes through something that is not a directory.'],
  EISDIR: ['not_file', 'is a directory.'],
  ELOOP: [
    'changed',
    'goes through a link that leads back to itself, or was just replaced by a link. Use another path.',
  ],
  ENXIO: ['not_file', 'is a socket or a device.'],
  ENAMETOOLONG: ['invalid', 'is too long. Use a shorter path.'],
  EACCES: ['no_access', 'cannot be accessed: permission denied by the operating system.'],
  EPERM: ['no_access', 'cannot be accessed: permission denied by the operating system.'],
  EROFS: ['no_access', 'cannot be changed: the file system is read-only.'],
  ETXTBSY: ['no_access', 'cannot be changed: it is a program that is running.'],
};

/**
 * The refusal that a failed file-system call amounts to. Any other failure (a full disk, a bug) is thrown as it came,
 * since no other path would mend it.
 */
export function refusalOf(error: unknown, path: string): PathRefusedError {
  const refusal = refusals[codeOf(error)];
  if (refusal === undefined) throw error;
  const [reason, what] = refusal;
  return new PathRefusedError(reason, path, `${shown(path)} ${what}`, { cause: error });
}

/** The code of a system error, such as `ENOENT`; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Refusal of what is no regular file. */
export function notFile(given: string, stats: BigIntStats): PathRefusedError {
  return new PathRefusedError('not_file', given, `${shown(given)} is ${kindOf(stats)}, not a regular file.`);
}

/** Refusal of what is no directory. */
export function notDirectory(given: string, stats: BigIntStats): PathRefusedError {
  return new PathRefusedError('not_directory', given, `${shown(given)} is ${kindOf(stats)}, not a directory.`);
}

/** Refusal of what is not what was checked or expected. */
export function changed(given: string): PathRefusedError {
  return new PathRefusedError('changed', given, `${shown(given)} was replaced or changed meanwhile. Try again.`);
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
