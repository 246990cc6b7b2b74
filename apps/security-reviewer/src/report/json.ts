import type { ReviewResult } from '../review-result.ts';

/** Version of the JSON report. It rises when a field goes or changes its meaning; new fields may come. */
const schemaVersion = 1;

/** What a terminal obeys or a reader cannot see, beyond what JSON escapes by itself. */
const unseen = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

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
  const json = JSON.stringify(report, undefined, 2);
  return `${json.replace(unseen, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
