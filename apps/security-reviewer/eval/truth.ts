import { z } from 'zod';
import { cweNumbers } from './weakness-families.ts';

/** What is known of one line of a corpus. */
export interface TruthEntry {
  readonly file: string;
  /** From 1; 0 speaks for the rest of the file. */
  readonly line: number;
  /** Numbers of the CWEs it speaks of; empty for all of them. */
  readonly cwe: readonly number[];
  readonly kind: string;
  /** `true`: a weakness; `false`: none, though it may look like one; `null`: findings here do not count. */
  readonly isWeak: boolean | null;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Other lines of the same flow that may be cited instead. */
  readonly also: readonly number[];
  /** Other CWEs that fit as well. */
  readonly otherCwe: readonly number[];
}

const RowSchema = z.object({
  file: z.string().min(1),
  line: z.int().nonnegative(),
  cwe: z.string(),
  kind: z.string(),
  vulnerable: z.boolean().nullable(),
  span: z.tuple([z.int(), z.int()]).optional(),
  also: z.array(z.int()).optional(),
  alt: z.array(z.string()).optional(),
});

/**
 * Reads the truth about a corpus: one JSON object a line.
 *
 * @throws Error that names the line which is not as it should be.
 */
export function readTruth(text: string): TruthEntry[] {
  return text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    const parsed = RowSchema.safeParse(parseRow(row, index));
    if (!parsed.success) throw new Error(`Line ${index + 1} of the truth: ${z.prettifyError(parsed.error)}`);
    const { file, line, cwe, kind, vulnerable, span, also = [], alt = [] } = parsed.data;
    const [from, to] = span ?? [line, line];
    return [
      {
        file,
        line,
        cwe: cwe === '*' ? [] : cweNumbers(cwe),
        kind,
        isWeak: vulnerable,
        firstLine: Math.min(line, from),
        lastLine: Math.max(line, to),
        also,
        otherCwe: cweNumbers(alt),
      },
    ];
  });
}

function parseRow(row: string, index: number): unknown {
  try {
    return JSON.parse(row);
  } catch (error) {
    throw new Error(`Line ${index + 1} of the truth is not JSON.`, { cause: error });
  }
}
