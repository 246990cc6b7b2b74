import { checkOptions, type Tool } from '@harness-sdk/core';
import { fsTools } from '@harness-sdk/tools-fs';
import { resolveCwd } from './resolve-cwd.ts';

/** What {@link defaultTools} takes. */
export interface DefaultToolsOptions {
  /** The workspace: the tools open nothing outside it. Default: the process's working directory. */
  readonly cwd?: string;
}

/**
 * The tools that `run()` has where it is given none: Read, Glob, Grep, Write and Edit over one workspace.
 *
 * @throws OptionError where `cwd` is no directory.
 *
 * @example
 * run('…', { provider: 'anthropic', model: '…', tools: [...defaultTools(), myTool] });
 */
export function defaultTools(options: DefaultToolsOptions = {}): readonly Tool[] {
  checkOptions('defaultTools', options, { cwd: { type: 'string' } });
  return fsTools({ root: resolveCwd('defaultTools', options.cwd) });
}
