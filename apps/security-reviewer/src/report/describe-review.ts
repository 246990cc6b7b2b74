import { SEVERITIES, type Finding } from '../finding.ts';
import type { Coverage, DiffTarget, ReviewResult } from '../review-result.ts';

/** The reviewer as people should know it. */
export function reviewerName({ reviewer }: Pick<ReviewResult, 'reviewer'>): string {
  if (!reviewer.isLanguageModel) return 'built-in rules (not a language model)';
  return `${reviewer.provider}/${reviewer.model}`;
}

/** What nobody should take the report for. */
export function limitsOf({ reviewer, findings, suppressed, rejected }: ReviewResult): string {
  if (!reviewer.isLanguageModel) {
    return 'The built-in rules look for known weaknesses. What they do not report may still be weak.';
  }
  const limits = 'A language model may overlook weaknesses, and may answer otherwise the next time.';
  const all = [...findings, ...suppressed, ...rejected];
  return all.length === 0 ? limits : `${limits} ${secondLookOf(all)}`;
}

/** What stands behind the findings besides the word of who found them. */
function secondLookOf(findings: readonly Finding[]): string {
  const compared = 'Each finding was compared with its line by code';
  const looked = findings.filter(({ verification }) => verification.by === 'model');
  if (looked.length === 0) return `${compared}; whether it is a weakness was not checked again.`;
  const countOf = (status: Finding['verification']['status']): number =>
    looked.filter(({ verification }) => verification.status === status).length;
  const outcome = `${countOf('confirmed')} confirmed, ${countOf('unverified')} in doubt, ${countOf('rejected')} rejected`;
  return `${compared}, and the model looked again at ${looked.length} of ${findings.length}: ${outcome}. It may be wrong there too.`;
}

/** How many files were reviewed and how many were not: `3 files reviewed, 1 skipped, 0 failed`. */
export function coverageOf({ reviewed, skipped, failed, notByModel }: Coverage): string {
  const byRules = notByModel.length === 0 ? '' : `, ${notByModel.length} by the rules alone`;
  return `${countFiles(reviewed.length)} reviewed${byRules}, ${skipped.length} skipped, ${failed.length} failed`;
}

/** Why a review is not complete, after "because"; `undefined` where it is. May hold what a provider said. */
export function whyIncomplete(result: ReviewResult): string | undefined {
  const { coverage, wasInterrupted, providerFailure } = result;
  if (coverage.isComplete) return undefined;
  if (wasInterrupted) return 'it was interrupted';
  if (providerFailure !== undefined) return `the provider failed: ${providerFailure}`;
  if (coverage.failed.length > 0) {
    return `${countFiles(coverage.failed.length)} could not be reviewed; the list is below`;
  }
  if (coverage.notByModel.length > 0) {
    return `${countFiles(coverage.notByModel.length)} ${be(coverage.notByModel.length)} reviewed by the rules alone; the list is below`;
  }
  return 'no file was reviewed';
}

/** How many findings there are, by severity. Says of reviewed files alone that nothing was found in them. */
export function summaryOf({ coverage, findings }: ReviewResult): string {
  const reviewed = coverage.reviewed.length;
  if (findings.length === 0) {
    return reviewed === 0
      ? 'Nothing was reviewed.'
      : `No findings in the ${countFiles(reviewed)} that ${be(reviewed)} reviewed.`;
  }
  const bySeverity = SEVERITIES.flatMap((severity) => {
    const ofSeverity = findings.filter((finding) => finding.severity === severity).length;
    return ofSeverity === 0 ? [] : [`${ofSeverity} ${severity}`];
  });
  return `${count(findings.length, 'finding')}: ${bySeverity.join(', ')}.`;
}

/** The change that was reviewed, in words. */
export function diffOf({ kind, base, head, changedFiles }: DiffTarget): string {
  const what =
    kind === 'staged'
      ? 'what is staged'
      : kind === 'commit'
        ? `the commit ${head ?? 'that is named'}`
        : `${base ?? 'the beginning'}...${head ?? 'the work tree'}`;
  return `${what}, ${countFiles(changedFiles)} changed`;
}

/** The lines of a finding: `13` or `13–14`. */
export function linesOf({ startLine, endLine }: Finding['location']): string {
  return endLine > startLine ? `${startLine}–${endLine}` : String(startLine);
}

/** Who found it and what came of looking again: `found by rules, confirmed by code`. */
export function verificationOf({ origin, verification }: Finding): string {
  const finders = origin.map((one) => (one === 'rules' ? 'rules' : 'a language model')).join(' and ');
  const { status, by } = verification;
  return `found by ${finders}, ${status === 'unverified' ? 'not verified' : `${status} by ${by === 'model' ? 'a model' : by}`}`;
}

/** `1 finding`, `2 findings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `1 file`, `2 files`. */
function countFiles(number: number): string {
  return count(number, 'file');
}

function be(number: number): string {
  return number === 1 ? 'was' : 'were';
}
