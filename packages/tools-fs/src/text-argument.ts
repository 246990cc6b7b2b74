import { z } from 'zod';

/** A pattern or glob: not empty, and without the NUL that no argument of a program can hold. */
export const textArgument: z.ZodType<string> = z
  .string()
  .min(1)
  .refine(
    (text) => !text.includes('\0'),
    'Expected a text without NUL characters; a regular expression finds them by \\x00',
  );
