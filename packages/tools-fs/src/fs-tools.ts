import { checkOptions, type Tool } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { readTool } from './read.ts';
import { writeTool } from './write.ts';

/** What {@link fsTools} takes. */
export interface FsToolsOptions {
  /** Directory that the tools may touch. Default: the working directory of the process. */
  readonly root?: string;
  /** Further directories that they may touch. Default none. */
  readonly extraRoots?: readonly string[];
}

/**
 * All file tools over one new workspace: Read, Glob, Grep, Write, Edit. For some of them, or other limits, make the
 * workspace with `createWorkspace` and each tool with its own maker.
 *
 * Relative paths start from the working directory of the run, which must lie in a root.
 *
 * @throws OptionError for a root that is not a directory.
 *
 * @example
 * run("What does src/index.ts export?", { model, permissions, cwd: "/work/app", tools: fsTools({ root: "/work/app" }) });
 */
export function fsTools(options: FsToolsOptions = {}): readonly Tool[] {
  checkOptions('fsTools', options, { root: { type: 'string' }, extraRoots: { type: 'array' } });
  const { root = process.cwd(), extraRoots = [] } = options;
  const workspace = createWorkspace({ root, extraRoots });
  return [readTool(workspace), globTool(workspace), grepTool(workspace), writeTool(workspace), editTool(workspace)];
}
