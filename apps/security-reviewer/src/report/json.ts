import type { ReviewResult } from '../review-result.ts';
import { escapeUnseen } from './escape-unseen.ts';

/** Version of the JSON report. It rises when a field goes or changes its meaning; new fields may come. */
const schemaVersion = 1;

/**
 * The report as JSON, ending with a newline. It holds no time, no duration and no random id: the same findings give the
 * same bytes. Invisible characters are escaped, which changes nothing for who parses it.
 *
 * @param version - Version of the program.
 */
export function toJson(result: ReviewResult, version: string): string {
  const { reviewer, target, coverage, stages, notices, tokens, costUsd, wasInterrupted, providerFailure } = result;
  const report = {
    schemaVersion,
    tool: { name: 'security-reviewer', version },
    reviewer,
    target,
    coverage,
    stages,
    wasInterrupted,
    providerFailure: providerFailure ?? null,
    usage: { tokens, costUsd: costUsd ?? null },
    notices,
    findings: result.findings,
    suppressed: result.suppressed,
    rejected: result.rejected,
  };
  return `${escapeUnseen(JSON.stringify(report, undefined, 2))}\n`;
}
