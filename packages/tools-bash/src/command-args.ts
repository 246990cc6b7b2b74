import { z } from 'zod';

/** Arguments that Bash and Exec share. */
export interface CommandArgs {
  /** How long the command may take, in milliseconds. Default 120,000, at most 600,000. */
  readonly timeout_ms?: number | undefined;
  /** Directory to run in. Default: the working directory of the run. */
  readonly cwd?: string | undefined;
  /** What it is for, for the people who are asked. */
  readonly description?: string | undefined;
}

/** Where the call names no `timeout_ms`. */
export const defaultTimeoutMs = 120_000;
const maxTimeoutMs = 600_000;

/** A text that a program can be given: without the NUL that none can hold. */
export const argumentText: z.ZodString = z
  .string()
  .refine((text) => !text.includes('\0'), 'Expected a text without NUL characters, which no argument of a program has');

/** The schemas of {@link CommandArgs}, for those of the tools. */
export const commandArgsShape: { readonly [Name in keyof CommandArgs]-?: z.ZodType<CommandArgs[Name]> } = {
  timeout_ms: z
    .int()
    .min(1)
    .max(maxTimeoutMs)
    .optional()
    .describe(`How long it may take, in milliseconds. Default ${defaultTimeoutMs}, at most ${maxTimeoutMs}.`),
  cwd: argumentText
    .min(1)
    .optional()
    .describe('Directory to run in, inside the workspace. Default: the working directory.'),
  description: z.string().optional().describe('In five to ten words, what the command is for.'),
};
