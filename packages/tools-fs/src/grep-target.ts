import type { ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedFile, type ResolvedPath, type Workspace } from '@harness-sdk/core/node';
import { decodeText } from './decode-text.ts';
import type { SplitGlob } from './glob-pattern.ts';
import { permittedHit, resolvePermitted } from './permitted-path.ts';
import { openSearched } from './searched-directory.ts';
import { search, searchOpenFile, type HitShape, type Search } from './search.ts';

/** What Grep searches: a directory, or one file. Close it. */
export interface GrepTarget {
  /** True for a single file that is no text. */
  readonly isBinary: boolean;
  search(args: readonly string[], shape: HitShape): Promise<Search>;
  /** The file of a hit, where the policy lets the tool read it. */
  permitted(path: string): Promise<ResolvedPath | undefined>;
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
      search: async (args, shape) => searchOpenFile(file, args, shape, context.signal),
      permitted: async () => file.path,
      close: async () => await file.close(),
    };
  }
  const directory = await openSearched(workspace, path, split.base, context);
  if (directory === undefined) return undefined;
  const scope = { workspace, directory, glob: split.glob, signal: context.signal };
  return {
    isBinary: false,
    search: async (args, shape) => await search(scope, args, shape),
    permitted: async (hit) => await permittedHit(workspace, directory, hit, context),
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
