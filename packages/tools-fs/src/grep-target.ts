import type { ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedFile, type ResolvedPath, type Workspace } from '@harness-sdk/core/node';
import { decodeText } from './decode-text.ts';
import type { SplitGlob } from './glob-pattern.ts';
import { permittedHits, resolvePermitted } from './permitted-path.ts';
import { openSearched } from './searched-directory.ts';
import { search, searchOpenFile, type Search, type SearchQuery } from './search.ts';
import { withIgnoreFiles } from './with-ignore-files.ts';

/** What Grep searches: a directory, or one file. Close it. */
export interface GrepTarget {
  /** True for a single file that is no text. */
  readonly isBinary: boolean;
  /** Makes an answer of what is found. */
  search(query: SearchQuery, deadline: AbortSignal, answer: (found: Search) => Promise<string>): Promise<string>;
  /** The file of each hit, where the policy lets the tool read it. */
  permitted(paths: readonly string[]): Promise<readonly (ResolvedPath | undefined)[]>;
  close(): Promise<void>;
}

/**
 * Opens what a call names. A file that is named is searched whatever the glob and ignore rules say.
 *
 * @returns `undefined` where nothing can match the glob, because its directory does not exist.
 * @throws PathRefusedError
 */
export async function openGrepTarget(
  workspace: Workspace,
  path: string | undefined,
  split: SplitGlob,
  context: ToolContext,
): Promise<GrepTarget | undefined> {
  const file = await openIfFile(workspace, await resolvePermitted(workspace, path ?? '.', ['read'], context));
  if (file !== undefined) {
    return {
      isBinary: await isBinary(file),
      search: async (query, deadline, answer) =>
        await answer(searchOpenFile(file, query, { signal: context.signal, deadline })),
      permitted: async (paths) => paths.map(() => file.path),
      close: async () => await file.close(),
    };
  }
  const directory = await openSearched(workspace, path, split.base, context);
  if (directory === undefined) return undefined;
  return {
    isBinary: false,
    search: async (query, deadline, answer) => {
      const scope = {
        workspace,
        directory,
        glob: split.glob,
        heedsIgnoreFiles: true,
        signal: context.signal,
        deadline,
      };
      return await withIgnoreFiles(
        scope,
        context.cwd,
        async (attempted) => await answer(await search(attempted, query)),
      );
    },
    permitted: async (paths) => await permittedHits(workspace, directory, paths, context),
    close: async () => await directory.close(),
  };
}

async function openIfFile(workspace: Workspace, path: ResolvedPath): Promise<CheckedFile | undefined> {
  try {
    return await workspace.open(path);
  } catch (error) {
    if (PathRefusedError.isInstance(error) && error.reason === 'not_file') return undefined;
    throw error;
  }
}

/** In bytes; what git looks at too. */
const sniffedBytes = 8000;

async function isBinary({ handle }: CheckedFile): Promise<boolean> {
  const buffer = Buffer.alloc(sniffedBytes);
  const { bytesRead } = await handle.read(buffer, 0, sniffedBytes, 0);
  return decodeText(buffer.subarray(0, bytesRead)) === undefined;
}
