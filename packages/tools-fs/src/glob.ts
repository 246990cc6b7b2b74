import { defineTool, type Tool, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { CheckedDirectory, Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { explainRefusals, failure } from './explain-refusal.ts';
import { nearestEntries } from './nearest-entries.ts';
import { splitGlob, type SplitGlob } from './glob-pattern.ts';
import { permittedHit } from './permitted-path.ts';
import { RipgrepError } from './ripgrep.ts';
import { nothingFound, pageOf } from './search-page.ts';
import { search, type Search } from './search.ts';
import { openSearched, searchAccess, searchedDirectory } from './searched-directory.ts';
import { shownPath } from './shown-path.ts';
import { textArgument } from './text-argument.ts';

/** Arguments of Glob. */
export interface GlobArgs {
  readonly pattern: string;
  /** Directory to search. Default: the working directory. */
  readonly path?: string | undefined;
  /** Paths to return at most. Default 1,000. */
  readonly head_limit?: number | undefined;
  /** Paths to leave out before the first. Default 0. */
  readonly offset?: number | undefined;
}

const defaultLimit = 1000;
const maxLimit = 10_000;

const GlobArgsSchema: z.ZodType<GlobArgs> = z.strictObject({
  pattern: textArgument.describe('Glob such as "src/**/*.ts" or "*.{js,jsx}". Without a "/" it matches at any depth.'),
  path: z.string().min(1).optional().describe('Directory to search. Default: the working directory.'),
  head_limit: z.int().min(1).max(maxLimit).optional().describe(`Paths to return at most. Default ${defaultLimit}.`),
  offset: z.int().min(0).optional().describe('Paths to leave out before the first, to go on after a cut. Default 0.'),
});

const description = `Finds files of the workspace by name.
Returns one path per line, sorted; lines in [brackets] are notes. Hidden files are included. Files that .gitignore leaves
out are not, unless path names a directory among them. Links are not followed.`;

/** The tool Glob, on ripgrep. `parsePaths` turns its answers back into paths. */
export function globTool(workspace: Workspace): Tool {
  return defineTool<GlobArgs>({
    name: 'Glob',
    description,
    input: GlobArgsSchema,
    accessKinds: ['read'],
    access: (args) => {
      const split = splitGlob(args.pattern);
      return searchAccess(args.path, 'base' in split ? split.base : '.');
    },
    effect: 'none',
    execute: async (args, context) => {
      const split = splitGlob(args.pattern);
      if ('problem' in split) return failure(`pattern ${JSON.stringify(args.pattern)}: ${split.problem}`);
      const start = searchedDirectory(args.path, split.base);
      return await explainRefusals(nearestEntries(workspace, start, context), () =>
        glob(workspace, args, split, context),
      );
    },
  });
}

async function glob(workspace: Workspace, args: GlobArgs, split: SplitGlob, context: ToolContext): Promise<ToolOutput> {
  const directory = await openSearched(workspace, args.path, split.base, context);
  if (directory === undefined) return { content: nothingFound };
  try {
    const scope = { workspace, directory, glob: split.glob, signal: context.signal };
    const found = await search(scope, ['--files'], 'path');
    const content = await pageOf(permittedPaths(workspace, directory, found, context), {
      limit: args.head_limit ?? defaultLimit,
      offset: args.offset ?? 0,
      unit: 'path',
      isIncomplete: () => found.isIncomplete(),
    });
    return { content };
  } catch (error) {
    if (error instanceof RipgrepError) return failure(error.message);
    throw error;
  } finally {
    await directory.close();
  }
}

async function* permittedPaths(
  workspace: Workspace,
  directory: CheckedDirectory,
  found: Search,
  context: ToolContext,
): AsyncGenerator<string, void, void> {
  for await (const hit of found.hits) {
    const file = await permittedHit(workspace, directory, hit.path, context);
    if (file !== undefined) yield shownPath(file.requested, context.cwd);
  }
}
