import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedDirectory, type ResolvedPath, type Workspace } from '@harness-sdk/core/node';

/**
 * Resolves the path of a call. What the policy judged was the path as it was asked for; where a link leads elsewhere in
 * the workspace, perhaps since a moment ago, what it leads to has to be permitted too.
 *
 * @throws PathRefusedError
 */
export async function resolvePermitted(
  workspace: Workspace,
  path: string,
  kinds: readonly ('read' | 'write')[],
  context: ToolContext,
): Promise<ResolvedPath> {
  const resolved = await workspace.resolve(path, { cwd: context.cwd });
  if (!resolved.isLinked) return resolved;
  for (const kind of kinds) {
    if (await context.permits({ kind, path: resolved.realPath })) continue;
    const message = `${JSON.stringify(path)} goes through a link, and to ${kind} what it leads to is not permitted so. Use the path without the link.`;
    throw new PathRefusedError('no_access', path, message);
  }
  return resolved;
}

/** Files that are asked about at a time; the system's answers take longer than the questions. */
const width = 64;

/** A batch in parts that are worked on one behind the other, so that no more is begun than an answer has room for. */
export function slicesOf<Item>(batch: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(batch.length / width);
  return Array.from({ length: count }, (_, index) => batch.slice(index * width, (index + 1) * width));
}

/**
 * The files that a search has hit: each that lies in the workspace and that the policy lets this tool read, else
 * `undefined`. Where the directories really are is looked up after the policy was asked, once for all files in one.
 */
export async function permittedHits(
  workspace: Workspace,
  directory: CheckedDirectory,
  paths: readonly string[],
  context: ToolContext,
): Promise<readonly (ResolvedPath | undefined)[]> {
  const requested = paths.map((path) => join(directory.path.requested, path));
  const permitted = await Promise.all(requested.map((path) => context.permits({ kind: 'read', path })));
  const parents = new Map<string, Promise<ResolvedPath | undefined>>();
  const parentOf = (path: string): Promise<ResolvedPath | undefined> => {
    const way = dirname(path);
    const parent = parents.get(way) ?? unlessRefused(workspace.resolve(way));
    parents.set(way, parent);
    return parent;
  };
  const resolved = async (path: string): Promise<ResolvedPath | undefined> => {
    const parent = await parentOf(path);
    if (parent?.isLinked !== true) return parent && (await fileIn(parent, basename(path)));
    return await unlessRefused(resolvePermitted(workspace, path, ['read'], context));
  };
  return await Promise.all(
    requested.map(async (path, index) => (permitted[index] === true ? await resolved(path) : undefined)),
  );
}

/** A file in a directory, where it is one now: ripgrep may have been led elsewhere for a moment, and seen other names. */
async function fileIn(parent: ResolvedPath, name: string): Promise<ResolvedPath | undefined> {
  const realPath = join(parent.realPath, name);
  const isFile = await lstat(realPath).then(
    (stats) => stats.isFile(),
    // Gone, or not for us to see.
    () => false,
  );
  if (!isFile) return undefined;
  return {
    requested: join(parent.requested, name),
    realPath,
    relativePath: parent.relativePath === '.' ? name : `${parent.relativePath}/${name}`,
    isLinked: false,
    exists: true,
  };
}

async function unlessRefused(path: Promise<ResolvedPath>): Promise<ResolvedPath | undefined> {
  try {
    return await path;
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return undefined;
    throw error;
  }
}
