import { checkOptions, type Tool } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { createBash } from '@harness-sdk/tools-bash';
import { fsTools } from '@harness-sdk/tools-fs';
import { resolveCwd } from './resolve-cwd.ts';

/** What {@link defaultTools} takes. */
export interface DefaultToolsOptions {
  /** The workspace: the file tools open nothing outside it, and commands start in it. Default: the process's working directory. */
  readonly cwd?: string;
}

/**
 * The tools that `run()` has where it is given none: Read, Glob, Grep, Write, Edit and Bash over one
 * workspace.
 *
 * @throws OptionError where `cwd` is no directory.
 *
 * @example
 * run('…', { provider: 'anthropic', model: '…', tools: [...defaultTools(), myTool] });
 */
export function defaultTools(options: DefaultToolsOptions = {}): readonly Tool[] {
  checkOptions('defaultTools', options, { cwd: { type: 'string' } });
  const root = resolveCwd('defaultTools', options.cwd);
  return [...fsTools({ root }), createBash(createWorkspace({ root }))];
}
