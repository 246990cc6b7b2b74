import { checkOptions, type Tool } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { createBash } from './bash.ts';
import { commandOptionRules, type CommandOptions } from './command-settings.ts';
import { createExec } from './exec.ts';

/** What {@link bashTools} takes. */
export interface BashToolsOptions extends CommandOptions {
  /** Directory that commands run in. Default: the working directory of the process. */
  readonly root?: string;
  /** Further directories that they may be started in. Default none. */
  readonly extraRoots?: readonly string[];
}

/**
 * Bash and Exec over one new workspace. For one of them, make the workspace with `createWorkspace` and the tool with its
 * own maker.
 *
 * @throws OptionError for a root that is not a directory, and for whatever else cannot be honoured.
 *
 * @example
 * run("Run the tests.", { model, permissions, cwd: "/home/me/app", tools: bashTools({ root: "/home/me/app" }) });
 */
export function bashTools(options: BashToolsOptions = {}): readonly Tool[] {
  checkOptions('bashTools', options, {
    root: { type: 'string' },
    extraRoots: { type: 'array' },
    ...commandOptionRules,
  });
  const { root = process.cwd(), extraRoots = [], ...commandOptions } = options;
  const workspace = createWorkspace({ root, extraRoots });
  return [createBash(workspace, commandOptions), createExec(workspace, commandOptions)];
}
