import { join } from 'node:path';
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

/** A file that a search has hit, where it lies in the workspace and the policy lets this tool read it; else `undefined`. */
export async function permittedHit(
  workspace: Workspace,
  directory: CheckedDirectory,
  path: string,
  context: ToolContext,
): Promise<ResolvedPath | undefined> {
  const requested = join(directory.path.requested, path);
  if (!(await context.permits({ kind: 'read', path: requested }))) return undefined;
  try {
    return await resolvePermitted(workspace, requested, ['read'], context);
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return undefined;
    throw error;
  }
}
