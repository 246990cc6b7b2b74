import { defineTool, type Tool, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { explainRefusals, failure } from './explain-refusal.ts';
import { nearestEntries } from './nearest-entries.ts';
import { splitGlob, type SplitGlob } from './glob-pattern.ts';
import { contentLines, fileLines, type GrepHits } from './grep-lines.ts';
import { openGrepTarget } from './grep-target.ts';
import { nothingFound, pageOf } from './search-page.ts';
import { answerSearch, remarksOn, toSearchTool, type SearchTool, type SearchToolOptions } from './search-tool.ts';
import type { HitShape } from './search.ts';
import { searchAccess, searchedDirectory } from './searched-directory.ts';
import { textArgument } from './text-argument.ts';

/** Arguments of Grep. */
export interface GrepArgs {
  /** Regular expression, in ripgrep's syntax. */
  readonly pattern: string;
  /** File or directory to search. Default: the working directory. */
  readonly path?: string | undefined;
  /** Searches only files that match. */
  readonly glob?: string | undefined;
  /** Default `content`. */
  readonly output_mode?: 'content' | 'files_with_matches' | 'count' | undefined;
  readonly case_insensitive?: boolean | undefined;
  /** Lines to show before and after each match. Default 0. */
  readonly context?: number | undefined;
  /** Lets a match go over several lines, and `.` match a newline. */
  readonly multiline?: boolean | undefined;
  /** Lines of output at most. Default 250. */
  readonly head_limit?: number | undefined;
  /** Lines of output to leave out before the first. Default 0. */
  readonly offset?: number | undefined;
}

const defaultLimit = 250;
const maxLimit = 10_000;

const GrepArgsSchema: z.ZodType<GrepArgs> = z.strictObject({
  pattern: textArgument.describe(
    'Regular expression in the syntax of ripgrep (Rust): no look-around, no backreferences.',
  ),
  path: z.string().min(1).optional().describe('File or directory to search. Default: the working directory.'),
  glob: textArgument
    .optional()
    .describe('Searches only files that match, such as "*.{ts,tsx}" or "src/**/*.py". Without a "/" at any depth.'),
  output_mode: z
    .enum(['content', 'files_with_matches', 'count'])
    .optional()
    .describe('content: matching lines (default); files_with_matches: paths; count: matching lines per file.'),
  case_insensitive: z.boolean().optional().describe('Default false.'),
  context: z.int().min(0).max(50).optional().describe('Lines to show before and after each match. Default 0.'),
  multiline: z.boolean().optional().describe('Lets a match go over several lines; "." then matches newlines.'),
  head_limit: z.int().min(1).max(maxLimit).optional().describe(`Lines of output at most. Default ${defaultLimit}.`),
  offset: z.int().min(0).optional().describe('Lines of output to leave out, to go on after a cut. Default 0.'),
});

const description = `Searches the contents of files of the workspace with a regular expression.
Matching lines come as <path>:<line number>:<line>, sorted by path; lines in [brackets] are notes. Hidden files are
searched. Files that .gitignore leaves out are not, unless path names them or a directory among them, nor are binary files.
Links are not followed.`;

/**
 * The tool Grep, on ripgrep. Files come in the same order as those of Glob.
 *
 * @throws OptionError
 */
export function grepTool(workspace: Workspace, options: SearchToolOptions = {}): Tool {
  const tool = toSearchTool('grepTool', workspace, options);
  return defineTool<GrepArgs>({
    name: 'Grep',
    description,
    input: GrepArgsSchema,
    accessKinds: ['read'],
    access: (args) => {
      const split = splitArgs(args);
      return searchAccess(args.path, 'base' in split ? split.base : '.');
    },
    effect: 'none',
    execute: async (args, context) => {
      const split = splitArgs(args);
      if ('problem' in split) return failure(`glob ${JSON.stringify(args.glob)}: ${split.problem}`);
      const start = searchedDirectory(args.path, split.base);
      return await explainRefusals(nearestEntries(workspace, start, context), () => grep(tool, args, split, context));
    },
  });
}

function splitArgs(args: GrepArgs): SplitGlob | { readonly problem: string } {
  return args.glob === undefined ? { base: '.', glob: undefined } : splitGlob(args.glob);
}

async function grep(tool: SearchTool, args: GrepArgs, split: SplitGlob, context: ToolContext): Promise<ToolOutput> {
  const target = await openGrepTarget(tool.workspace, args.path, split, context);
  if (target === undefined) return { content: nothingFound };
  const { workspace } = tool;
  const mode = modes[args.output_mode ?? 'content'];
  const query = { args: [...patternOptions(args), ...mode.options(args)], shape: mode.shape, readsContents: true };
  try {
    if (target.isBinary) return failure(`${JSON.stringify(args.path)} is a binary file, which Grep does not search.`);
    return await answerSearch(tool, context, (deadline) =>
      target.search(query, deadline, async (found) =>
        pageOf(mode.lines({ workspace, target, found, context }), {
          limit: args.head_limit ?? defaultLimit,
          offset: args.offset ?? 0,
          unit: mode.unit,
          isIncomplete: () => found.isIncomplete(),
          remarks: () => remarksOn(tool, deadline),
        }),
      ),
    );
  } finally {
    await target.close();
  }
}

/** How an output mode asks ripgrep, and what it makes of the answer. */
interface GrepMode {
  readonly shape: HitShape;
  readonly unit: string;
  options(args: GrepArgs): readonly string[];
  lines(hits: GrepHits): AsyncIterable<string>;
}

const modes: Readonly<Record<NonNullable<GrepArgs['output_mode']>, GrepMode>> = {
  files_with_matches: {
    shape: 'path',
    unit: 'path',
    options: () => ['--files-with-matches'],
    lines: fileLines,
  },
  count: {
    shape: 'line',
    unit: 'line',
    options: () => ['--count', '--with-filename'],
    lines: fileLines,
  },
  content: {
    shape: 'line',
    unit: 'line',
    // Positions alone: the lines themselves are read from the checked file.
    options: ({ context = 0 }) => [
      '--with-filename',
      '--no-heading',
      '--line-number',
      '--column',
      '--byte-offset',
      '--max-columns=1',
      '--no-context-separator',
      `--context=${context}`,
    ],
    lines: contentLines,
  },
};

/** The values are joined to their options, so that no value can be one. */
function patternOptions(args: GrepArgs): readonly string[] {
  return [
    `--regexp=${args.pattern}`,
    args.case_insensitive === true ? '--ignore-case' : '--case-sensitive',
    ...(args.multiline === true ? ['--multiline', '--multiline-dotall'] : []),
    // `$` also matches in front of CRLF.
    '--crlf',
    // A pattern may ask for so much memory and no more.
    '--regex-size-limit=10M',
    '--dfa-size-limit=100M',
  ];
}
