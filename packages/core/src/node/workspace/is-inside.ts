import nodePath, { type PlatformPath } from 'node:path';

/**
 * Whether a path is a directory or lies somewhere in it, by whole segments: `/work-old/a` is not inside `/work`. Both are
 * absolute and normalised; the file system is not asked.
 *
 * @param system - Whose paths they are. Default: this system's; on Windows, case does not matter.
 */
export function isInside(directory: string, path: string, system: PlatformPath = nodePath): boolean {
  const { sep } = system;
  // Searches ask this about every file they find, and the way between two paths takes its time.
  if (path.startsWith(directory) && path[directory.length] === sep && !path.includes(`${sep}..`)) return true;
  const way = system.relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !system.isAbsolute(way);
}
