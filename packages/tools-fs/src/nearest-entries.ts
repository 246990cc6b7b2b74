import { basename, dirname, join } from 'node:path';
import { nearestName, type ToolContext } from '@harness-sdk/core';
import {
  PathRefusedError,
  quoteText,
  type DirectoryEntry,
  type ResolvedPath,
  type Workspace,
} from '@harness-sdk/core/node';
import type { Hint } from './explain-refusal.ts';
import { quotedPath, shownName } from './shown-path.ts';

const maxEntries = 30;
/** Of a directory, of which more is not even looked at; each is a question to the policy. */
const maxAsked = 1000;

/**
 * A hint for a path that is not there, or not what it was taken for: what the nearest directory that exists holds, as far
 * as the policy lets the tool read it.
 */
export function nearestEntries(workspace: Workspace, path: string, context: ToolContext): Hint {
  return async (reason) => {
    if (reason === 'too_large') return 'Use Grep with `context` to see the part you need.';
    if (reason !== 'not_found' && reason !== 'not_file' && reason !== 'not_directory') return undefined;
    try {
      const directory = await nearestDirectory(workspace, await workspace.resolve(path, { cwd: context.cwd }));
      const entries = await workspace.readDirectory(directory, { maxEntries: maxAsked + 1 });
      return await describe(entries, directory, basename(path), context);
    } catch (error) {
      // A hint is not worth a second failure: the path is refused here too, and that was said.
      if (PathRefusedError.isInstance(error)) return undefined;
      throw error;
    }
  };
}

async function nearestDirectory(workspace: Workspace, path: ResolvedPath): Promise<ResolvedPath> {
  try {
    await workspace.readDirectory(path, { maxEntries: 0 });
    return path;
  } catch (error) {
    if (!PathRefusedError.isInstance(error)) throw error;
    return await nearestDirectory(workspace, await workspace.resolve(dirname(path.requested)));
  }
}

async function describe(
  entries: readonly DirectoryEntry[],
  directory: ResolvedPath,
  wanted: string,
  context: ToolContext,
): Promise<string> {
  const mayName = async (name: string): Promise<boolean> =>
    await context.permits({ kind: 'read', path: join(directory.requested, name) });
  const names: string[] = [];
  for (const { name, kind } of entries.slice(0, maxAsked)) {
    if (names.length > maxEntries) break;
    if (await mayName(name)) names.push(shownName(kind === 'directory' ? `${name}/` : name));
  }
  const where = quotedPath(directory.requested, context.cwd);
  if (names.length === 0) {
    const extent = entries.length > maxAsked ? ` among its first ${maxAsked} entries` : '';
    return `The directory ${where} holds nothing that may be read${extent}.`;
  }
  const nearest = nearestName(
    wanted,
    entries.map(({ name }) => name).filter((name) => name !== wanted),
  );
  const suggestion = nearest !== undefined && (await mayName(nearest)) ? `Did you mean ${quoteText(nearest)}? ` : '';
  const more = names.length > maxEntries || entries.length > maxAsked ? ' and more' : '';
  return `${suggestion}The directory ${where} holds: ${names.slice(0, maxEntries).join(', ')}${more}.`;
}
