import { compareSeverity, type Finding } from './finding.ts';
import { HYGIENE_KINDS } from './hygiene-kinds.ts';
import type { ReviewResult } from './review-result.ts';
import type { Severity } from './rules/rule.ts';

/** Which findings are wanted. */
export interface FindingSelection {
  readonly minSeverity: Severity;
  /** From 0 to 1. */
  readonly minConfidence: number;
  /** True where classes that only harden are left out. */
  readonly isWithoutHygiene: boolean;
  /** Kinds, rules and CWE numbers; empty for all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Moves what is not wanted to the suppressed findings, each with the reason, so that the report still counts it. */
export function selectFindings(result: ReviewResult, selection: FindingSelection): ReviewResult {
  const findings: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of result.findings) {
    const reason = reasonAgainst(finding, selection);
    if (reason === undefined) findings.push(finding);
    else suppressed.push({ ...finding, suppressed: { by: 'config', reason } });
  }
  return { ...result, findings, suppressed: [...result.suppressed, ...suppressed] };
}

function reasonAgainst(finding: Finding, selection: FindingSelection): string | undefined {
  const { minSeverity, minConfidence, isWithoutHygiene, only, skip } = selection;
  const { severity, confidence, kind } = finding;
  const skipped = skip.find((word) => isOfClass(finding, word));
  if (skipped !== undefined) return `left out by --skip ${skipped}`;
  if (only.length > 0 && !only.some((word) => isOfClass(finding, word))) return 'not among the classes of --only';
  if (isWithoutHygiene && HYGIENE_KINDS.has(kind)) return 'left out by --profile pr';
  if (compareSeverity(severity, minSeverity) > 0) return `below --min-severity ${minSeverity}`;
  return confidence < minConfidence ? `its confidence of ${confidence} is below ${minConfidence}` : undefined;
}

function isOfClass({ kind, ruleId, cwe }: Finding, word: string): boolean {
  const wanted = word.toLowerCase();
  return kind === wanted || ruleId === wanted || cwe.some((number) => number.toLowerCase() === wanted);
}
