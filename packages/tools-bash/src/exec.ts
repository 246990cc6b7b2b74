import { defineTool, type Tool } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { argumentText, commandArgsShape, type CommandArgs } from './command-args.ts';
import { readCommandOptions, type CommandOptions } from './command-settings.ts';
import { runCommand } from './run-command.ts';

/** Arguments of Exec. */
export interface ExecArgs extends CommandArgs {
  /** A name on PATH, or an absolute path. */
  readonly program: string;
  /** Passed as they are: nothing in them is expanded. */
  readonly args?: readonly string[] | undefined;
}

const ExecArgsSchema: z.ZodType<ExecArgs> = z.strictObject({
  program: argumentText.min(1).describe('Name of a program on PATH, or an absolute path.'),
  args: z.array(argumentText).optional().describe('Its arguments, each as it is: nothing in them is expanded.'),
  ...commandArgsShape,
});

const description = `Runs a program without a shell and gives its output, standard output and error as one.
Arguments are passed as they are: no quotes, no variables, no pipes. Each call starts in the working directory. There is
no standard input and no terminal. Of long output the beginning and the end are given; lines in [brackets] at the end are
notes. An exit code that is not 0 makes the answer an error.`;

/**
 * The tool Exec: one program with exactly these arguments. Programs are never looked for in the working directory, nor
 * anywhere else in the workspace.
 *
 * @throws OptionError
 */
export function createExec(workspace: Workspace, options: CommandOptions = {}): Tool {
  const settings = readCommandOptions('createExec', options);
  return defineTool<ExecArgs>({
    name: 'Exec',
    description,
    input: ExecArgsSchema,
    accessKinds: ['execute'],
    access: ({ program, args = [], cwd }) => [
      { kind: 'execute', argv: [program, ...args], ...(cwd === undefined ? {} : { cwd }) },
    ],
    effect: 'once',
    execute: ({ args = [], ...rest }, context) => runCommand({ workspace, settings }, { args, ...rest }, context),
  });
}
