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
  const { realPath, exists } = await realPathOf(given, requested, roots);
  if (!roots.some((other) => isInside(other.realPath, realPath))) {
    throw leadsNowhere(given, roots);
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

/** The same whatever lies there, and whether anything does: nobody is to learn that by a link. */
function leadsNowhere(path: string, roots: readonly WorkspaceRoot[]): PathRefusedError {
  return outside(path, `${shown(path)} goes through a link that leads to nothing in the workspace.`, roots);
}

/** The real path of the longest part that exists, and the rest behind it. */
async function realPathOf(
  given: string,
  requested: string,
  roots: readonly WorkspaceRoot[],
): Promise<{ realPath: string; exists: boolean }> {
  const missing: string[] = [];
  let refusal: PathRefusedError | undefined;
  for (let current = requested; ; current = dirname(current)) {
    try {
      const realPath = join(await realpath(current), ...missing);
      // Said only of what is in the workspace; what a link leads to outside is refused without a word about it.
      if (refusal !== undefined && roots.some((root) => isInside(root.realPath, realPath))) throw refusal;
      return { realPath, exists: missing.length === 0 };
    } catch (error) {
      if (error === refusal) throw error;
      if (await isLink(current)) throw leadsNowhere(given, roots);
      const failure = refusalOf(error, given);
      if (failure.reason !== 'not_found') refusal ??= failure;
    }
    missing.unshift(basename(current));
  }
}

async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    // Not there, or not for us to see.
    () => false,
  );
}
