import { z } from 'zod';

/** Fits, in the widest characters, into the least that a system takes as arguments: 32,767 UTF-16 units on Windows. */
const maxCharacters = 8000;

/** A pattern or glob: not empty, not too long for an argument of a program, and without the NUL that none can hold. */
export const textArgument: z.ZodType<string> = z
  .string()
  .min(1)
  .max(maxCharacters, `Expected at most ${maxCharacters} characters; search for a part of it, or several times`)
  .refine(
    (text) => !text.includes('\0'),
    'Expected a text without NUL characters; a regular expression finds them by \\x00',
  );
