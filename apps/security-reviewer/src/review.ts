import {
  addUsage,
  OptionError,
  totalTokens,
  type DurableEngine,
  type Model,
  type PriceBook,
  type Result,
  type Usage,
} from '@harness-sdk/core';
import { collectFiles, type LeftOutFile } from './collect-files.ts';
import { toFindings } from './to-findings.ts';
import type { ReasonToSkip } from './reviewable-files.ts';
import type { ReportedFinding } from './reported-findings.ts';
import type { ReviewResult, ReviewStage } from './review-result.ts';
import { reviewUnit, type UnitOutcome } from './review-unit.ts';
import { MODEL_UNIT, RULES_UNIT, toUnits, type ReviewUnit } from './units.ts';

/** What {@link review} takes. */
export interface ReviewOptions {
  /** Files, directories, and paths with `*`, `?` or `[…]`; relative ones start from `cwd`. */
  readonly paths: readonly string[];
  /** A language model, or the built-in rules as `createRulesModel()` makes one of them. */
  readonly model: Model;
  /** Which files it reviews. */
  readonly reasonToSkip: ReasonToSkip;
  /** Default: the process's. */
  readonly cwd?: string;
  /** Patterns as in `.gitignore`; only these files are reviewed. Default all. */
  readonly include?: readonly string[] | undefined;
  /** Patterns as in `.gitignore`; these files are not. Default none. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether `.gitignore` files are honoured below named directories. Default true. */
  readonly gitignore?: boolean | undefined;
  /** Larger files are skipped. Default 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  readonly prices?: PriceBook;
  /** Ceiling for the whole review, in US dollars. Needs a price for the model, unless that is local. Default none. */
  readonly maxCostUsd?: number;
  /** Stops the review; what there is by then is the result. */
  readonly signal?: AbortSignal;
  /** What the runs go through. Default: this process, on its clock. */
  readonly durable?: DurableEngine;
  /** Called after each unit. Must not throw. */
  onProgress?(progress: ReviewProgress): void;
}

/** How far a review is. */
export interface ReviewProgress {
  /** Units that are done, this one included. */
  readonly done: number;
  readonly total: number;
  readonly files: readonly string[];
  readonly findings: number;
  /** US dollars so far; `undefined` where it is not known. */
  readonly costUsd: number | undefined;
}

/**
 * Reviews files: collects them, gives each group a session of its own, and puts together what was found and what was
 * really read. Writes nothing, runs nothing of what it reviews.
 *
 * @throws OptionError for a path that does not exist, and for options that core refuses.
 */
export async function review(options: ReviewOptions): Promise<ReviewResult> {
  const { model, cwd = process.cwd(), paths } = options;
  if (paths.length === 0) throw new OptionError('paths', 'Expected `paths` of review to name at least one path.');
  const collected = await collectFiles({ ...options, paths, cwd });
  const units = toUnits(collected.files, isLanguageModel(model) ? MODEL_UNIT : RULES_UNIT);
  const totals = await reviewUnits(units, options);
  const failed = [...collected.failed, ...totals.failed].toSorted((left, right) => (left.file < right.file ? -1 : 1));
  return {
    reviewer: { provider: model.provider, model: model.id, isLanguageModel: isLanguageModel(model) },
    target: { paths },
    coverage: {
      reviewed: totals.reviewed.toSorted(),
      skipped: collected.skipped,
      failed,
      notByModel: [],
      isComplete: failed.length === 0 && totals.reviewed.length > 0,
    },
    stages: stagesOf(model),
    findings: toFindings(totals.findings),
    suppressed: [],
    rejected: [],
    notices: collected.notices.map((message) => ({ level: 'warning', message })),
    tokens: totalTokens(totals.usage),
    costUsd: totals.costUsd,
    wasInterrupted: options.signal?.aborted === true,
    providerFailure: totals.providerFailure,
  };
}

function stagesOf(model: Model): ReviewStage[] {
  const isModel = isLanguageModel(model);
  return [
    { name: 'collect', ran: true },
    { name: 'rules', ran: !isModel },
    { name: 'model', ran: isModel },
    { name: 'verify', ran: true, note: 'Each finding was compared with the lines it cites.' },
  ];
}

/** Every model is one that does not say that it is none. */
function isLanguageModel({ info }: Model): boolean {
  return info.isLanguageModel !== false;
}

/** What the units came to so far. */
interface Totals {
  readonly reviewed: readonly string[];
  readonly failed: readonly LeftOutFile[];
  readonly findings: readonly ReportedFinding[];
  readonly usage: Usage;
  readonly costUsd: number | undefined;
  readonly providerFailure: string | undefined;
}

/** One unit after the other, so that the cost ceiling holds for all of them together. */
async function reviewUnits(units: readonly ReviewUnit[], options: ReviewOptions): Promise<Totals> {
  let totals: Totals = { reviewed: [], failed: [], findings: [], usage: {}, costUsd: 0, providerFailure: undefined };
  for (const [index, unit] of units.entries()) {
    const reason = reasonToStop(totals, options);
    if (reason !== undefined) {
      totals = { ...totals, failed: [...totals.failed, ...unit.files.map(({ name }) => ({ file: name, reason }))] };
      continue;
    }
    const outcome = await reviewUnit(unit, { ...options, budget: budgetLeft(totals, options) });
    totals = sum(totals, outcome, isLanguageModel(options.model));
    options.onProgress?.({
      done: index + 1,
      total: units.length,
      files: unit.files.map(({ name }) => name),
      findings: totals.findings.length,
      costUsd: totals.costUsd,
    });
  }
  return totals;
}

function reasonToStop(totals: Totals, { signal, maxCostUsd }: ReviewOptions): string | undefined {
  if (signal?.aborted === true) return 'the review was interrupted before its turn';
  if (totals.providerFailure !== undefined) return 'not tried, because the provider had failed';
  // A ceiling is only accepted for models whose price is known, so that the cost is too.
  const isSpent = maxCostUsd !== undefined && (totals.costUsd ?? maxCostUsd) >= maxCostUsd;
  return isSpent ? 'the cost limit was reached before its turn' : undefined;
}

function budgetLeft({ costUsd }: Totals, { maxCostUsd }: ReviewOptions): { maxCost?: number } {
  return maxCostUsd === undefined ? {} : { maxCost: maxCostUsd - (costUsd ?? 0) };
}

function sum(totals: Totals, { reviewed, failed, findings, result }: UnitOutcome, canFailForAll: boolean): Totals {
  const isPriced = totals.costUsd !== undefined && result.totalCost !== undefined;
  return {
    reviewed: [...totals.reviewed, ...reviewed],
    failed: [...totals.failed, ...failed],
    findings: [...totals.findings, ...findings],
    usage: addUsage(totals.usage, result.usage),
    costUsd: isPriced ? (totals.costUsd ?? 0) + (result.totalCost ?? 0) : undefined,
    providerFailure: totals.providerFailure ?? (canFailForAll ? failureForAll(result) : undefined),
  };
}

/** Failures of one request only: the next unit may fare better. */
const failuresOfOne: ReadonlySet<string | undefined> = new Set([
  'content_filter',
  'context_overflow',
  'malformed_output',
]);

/** How a run failed, where the next one would fail the same way: a wrong key, no money, no connection. */
function failureForAll({ stopReason, error }: Result): string | undefined {
  if (stopReason !== 'error' || error === undefined) return undefined;
  return failuresOfOne.has(error.kind) ? undefined : error.message;
}
