import { compareSeverity } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import type { FailOn } from './arguments.ts';

/** How the program can end. */
export const EXIT_CODES = {
  /** The review is complete, and nothing in it is at `--fail-on` or above. */
  clean: 0,
  /** Something is, whether the review is complete or not. */
  findings: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Files could not be reviewed, or there were none, and nothing that was found is at `--fail-on` or above. */
  incomplete: 3,
  /** The provider failed before anything was reviewed, or could not be used; or the report could not be written. */
  provider: 4,
  /** Interrupted from the keyboard; the report holds what there was by then. */
  interrupted: 130,
} as const;

/** The exit code for a review. The format of the report has no part in it. */
export function exitCodeOf(result: ReviewResult, failOn: FailOn): number {
  if (result.wasInterrupted) return EXIT_CODES.interrupted;
  const fails = result.findings.some(({ severity }) => failOn !== 'none' && compareSeverity(severity, failOn) <= 0);
  if (fails) return EXIT_CODES.findings;
  const hasNothing = result.coverage.reviewed.length === 0 && result.findings.length === 0;
  if (result.providerFailure !== undefined && hasNothing) return EXIT_CODES.provider;
  return result.coverage.isComplete ? EXIT_CODES.clean : EXIT_CODES.incomplete;
}
