import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { isInside, type Workspace } from '@harness-sdk/core/node';

/** Where programs are where the environment names no place: an empty PATH would mean the working directory. */
const systemDirectories: readonly string[] = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The directories in which programs are looked for: those of a PATH that are absolute and not in the workspace, neither by
 * name nor really, so that a file in the worked-on tree never stands in for `ls`. `npm test` still finds what it needs: npm
 * adds `node_modules/.bin` for its own scripts.
 */
export async function searchDirectories(workspace: Workspace, path: string | undefined): Promise<readonly string[]> {
  const named = (path ?? '').split(delimiter).filter((directory) => isAbsolute(directory));
  const outside = await Promise.all([...new Set(named)].map((directory) => isOutside(workspace, directory)));
  const kept = [...new Set(named)].filter((_directory, index) => outside[index]);
  return kept.length > 0 ? kept : systemDirectories;
}

/** Whether a directory is there, and outside of every root. */
async function isOutside({ roots }: Workspace, directory: string): Promise<boolean> {
  try {
    const real = await realpath(directory);
    return !roots.some(({ path, realPath }) =>
      [directory, real].some((candidate) => isInside(path, candidate) || isInside(realPath, candidate)),
    );
  } catch {
    // ENOENT, EACCES and the like: what is not there now could be a link into the workspace later.
    return false;
  }
}

/** A program that was looked for. */
export type FoundProgram =
  | { readonly path: string }
  /** Why there is none that may be started. */
  | { readonly problem: string };

/**
 * Finds a program by its name in the given directories, never in the working directory; an absolute path is taken as it
 * is. Batch files of Windows are refused: they are read by `cmd.exe`, which takes arguments apart again, so that what runs
 * would not be what was allowed.
 */
export async function findProgram(
  name: string,
  directories: readonly string[],
  platform: NodeJS.Platform = process.platform,
): Promise<FoundProgram> {
  const shown = JSON.stringify(name);
  if (!isAbsolute(name) && /[/\\]/.test(platform === 'win32' ? name : name.replaceAll('\\', ''))) {
    return { problem: `${shown} is a relative path. Use the name of a program on PATH, or an absolute path.` };
  }
  const endings = platform === 'win32' && !/\.[a-z]+$/i.test(name) ? ['.exe', '.com', '.cmd', '.bat'] : [''];
  const candidates = isAbsolute(name)
    ? endings.map((ending) => name + ending)
    : directories.flatMap((directory) => endings.map((ending) => join(directory, name + ending)));
  for (const path of candidates) {
    if (!(await isProgram(path))) continue;
    if (platform === 'win32' && /\.(cmd|bat)[. ]*$/i.test(path)) return { problem: batchFile(name) };
    return { path };
  }
  if (isAbsolute(name)) return { problem: `There is no program at ${shown} that may be executed.` };
  return { problem: `There is no program ${shown} on PATH, whose parts in the workspace do not count.` };
}

function batchFile(name: string): string {
  return `${JSON.stringify(name)} is a batch file, whose arguments cmd.exe would read as commands. Start the program that it starts, such as node with the path of a script.`;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    // ENOENT, EACCES, ENOTDIR, ELOOP: not one that could be started.
    return false;
  }
}
