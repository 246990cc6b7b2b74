import { compareSeverity } from '../finding.ts';
import { lower } from '../pipeline/severity.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import type { Verdict } from './report-verdict.ts';

/** How sure a finding is at most that the second look does not confirm. */
const mostDoubted = 0.5;

/**
 * A finding after the second look, which can only lower it. What the rules found stays a finding whatever the model makes
 * of it, with the model's doubt in it: text in a reviewed file may have talked the model out of it.
 */
export function applyVerdict(finding: ReportedFinding, verdict: Verdict): ReportedFinding {
  const { reason: note } = verdict;
  const confidence = Math.min(finding.confidence, verdict.confidence ?? 1);
  switch (verdict.verdict) {
    case 'weakness':
      return {
        ...finding,
        confidence: verdict.confidence === undefined ? finding.confidence : confidence,
        severity: lowered(finding, verdict),
        verification: { status: 'confirmed', by: 'model', note },
      };
    case 'unsure':
      return {
        ...finding,
        confidence: Math.min(confidence, mostDoubted),
        verification: { status: 'unverified', by: 'model', note },
      };
    case 'no_weakness':
      return finding.origin.includes('rules')
        ? {
            ...finding,
            confidence: Math.min(finding.confidence, mostDoubted),
            verification: { status: 'unverified', by: 'model', note: `The model takes it for no weakness: ${note}` },
          }
        : { ...finding, verification: { status: 'rejected', by: 'model', note } };
  }
}

/** One step at most, and none for what the rules found. */
function lowered({ severity, origin }: ReportedFinding, { severity: wish }: Verdict): ReportedFinding['severity'] {
  if (wish === undefined || origin.includes('rules') || compareSeverity(wish, severity) <= 0) return severity;
  return lower(severity, 1);
}
