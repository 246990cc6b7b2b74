import { z } from 'zod';
import { toInertJson } from './inert-json.ts';
import type { LineRange } from './pipeline/split-by-symbol.ts';

/** What one session is to review: the part of the prompt that a program can read too. Paths start from the root. */
export interface Assignment {
  /** Directory that the files were found in; absent where they were named one by one. */
  readonly directory?: string | undefined;
  /** Files to review. Empty: all that `directory` holds. */
  readonly files: readonly string[];
  /** Of the only file: the lines that are to be reviewed. Absent: all. */
  readonly lines?: LineRange | undefined;
}

const AssignmentSchema: z.ZodType<Assignment> = z.strictObject({
  directory: z.string().min(1).optional(),
  files: z.array(z.string().min(1)),
  lines: z.strictObject({ first: z.int().positive(), last: z.int().positive() }).optional(),
});

/** The assignment as a block of the prompt. No file name can end the block or look like a part of the prompt. */
export function writeAssignment(assignment: Assignment): string {
  return `<assignment>\n${toInertJson(assignment)}\n</assignment>`;
}

/** The assignment that a prompt holds; `undefined` where there is none. */
export function readAssignment(prompt: string): Assignment | undefined {
  const json = /<assignment>\n(.*)\n<\/assignment>/.exec(prompt)?.[1];
  if (json === undefined) return undefined;
  return AssignmentSchema.safeParse(toValue(json)).data;
}

function toValue(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A SyntaxError: the prompt was not written by writeAssignment, so it holds no assignment.
    return undefined;
  }
}
