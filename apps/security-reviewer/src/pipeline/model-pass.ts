import type { LeftOutFile, SourceFile } from '../collect-files.ts';
import { ReportedFindings, type ReportedFinding } from '../reported-findings.ts';
import type { ReviewNotice } from '../review-result.ts';
import { reviewUnit, type UnitOutcome } from '../review-unit.ts';
import { unitOf, type ReviewUnit } from '../units.ts';
import type { Sessions } from './sessions.ts';
import type { UnitCache } from './unit-cache.ts';

/** What a language model made of the files. */
export interface ModelPass {
  readonly findings: readonly ReportedFinding[];
  /** Files that it has not seen whole, or not reviewed to its own end. */
  readonly notReviewed: readonly LeftOutFile[];
  readonly notices: readonly ReviewNotice[];
  readonly note: string | undefined;
}

/** What {@link reviewByModel} takes. */
export interface ModelPassOptions {
  readonly sessions: Sessions;
  /** What to tell the reviewer of the files around those of a unit. */
  readonly contextOf: (unit: ReviewUnit) => string;
  /** What earlier reviews found in the very same files. */
  readonly cache?: UnitCache | undefined;
  /** Called after each unit, with the files that no other unit has a part of any more. Must not throw. */
  onProgress(files: readonly SourceFile[], findings: number): void;
}

/** A unit, and whether its files have had a session before. */
interface Attempt {
  readonly unit: ReviewUnit;
  readonly isRetry: boolean;
  /** Place of its findings among those of the others. */
  readonly index: number;
}

/**
 * Has a language model review units, side by side. Where a session ends before its files are reviewed, each of them gets
 * one of its own, once: one file that a provider refuses does not take others with it.
 */
export async function reviewByModel(units: readonly ReviewUnit[], options: ModelPassOptions): Promise<ModelPass> {
  const { sessions } = options;
  const attempts: Attempt[] = [];
  const outcomes: { readonly index: number; readonly outcome: PassOutcome }[] = [];
  const open = new OpenFiles(units);
  for (const [index, unit] of units.entries()) {
    const { rest, findings } = await recall(unit, options.cache);
    if (rest.length > 0) attempts.push({ unit: { ...unit, files: rest }, isRetry: false, index });
    if (rest.length === unit.files.length) continue;
    outcomes.push({ index, outcome: { findings, refusedReports: 0, hadTooMany: false } });
    const known = unit.files.filter((file) => !rest.includes(file));
    options.onProgress(open.close(known), count(outcomes));
  }
  const fromCache = outcomes.length;
  const failures = new Map<string, string>();

  function finish({ unit, index }: Attempt, outcome: UnitOutcome, retried: ReadonlySet<SourceFile>): void {
    outcomes.push({ index, outcome });
    for (const { file, reason } of outcome.failed) {
      if (![...retried].some(({ name }) => name === file)) failures.set(file, reason);
    }
    const done = open.close(unit.files.filter((file) => !retried.has(file)));
    options.onProgress(done, count(outcomes));
  }

  await sessions.forEach(
    attempts,
    async (attempt, unitOptions, grant) => {
      const { unit, isRetry, index } = attempt;
      const outcome = await reviewUnit(unit, { ...unitOptions, context: options.contextOf(unit) });
      const { result } = outcome;
      for (const file of outcome.hadTooMany ? [] : unit.files.filter(({ name }) => outcome.reviewed.includes(name))) {
        await options.cache?.keep(file, unit.lines, outcome.findings);
      }
      const isGrantSpent = result.stopReason === 'budget' && result.limit !== 'maxTurns' && result.limit !== undefined;
      // The pool settles the grant after this; what others have left unused by then is for the retry.
      const mayContinue = isGrantSpent && grant.maxDurationMs !== 0 && sessions.purse.canGiveMoreThan(grant);
      const worthRetrying = isGrantSpent ? (mayContinue ? unit.files : []) : outcome.worthRetrying;
      const retried = new Set(isRetry ? [] : worthRetrying);
      for (const file of retried) attempts.push({ unit: unitOf(unit, file, unit.lines), isRetry: true, index });
      if (retried.size === 0) sessions.noteFailure(result);
      finish(attempt, outcome, retried);
      return result;
    },
    (attempt, reason) => {
      for (const { name } of attempt.unit.files) if (!failures.has(name)) failures.set(name, reason);
      open.close(attempt.unit.files);
    },
  );

  const inOrder = outcomes.toSorted((left, right) => left.index - right.index).map(({ outcome }) => outcome);
  // Parts of a file, and another try at it, may report the same.
  const findings = new ReportedFindings();
  for (const finding of inOrder.flatMap((outcome) => outcome.findings)) findings.add(finding);
  return {
    findings: findings.all,
    notReviewed: [...failures].map(([file, reason]) => ({ file, reason })),
    notices: noticesOf(inOrder),
    note:
      fromCache === 0
        ? undefined
        : `What earlier reviews found in ${fromCache} of ${units.length} units came from the cache.`,
  };
}

/** What the pass takes from a session, or from the cache. */
type PassOutcome = Pick<UnitOutcome, 'findings' | 'refusedReports' | 'hadTooMany'>;

function count(outcomes: readonly { readonly outcome: PassOutcome }[]): number {
  return outcomes.reduce((sum, { outcome }) => sum + outcome.findings.length, 0);
}

async function recall({ files, lines }: ReviewUnit, cache: UnitCache | undefined) {
  const rest: SourceFile[] = [];
  const findings: ReportedFinding[] = [];
  for (const file of files) {
    const known = await cache?.recall(file, lines);
    if (known === undefined) rest.push(file);
    else findings.push(...known);
  }
  return { rest, findings };
}

function noticesOf(outcomes: readonly PassOutcome[]): ReviewNotice[] {
  const refused = outcomes.reduce((sum, { refusedReports }) => sum + refusedReports, 0);
  const full = outcomes.filter(({ hadTooMany }) => hadTooMany);
  return [
    ...(refused === 0
      ? []
      : [
          warning(
            `${refused} reports of the language model were refused: they could not be read, quoted code that is not on the cited line, or were too many. It was told each time.`,
          ),
        ]),
    ...full.map(({ findings }) =>
      warning(
        `The language model reported ${findings.length} findings or more at once; no more were taken, and weaknesses may be missing.`,
        findings[0]?.location.file,
      ),
    ),
  ];
}

function warning(message: string, file?: string): ReviewNotice {
  return { level: 'warning', message, ...(file === undefined ? {} : { file }) };
}

/** Counts the sessions that still have a part of a file. */
class OpenFiles {
  readonly #sessions = new Map<SourceFile, number>();

  constructor(units: readonly ReviewUnit[]) {
    for (const { files } of units) {
      for (const file of files) this.#sessions.set(file, (this.#sessions.get(file) ?? 0) + 1);
    }
  }

  /** The files of which this was the last session. */
  close(files: readonly SourceFile[]): SourceFile[] {
    return files.filter((file) => {
      const left = (this.#sessions.get(file) ?? 1) - 1;
      this.#sessions.set(file, left);
      return left === 0;
    });
  }
}
