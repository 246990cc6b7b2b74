import type { LeftOutFile } from './collect-files.ts';
import type { Finding } from './finding.ts';

/** What a review came to. The same input gives the same result, except for what a language model answers. */
export interface ReviewResult {
  readonly reviewer: Reviewer;
  readonly target: ReviewTarget;
  readonly coverage: Coverage;
  /** What the review consists of, in its order; each says whether it ran. */
  readonly stages: readonly ReviewStage[];
  /** Those that count, by file, line and severity. */
  readonly findings: readonly Finding[];
  /** Those that do not count, because a comment, the baseline or the configuration says so; `suppressed` is present. */
  readonly suppressed: readonly Finding[];
  /** Candidates that verification turned down; `verification.note` says why. */
  readonly rejected: readonly Finding[];
  /** What the user should know: directives that could not be read, findings that were capped, and the like. */
  readonly notices: readonly ReviewNotice[];
  readonly tokens: number;
  /** US dollars; `undefined` where a call has no known price, never a false 0. */
  readonly costUsd: number | undefined;
  readonly wasInterrupted: boolean;
  /** How the provider failed, where it did so that going on made no sense. */
  readonly providerFailure: string | undefined;
}

/** Who reviewed. */
export interface Reviewer {
  readonly provider: string;
  readonly model: string;
  readonly isLanguageModel: boolean;
}

/** What was asked to be reviewed. */
export interface ReviewTarget {
  /** As they were given. */
  readonly paths: readonly string[];
  /** Present where only a change was reviewed. */
  readonly diff?: DiffTarget | undefined;
}

/** The change that was reviewed. */
export interface DiffTarget {
  /** `range` is `BASE...HEAD`. */
  readonly kind: 'range' | 'staged' | 'commit';
  /** Commit that the change starts from; absent for a first commit. */
  readonly base?: string | undefined;
  /** Commit that it leads to; absent for what is staged. */
  readonly head?: string | undefined;
  readonly changedFiles: number;
}

/** Every file that was found is in one of the first three lists. */
export interface Coverage {
  /** Read to their end by a reviewer that came to its own end. Only of these "no findings" means anything. */
  readonly reviewed: readonly string[];
  readonly skipped: readonly LeftOutFile[];
  readonly failed: readonly LeftOutFile[];
  /** Reviewed by the rules alone although a language model was asked for, and why. */
  readonly notByModel: readonly LeftOutFile[];
  /** True where nothing failed, the model saw all it should, and something was reviewed. */
  readonly isComplete: boolean;
}

/** One part of a review. */
export interface ReviewStage {
  readonly name: 'collect' | 'rules' | 'model' | 'verify' | 'suppress' | 'baseline';
  readonly ran: boolean;
  /** Why it did not run, or what came of it. */
  readonly note?: string | undefined;
}

/** Something to know about the review itself. */
export interface ReviewNotice {
  readonly level: 'warning' | 'error';
  /** File and line that it is about, where it is about one. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly message: string;
}
