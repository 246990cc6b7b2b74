import { compareSeverity } from '../finding.ts';
import type { SourceFile } from '../collect-files.ts';
import type { Sessions } from '../pipeline/sessions.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { isSecretFinding, maskLines, maskSecrets } from '../mask-secrets.ts';
import type { ResultCache } from '../pipeline/result-cache.ts';
import { KeptVerdictSchema } from './report-verdict.ts';
import { applyVerdict } from './apply-verdict.ts';
import { isOnlyComment } from './is-comment.ts';
import { verifyByModel } from './verify-by-model.ts';

/** How findings are looked at again: not at all, by code, or by code and then by the language model. */
export type VerifyMode = 'off' | 'code' | 'model';

/** Findings after verification. */
export interface VerifiedFindings {
  readonly findings: readonly ReportedFinding[];
  readonly rejected: readonly ReportedFinding[];
  /** What came of it, for the report. */
  readonly note: string;
}

/** Findings that a model looks at again, the worst first; the rest stays as code has checked it. */
const mostSecondLooks = 200;

/** What a language model reports of a comment is no weakness: nothing runs there. The rules look at code alone. */
export function verifyByCode(findings: readonly ReportedFinding[]): VerifiedFindings {
  const isRejected = (finding: ReportedFinding): boolean =>
    !finding.origin.includes('rules') &&
    !isSecretFinding(finding) &&
    isOnlyComment(finding.location.file, finding.evidence);
  const note = 'The cited lines are nothing but a comment.';
  return {
    findings: findings.filter((finding) => !isRejected(finding)),
    rejected: findings
      .filter(isRejected)
      .map((finding) => ({ ...finding, verification: { status: 'rejected', by: 'code', note } })),
    note: 'Each finding was compared with the lines it cites.',
  };
}

/** What {@link verifyFindings} takes for the second look. */
export interface SecondLookOptions {
  readonly sessions: Sessions;
  readonly fileNamed: (name: string) => SourceFile | undefined;
  /** Verdicts of earlier reviews, by the finding and the hashes of its file. */
  readonly cache?: ResultCache | undefined;
  readonly keyOf: (finding: ReportedFinding, file: SourceFile) => readonly unknown[];
  /** Called after each finding. Must not throw. */
  readonly onProgress: (done: number, total: number, finding: ReportedFinding) => void;
}

/** Has the language model look at each finding again, in a session of its own. It can only lower what it finds. */
export async function verifyFindings(
  given: readonly ReportedFinding[],
  { sessions, fileNamed, cache, keyOf, onProgress }: SecondLookOptions,
): Promise<VerifiedFindings> {
  const worst = given
    .toSorted((left, right) => compareSeverity(left.severity, right.severity))
    .slice(0, mostSecondLooks);
  const looked = new Map<ReportedFinding, ReportedFinding>();
  const missed = new Map<string, number>();
  const miss = (reason: string): void => void missed.set(reason, (missed.get(reason) ?? 0) + 1);
  const open: { readonly finding: ReportedFinding; readonly file: SourceFile }[] = [];
  for (const finding of worst) {
    const file = fileNamed(finding.location.file);
    const kept = file === undefined ? undefined : await cache?.get(keyOf(finding, file), KeptVerdictSchema);
    if (kept !== undefined) looked.set(finding, applyVerdict(finding, kept));
    else if (file !== undefined) open.push({ finding, file });
  }
  await sessions.forEach(
    open,
    async ({ finding, file }, options) => {
      const { verdict, reason = '', result } = await verifyByModel(finding, file, options);
      if (verdict === undefined) miss(reason);
      else {
        looked.set(finding, applyVerdict(finding, verdict));
        await cache?.put(keyOf(finding, file), { ...verdict, reason: maskSecrets(verdict.reason, secretsIn(finding)) });
      }
      sessions.noteFailure(result);
      onProgress(looked.size, worst.length, finding);
      return result;
    },
    (_task, reason) => miss(reason),
  );
  if (given.length > worst.length) missed.set('there were too many', given.length - worst.length);
  const all = given.map((finding) => looked.get(finding) ?? finding);
  return {
    findings: all.filter(({ verification }) => verification.status !== 'rejected'),
    rejected: all.filter(({ verification }) => verification.status === 'rejected'),
    note: noteOf(given.length, looked.size, missed),
  };
}

function secretsIn(finding: ReportedFinding): readonly string[] {
  return isSecretFinding(finding) ? maskLines(finding.evidence.split('\n')).secrets : [];
}

function noteOf(total: number, looked: number, missed: ReadonlyMap<string, number>): string {
  const done = `The model looked again at ${looked} of ${total} findings.`;
  const reasons = [...missed].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [done, ...reasons.map(([reason, count]) => `Not at ${count}: ${reason}.`)].join(' ');
}
