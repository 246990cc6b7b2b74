import { compareSeverity } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import type { FailOn } from './settings.ts';

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
  /** The provider failed before its model had reviewed anything, or could not be used; or the report could not be written. */
  provider: 4,
  /** Interrupted from the keyboard; the report holds what there was by then. */
  interrupted: 130,
} as const;

/** The exit code for a review. The format of the report has no part in it. */
export function exitCodeOf(result: ReviewResult, failOn: FailOn): number {
  if (result.wasInterrupted) return EXIT_CODES.interrupted;
  const fails = result.findings.some(({ severity }) => failOn !== 'none' && compareSeverity(severity, failOn) <= 0);
  if (fails) return EXIT_CODES.findings;
  if (result.providerFailure !== undefined && hasNothingOfModel(result)) return EXIT_CODES.provider;
  return result.coverage.isComplete ? EXIT_CODES.clean : EXIT_CODES.incomplete;
}

/** Whether all that there is comes from the rules, although a language model was asked for. */
function hasNothingOfModel({ coverage, findings }: ReviewResult): boolean {
  return (
    coverage.reviewed.length === coverage.notByModel.length && findings.every(({ origin }) => !origin.includes('llm'))
  );
}
