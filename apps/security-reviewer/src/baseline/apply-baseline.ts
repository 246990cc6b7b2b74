import type { Finding } from '../finding.ts';
import type { ReviewResult, ReviewStage } from '../review-result.ts';
import type { Baseline } from './baseline.ts';

/** Findings, divided by whether a baseline knows them. */
export interface BaselinedFindings {
  /** The new ones. */
  readonly findings: readonly Finding[];
  /** The known ones. */
  readonly suppressed: readonly Finding[];
  /** Fingerprints of what the baseline knows and this review did not find. */
  readonly gone: readonly string[];
}

/** Takes out the findings that a baseline knows, by their fingerprints alone. */
export function divideByBaseline(findings: readonly Finding[], baseline: Baseline): BaselinedFindings {
  const known = new Set(baseline.findings.map(({ fingerprint }) => fingerprint));
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    findings: findings.filter(({ fingerprint }) => !known.has(fingerprint)),
    suppressed: findings
      .filter(({ fingerprint }) => known.has(fingerprint))
      .map((finding) => ({ ...finding, suppressed: { by: 'baseline', reason: 'It was known.' } })),
    gone: [...known].filter((fingerprint) => !found.has(fingerprint)),
  };
}

/** How {@link applyBaseline} treats known findings. */
export interface BaselineOptions {
  /** Whether known findings are left out of the report and only counted; default `false`: they are listed as suppressed. */
  readonly newOnly?: boolean;
}

/**
 * A result in which only new findings count. The stage says how many were known and how many of those are gone; what
 * comments had suppressed is not gone.
 */
export function applyBaseline(
  result: ReviewResult,
  baseline: Baseline,
  { newOnly = false }: BaselineOptions = {},
): ReviewResult {
  const { findings, suppressed, gone } = divideByBaseline(result.findings, baseline);
  const otherwise = new Set(result.suppressed.map(({ fingerprint }) => fingerprint));
  const fixed = gone.filter((fingerprint) => !otherwise.has(fingerprint)).length;
  const note = `${suppressed.length} known, ${findings.length} new, ${fixed} of the baseline not found again`;
  const stage: ReviewStage = { name: 'baseline', ran: true, note };
  return {
    ...result,
    findings,
    suppressed: newOnly ? result.suppressed : [...result.suppressed, ...suppressed],
    stages: [...result.stages.filter(({ name }) => name !== 'baseline'), stage],
  };
}
