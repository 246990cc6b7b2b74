import { isAbsolute, join } from 'node:path';
import type { Access, ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedDirectory, type Workspace } from '@harness-sdk/core/node';
import { resolvePermitted } from './permitted-path.ts';

/** The directory that a glob with this base searches, for a search that starts at `path`. */
export function searchedDirectory(path: string | undefined, base: string): string {
  return isAbsolute(base) ? base : join(path ?? '.', base);
}

/** What a search opens: where it is told to start, which may be a file, and the directory that its glob leads to. */
export function searchAccess(path: string | undefined, base: string): readonly Access[] {
  const directory = searchedDirectory(path, base);
  return Array.from(new Set([path ?? directory, directory]), (opened) => ({ kind: 'read', path: opened }));
}

/**
 * Opens the directory to search.
 *
 * @returns `undefined` where the start is there but not what the glob names in it: then nothing can match.
 * @throws PathRefusedError
 */
export async function openSearched(
  workspace: Workspace,
  path: string | undefined,
  base: string,
  context: ToolContext,
): Promise<CheckedDirectory | undefined> {
  const directory = await resolvePermitted(workspace, searchedDirectory(path, base), ['read'], context);
  try {
    return await workspace.openDirectory(directory);
  } catch (error) {
    if (base === '.' || !PathRefusedError.isInstance(error)) throw error;
    if (error.reason !== 'not_found' && error.reason !== 'not_directory') throw error;
  }
  const start = await workspace.openDirectory(await workspace.resolve(path ?? '.', { cwd: context.cwd }));
  await start.close();
  return undefined;
}
