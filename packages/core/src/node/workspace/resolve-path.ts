import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { checkPath, shown } from './check-path.ts';
import { refusalOf } from './file-system-refusal.ts';
import { isInside } from './is-inside.ts';
import { PathRefusedError } from './path-refused-error.ts';

/** A directory that the workspace may touch, as it was given and as it really is. */
export interface WorkspaceRoot {
  /** Absolute; may go through links. */
  readonly path: string;
  /** Without links, as found when the workspace was made. */
  readonly realPath: string;
}

/** A path inside the workspace, as asked for and as it really is at that moment. */
export interface ResolvedPath {
  /** Absolute and normalised; may go through links. */
  readonly requested: string;
  /** Absolute, every link on the way followed; for what does not exist, what would be made. */
  readonly realPath: string;
  /** `requested` from its root, with `/` between segments, for people to read; `.` for the root itself. */
  readonly relativePath: string;
  /** True where a link inside the workspace was followed, so that what is touched has another name than was asked for. */
  readonly isLinked: boolean;
  readonly exists: boolean;
}

/**
 * Resolves a path by the rules of a workspace: inside a root as it was asked for, and inside a root as it really is.
 *
 * @param cwd - Absolute directory that relative paths start from.
 * @throws PathRefusedError
 */
export async function resolvePath(roots: readonly WorkspaceRoot[], path: unknown, cwd: string): Promise<ResolvedPath> {
  const given = checkPath(path);
  const requested = resolve(cwd, given);
  checkPath(requested);
  const root = roots.find(
    ({ path: asGiven, realPath }) => isInside(asGiven, requested) || isInside(realPath, requested),
  );
  if (root === undefined) throw outside(given, `${shown(given)} is not in the workspace.`, roots);
  const { realPath, exists } = await realPathOf(given, requested);
  if (!roots.some((other) => isInside(other.realPath, realPath))) {
    throw outside(given, `${shown(given)} leads through a link out of the workspace.`, roots);
  }
  const way = relative(isInside(root.path, requested) ? root.path : root.realPath, requested);
  return {
    requested,
    realPath,
    relativePath: way.split(sep).join('/') || '.',
    isLinked: realPath !== join(root.realPath, way),
    exists,
  };
}

function outside(path: string, what: string, roots: readonly WorkspaceRoot[]): PathRefusedError {
  const allowed = roots.map((root) => shown(root.path)).join(' or ');
  return new PathRefusedError('outside', path, `${what} Use a path inside ${allowed}.`);
}

/** The real path of the longest part that exists, and the rest behind it. */
async function realPathOf(given: string, requested: string): Promise<{ realPath: string; exists: boolean }> {
  const missing: string[] = [];
  for (let current = requested; ; current = dirname(current)) {
    const realPath = await existingRealPath(given, current);
    if (realPath !== undefined) return { realPath: join(realPath, ...missing), exists: missing.length === 0 };
    missing.unshift(basename(current));
  }
}

/** `undefined` where there is nothing. Ends at the latest with the root of the file system, which is always there. */
async function existingRealPath(given: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const refusal = refusalOf(error, given);
    if (refusal.reason !== 'not_found') throw refusal;
  }
  if (await isLink(given, path)) {
    const message = `${shown(given)} goes through a link to something that does not exist. Use a path without it.`;
    throw new PathRefusedError('outside', given, message);
  }
  return undefined;
}

async function isLink(given: string, path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    const refusal = refusalOf(error, given);
    if (refusal.reason === 'not_found') return false;
    throw refusal;
  }
}
