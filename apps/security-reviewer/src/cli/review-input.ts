import { OptionError } from '@harness-sdk/core';
import type { ReviewOptions } from '../review.ts';
import type { CliContext } from './cli-context.ts';
import type { GivenSettings } from './settings.ts';

/** What is reviewed, as `review()` takes it. */
export type ReviewInput = Pick<ReviewOptions, 'paths' | 'stdin'>;

/** Stands for stdin among the paths. */
const dash = '-';

/**
 * The paths that are reviewed, for what has to be known before stdin is read; the one that stdin goes by among them.
 *
 * @throws OptionError for stdin without a path, and for a path without stdin.
 */
export function reviewedPaths(operands: readonly string[], flags: GivenSettings): readonly string[] {
  const stdinPath = flags['stdin-path'];
  const hasStdin = operands.includes(dash);
  if (hasStdin && stdinPath === undefined) {
    throw new OptionError(
      'stdin-path',
      'What comes on stdin needs a path, which says its language: - --stdin-path app.py',
    );
  }
  if (!hasStdin && stdinPath !== undefined) {
    throw new OptionError('stdin-path', 'The option --stdin-path goes with - among the paths.');
  }
  if (operands.length === 0) return ['.'];
  return operands.map((operand) => (operand === dash ? (stdinPath ?? operand) : operand));
}

/** Reads stdin where it is asked for. */
export async function readReviewInput(
  operands: readonly string[],
  flags: GivenSettings,
  context: CliContext,
): Promise<ReviewInput> {
  const path = flags['stdin-path'];
  if (path === undefined) return { paths: reviewedPaths(operands, flags) };
  const bytes = (await context.readInput?.()) ?? new Uint8Array();
  return { paths: operands.filter((operand) => operand !== dash), stdin: { path, bytes } };
}
