import { defineTool, type Tool } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { argumentText, commandArgsShape, type CommandArgs } from './command-args.ts';
import { readCommandOptions, type CommandOptions } from './command-settings.ts';
import { runCommand } from './run-command.ts';

/** Arguments of Bash. */
export interface BashArgs extends CommandArgs {
  /** What bash is to run; may be several lines. */
  readonly command: string;
}

const BashArgsSchema: z.ZodType<BashArgs> = z.strictObject({
  command: argumentText.min(1).describe('What bash is to run; may be several lines.'),
  ...commandArgsShape,
});

const description = `Runs a command with bash and gives its output, standard output and error as one.
Each call is a fresh shell in the working directory: no variable, no cd and no background process lasts until the next
one. There is no standard input and no terminal. Of long output the beginning and the end are given; lines in [brackets]
at the end are notes. An exit code that is not 0 makes the answer an error.
Use the tools for files to read, search, write and edit them.`;

/**
 * The tool Bash. It never uses the user's own shell or its settings.
 *
 * @throws OptionError
 */
export function createBash(workspace: Workspace, options: CommandOptions = {}): Tool {
  const settings = readCommandOptions('createBash', options);
  return defineTool<BashArgs>({
    name: 'Bash',
    description,
    input: BashArgsSchema,
    accessKinds: ['execute'],
    access: ({ command, cwd }) => [{ kind: 'execute', command, ...(cwd === undefined ? {} : { cwd }) }],
    effect: 'once',
    execute: ({ command, ...rest }, context) => {
      // `-c` is an option without a value: the command is the first argument that is none, which `--` makes sure of.
      const args = ['--noprofile', '--norc', '-c', '--', command];
      return runCommand({ workspace, settings }, { program: 'bash', args, ...rest }, context);
    },
  });
}
