import { defineTool, type Tool, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { CheckedDirectory, Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { explainRefusals, failure } from './explain-refusal.ts';
import { nearestEntries } from './nearest-entries.ts';
import { splitGlob, type SplitGlob } from './glob-pattern.ts';
import { permittedHits, slicesOf } from './permitted-path.ts';
import { nothingFound, pageOf } from './search-page.ts';
import { answerSearch, remarksOn, toSearchTool, type SearchTool, type SearchToolOptions } from './search-tool.ts';
import { search, type Search } from './search.ts';
import { openSearched, searchAccess, searchedDirectory } from './searched-directory.ts';
import { shownPath } from './shown-path.ts';
import { textArgument } from './text-argument.ts';
import { withIgnoreFiles } from './with-ignore-files.ts';

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

/**
 * The tool Glob, on ripgrep. `parsePaths` turns its answers back into paths.
 *
 * Paths come in the order of ripgrep's `--sort=path`, which is always the same: directory by directory, names by their
 * bytes in UTF-8.
 *
 * @throws OptionError
 */
export function globTool(workspace: Workspace, options: SearchToolOptions = {}): Tool {
  const tool = toSearchTool('globTool', workspace, options);
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
      return await explainRefusals(nearestEntries(workspace, start, context), () => glob(tool, args, split, context));
    },
  });
}

async function glob(tool: SearchTool, args: GlobArgs, split: SplitGlob, context: ToolContext): Promise<ToolOutput> {
  const { workspace } = tool;
  const directory = await openSearched(workspace, args.path, split.base, context);
  if (directory === undefined) return { content: nothingFound };
  try {
    return await answerSearch(tool, context, async (deadline) => {
      const scope = {
        workspace,
        directory,
        glob: split.glob,
        heedsIgnoreFiles: true,
        signal: context.signal,
        deadline,
      };
      return await withIgnoreFiles(scope, context.cwd, async (attempted) => {
        const found = await search(attempted, { args: ['--files'], shape: 'path', readsContents: false });
        return await pageOf(permittedPaths(workspace, directory, found, context), {
          limit: args.head_limit ?? defaultLimit,
          offset: args.offset ?? 0,
          unit: 'path',
          isIncomplete: () => found.isIncomplete(),
          remarks: () => remarksOn(tool, deadline),
        });
      });
    });
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
  for await (const hits of found.hits) {
    for (const slice of slicesOf(hits)) {
      const paths = slice.map(({ path }) => path);
      for (const file of await permittedHits(workspace, directory, paths, context)) {
        if (file !== undefined) yield shownPath(file.requested, context.cwd);
      }
    }
  }
}
