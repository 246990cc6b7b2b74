import { realpathSync } from 'node:fs';
import { OptionError, totalTokens, type DurableEngine, type Model, type PriceBook } from '@harness-sdk/core';
import { collectFiles, type CollectedFiles, type LeftOutFile, type SourceFile } from './collect-files.ts';
import { changeToReview, type ChangeToReview } from './diff/change-to-review.ts';
import type { DiffRequest } from './diff/read-diff.ts';
import type { Finding } from './finding.ts';
import { nameWithEnding } from './language-of.ts';
import { estimate, type Estimate } from './pipeline/estimate.ts';
import { mergeFindings } from './pipeline/merge-findings.ts';
import { reviewByModel, type ModelPass } from './pipeline/model-pass.ts';
import { planModelPass, type ModelPlan } from './pipeline/plan-model-pass.ts';
import { Purse } from './pipeline/purse.ts';
import { ResultCache } from './pipeline/result-cache.ts';
import { reviewByRules, type RulesPass } from './pipeline/rules-pass.ts';
import { Sessions } from './pipeline/sessions.ts';
import { severityOf } from './pipeline/severity.ts';
import { StoredFiles } from './pipeline/stored-files.ts';
import { UnitCache } from './pipeline/unit-cache.ts';
import { VERIFIER_PROMPT } from './verify/verification-prompt.ts';
import type { ReportedFinding } from './reported-findings.ts';
import { reviewableByModel, reviewableByRules, type ReasonToSkip } from './reviewable-files.ts';
import type { Coverage, Reviewer, ReviewResult, ReviewStage, ReviewTarget } from './review-result.ts';
import { createRulesModel } from './rules-model.ts';
import type { RulesEngine } from './rules/engine.ts';
import { SecretMasks } from './secret-masks.ts';
import { suppressFindings, type SuppressPass } from './suppress/suppress-findings.ts';
import { toFindings } from './to-findings.ts';
import { verifyByCode, verifyFindings, type VerifiedFindings, type VerifyMode } from './verify/verify-findings.ts';

/** What {@link review} takes. */
export interface ReviewOptions {
  /** Files, directories, and paths with `*`, `?` or `[…]`; relative ones start from `cwd`. */
  readonly paths: readonly string[];
  /** The built-in rules, which look in any case. */
  readonly rules: RulesEngine;
  /** A language model that looks besides. Default none. */
  readonly model?: Model | undefined;
  /** Default: the process's. */
  readonly cwd?: string;
  /** Source that is in no file, and the name it goes by. */
  readonly stdin?: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  /** Only a change is reviewed: its files, and of the findings those that it touches. Default: all files. */
  readonly diff?: DiffRequest | undefined;
  /** `lines`, the default, keeps findings on or fed by changed lines; `file` all findings of changed files. */
  readonly diffContext?: 'lines' | 'file' | undefined;
  /** Patterns as in `.gitignore`; only these files are reviewed. Default all. */
  readonly include?: readonly string[] | undefined;
  /** Patterns as in `.gitignore`; these files are not. Default none. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether `.gitignore` files are honoured below named directories. Default true. */
  readonly gitignore?: boolean | undefined;
  /** Larger files are skipped. Default 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** How findings are looked at again. Default `model` with a language model, `code` without. */
  readonly verify?: VerifyMode | undefined;
  /** Whether comments in the reviewed files can suppress findings. Default true. */
  readonly suppress?: boolean | undefined;
  readonly prices?: PriceBook;
  /** Ceiling for the whole review, in US dollars. Needs a price for the model, unless that is local. Default none. */
  readonly maxCostUsd?: number | undefined;
  /** Ceiling for the whole review, in tokens. Default none. */
  readonly maxTokens?: number | undefined;
  /** Milliseconds after which the review ends with what there is. Default none. */
  readonly maxTimeMs?: number | undefined;
  /** Sessions of the language model at a time. Default 4. */
  readonly concurrency?: number | undefined;
  /** Directory that keeps what the language model answered, so that the same is not paid for twice. Default none. */
  readonly cache?: string | undefined;
  /** Stops the review; what there is by then is the result. */
  readonly signal?: AbortSignal;
  /** What the runs go through. Default: this process, on its clock. */
  readonly durable?: DurableEngine;
  /** Milliseconds since the epoch, for `maxTimeMs`. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
  /** Called once, before anything is reviewed or spent. Must not throw. */
  onStart?(start: ReviewStart): void;
  /** Called after each step. Must not throw. */
  onProgress?(progress: ReviewProgress): void;
}

/** What a review is about to look at. */
export interface ReviewStart {
  readonly target: ReviewTarget;
  readonly files: number;
}

/** How far a review is. */
export interface ReviewProgress {
  readonly stage: 'rules' | 'model' | 'verify';
  /** Files that this stage is done with; findings, where it verifies. */
  readonly done: number;
  readonly total: number;
  /** Those of the last step. */
  readonly files: readonly string[];
  /** So far; what the rules and the language model both found may still count twice. */
  readonly findings: number;
  /** US dollars so far; `undefined` where it is not known. */
  readonly costUsd: number | undefined;
}

const defaultConcurrency = 4;

/**
 * Reviews files: collects them, has the rules and, where there is one, a language model look at them, checks and merges
 * what they found, and says what was really read. Writes nothing, runs nothing of what it reviews.
 *
 * @throws OptionError for a path that does not exist, and for options that core refuses.
 */
export async function review(options: ReviewOptions): Promise<ReviewResult> {
  await using stored = new StoredFiles();
  const { collected, change } = await collectToReview(options, stored);
  return await new Review(options, collected, change).run();
}

/** What a review would look at, and what it may cost. */
export interface ReviewPreview {
  readonly reviewer: Reviewer;
  readonly target: ReviewTarget;
  readonly files: readonly string[];
  readonly skipped: readonly LeftOutFile[];
  readonly failed: readonly LeftOutFile[];
  /** Absent without a language model: the rules cost nothing. */
  readonly estimate?: Estimate;
}

/**
 * Collects what {@link review} would, and estimates the cost. No model is called and nothing is kept.
 *
 * @throws OptionError as `review` does.
 */
export async function previewReview(options: ReviewOptions): Promise<ReviewPreview> {
  const { model, prices, now = Date.now } = options;
  await using stored = new StoredFiles();
  const { collected, change } = await collectToReview(options, stored);
  const preview: ReviewPreview = {
    reviewer: reviewerOf(model),
    target: targetOf(options, change),
    files: collected.files.map(({ name }) => name),
    skipped: collected.skipped,
    failed: collected.failed,
  };
  if (model === undefined) return preview;
  const plan = await planModelPass(filesForModel(collected));
  return { ...preview, estimate: estimate(plan, { model, prices, at: now() }) };
}

async function collectToReview(
  options: ReviewOptions,
  stored: StoredFiles,
): Promise<{ readonly collected: CollectedFiles; readonly change: ChangeToReview | undefined }> {
  const { cwd = process.cwd(), paths, stdin, diff } = options;
  if (paths.length === 0 && stdin === undefined) {
    throw new OptionError('paths', 'Expected `paths` of review to name at least one path.');
  }
  if (stdin !== undefined) await stored.add(stdin.path, stdin.bytes);
  const change = diff === undefined ? undefined : await changeToReview(diff, { cwd: realpathSync(cwd), paths, stored });
  const byRules = reviewableByRules(options.rules);
  const reasonToSkip: ReasonToSkip = (path, isNamed) => {
    const reason = byRules(path, isNamed);
    return reason === undefined || options.model === undefined ? reason : reviewableByModel(path, isNamed);
  };
  const collected = await collectFiles({
    ...options,
    paths: change === undefined ? paths : [],
    cwd,
    stored: change?.files ?? stored.files,
    reasonToSkip,
  });
  return { collected: change === undefined ? collected : withChange(collected, change), change };
}

function targetOf({ paths, stdin }: ReviewOptions, change: ChangeToReview | undefined): ReviewTarget {
  return {
    paths: stdin === undefined ? paths : [...paths, stdin.path],
    ...(change === undefined ? {} : { diff: change.target }),
  };
}

function reviewerOf(model: Model | undefined): Reviewer {
  return model === undefined
    ? { provider: 'rules', model: 'builtin', isLanguageModel: false }
    : { provider: model.provider, model: model.id, isLanguageModel: true };
}

/** Source, and what was named. Settings found in a directory are for the rules. */
function filesForModel({ files }: CollectedFiles): SourceFile[] {
  return files.filter(
    ({ path, isNamed, interpreter }) => reviewableByModel(nameWithEnding(path, interpreter), isNamed) === undefined,
  );
}

/** One review, from its files on. */
class Review {
  readonly #options: ReviewOptions;
  readonly #collected: CollectedFiles;
  readonly #change: ChangeToReview | undefined;
  readonly #purse: Purse;
  readonly #files: ReadonlyMap<string, SourceFile>;
  /** Those that a language model is for: source, and what was named. Settings found in a directory are for the rules. */
  readonly #modelFiles: readonly SourceFile[];
  #findings = 0;
  #cache: ResultCache | undefined;
  /** Findings in changed files, on lines that the change does not touch. */
  #untouched = 0;

  constructor(options: ReviewOptions, collected: CollectedFiles, change: ChangeToReview | undefined) {
    const { maxCostUsd, maxTokens, maxTimeMs, now = Date.now } = options;
    this.#options = options;
    this.#change = change;
    this.#collected = collected;
    const deadline = maxTimeMs === undefined ? undefined : now() + maxTimeMs;
    this.#purse = new Purse({ maxCostUsd, maxTokens, deadline }, now);
    this.#modelFiles = filesForModel(collected);
    this.#files = new Map(collected.files.map((file) => [file.name, file]));
  }

  async run(): Promise<ReviewResult> {
    const { model, signal } = this.#options;
    const target = targetOf(this.#options, this.#change);
    this.#options.onStart?.({ target, files: this.#collected.files.length });
    const byRules = await this.#reviewByRules();
    const sessions = model === undefined ? undefined : this.#sessionsOf(model);
    const plan = sessions === undefined ? undefined : await planModelPass(this.#modelFiles);
    const { cache: directory } = this.#options;
    this.#cache = sessions === undefined || directory === undefined ? undefined : await ResultCache.open(directory);
    const byModel =
      sessions === undefined || plan === undefined ? undefined : await this.#reviewByModel(sessions, plan);
    const reported = byModel === undefined ? [] : bySeverityTable(byModel.findings, plan);
    const merged = this.#inChange(mergeFindings(byRules.findings, reported));
    const verified = await this.#verify(merged, sessions, plan);
    const coverage = this.#coverage(byRules, byModel);
    // What was turned down may still be a secret, and may speak of one that was not.
    const masks = new SecretMasks([...verified.findings, ...verified.rejected]);
    const counted = toFindings(verified.findings, masks);
    const { findings, suppressed, notices, stage } = await this.#suppress(counted, coverage);
    return {
      reviewer: reviewerOf(model),
      target,
      coverage,
      stages: [...this.#stages(byRules, byModel, verified), stage],
      findings,
      suppressed,
      rejected: toFindings(verified.rejected, masks),
      notices: [...this.#notices(byRules, byModel), ...notices].map((notice) => ({
        ...notice,
        message: masks.inText(notice.message),
      })),
      tokens: totalTokens(this.#purse.usage),
      costUsd: this.#purse.costUsd,
      wasInterrupted: signal?.aborted === true,
      providerFailure: sessions?.providerFailure,
    };
  }

  /** What the change touches; what it does not is counted. */
  #inChange(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
    const change = this.#change;
    if (change === undefined || this.#options.diffContext === 'file') return findings;
    const touched = findings.filter((finding) => change.touches(finding));
    this.#untouched = findings.length - touched.length;
    return touched;
  }

  #sessionsOf(model: Model): Sessions {
    const { concurrency = defaultConcurrency, prices, signal, durable } = this.#options;
    return new Sessions({ model, purse: this.#purse, concurrency, prices, signal, durable });
  }

  async #reviewByRules(): Promise<RulesPass> {
    const { rules, signal, durable } = this.#options;
    const reasonToSkip = reviewableByRules(rules);
    const files = this.#collected.files.filter(
      ({ path, isNamed, interpreter }) => reasonToSkip(nameWithEnding(path, interpreter), isNamed) === undefined,
    );
    let done = 0;
    return await reviewByRules(files, {
      model: createRulesModel(rules),
      signal,
      durable,
      reasonToStop: () => this.#reasonToStop(),
      onProgress: (of, findings) => {
        done += of.length;
        this.#findings = findings;
        this.#tell('rules', done, files.length, of);
      },
    });
  }

  #reasonToStop(): string | undefined {
    if (this.#options.signal?.aborted === true) return 'the review was interrupted before its turn';
    // The rules cost nothing; only time ends them.
    return this.#purse.isLate ? 'the time limit was reached before its turn' : undefined;
  }

  async #reviewByModel(sessions: Sessions, { units, contextOf, hashesOf }: ModelPlan): Promise<ModelPass> {
    const { model } = this.#options;
    const cache = this.#cache;
    const [total, byRules] = [this.#modelFiles.length, this.#findings];
    let done = 0;
    return await reviewByModel(units, {
      sessions,
      contextOf,
      cache: cache === undefined || model === undefined ? undefined : new UnitCache({ cache, model, hashesOf }),
      onProgress: (of, findings) => {
        done += of.length;
        this.#findings = byRules + findings;
        this.#tell('model', done, total, of);
      },
    });
  }

  async #verify(
    findings: readonly ReportedFinding[],
    sessions: Sessions | undefined,
    plan: ModelPlan | undefined,
  ): Promise<VerifiedFindings> {
    const { model } = this.#options;
    const mode = this.#options.verify ?? (sessions === undefined ? 'code' : 'model');
    if (mode === 'off') return { findings, rejected: [], note: 'Only the quotes were compared with the files.' };
    const checked = verifyByCode(findings);
    if (sessions === undefined || mode === 'code') return checked;
    const looked = await verifyFindings(checked.findings, {
      sessions,
      fileNamed: (name) => this.#files.get(name),
      cache: this.#cache,
      keyOf: (finding, file) => [
        VERIFIER_PROMPT,
        model?.provider,
        model?.id,
        finding.kind,
        finding.cwe,
        finding.location,
        finding.explanation,
        ...(plan?.hashesOf(file) ?? []),
      ],
      onProgress: (done, total, { location }) => {
        const file = this.#files.get(location.file);
        this.#tell('verify', done, total, file === undefined ? [] : [file]);
      },
    });
    return {
      ...looked,
      rejected: [...checked.rejected, ...looked.rejected],
      note: `${checked.note} ${looked.note}`,
    };
  }

  async #suppress(findings: readonly Finding[], { reviewed }: Coverage): Promise<SuppressPass> {
    if (this.#options.suppress === false) {
      return { findings, suppressed: [], notices: [], stage: { name: 'suppress', ran: false } };
    }
    const files = reviewed.flatMap((name) => this.#files.get(name) ?? []);
    // Of a change only some findings are there, so that a directive for another says nothing.
    const tellsUnused = this.#change === undefined;
    return await suppressFindings(findings, { files, rules: this.#options.rules, tellsUnused });
  }

  #coverage(byRules: RulesPass, byModel: ModelPass | undefined): Coverage {
    const { files, skipped } = this.#collected;
    const forModel = new Set(byModel === undefined ? [] : this.#modelFiles);
    const rulesGaps = new Map(byRules.failed.map(({ file, reason }) => [file, reason]));
    const modelGaps = new Map(byModel?.notReviewed.map(({ file, reason }) => [file, reason]));
    const reviewed: string[] = [];
    const failed = [...this.#collected.failed];
    const notByModel: LeftOutFile[] = [];
    for (const file of files) {
      const { name } = file;
      const gap = forModel.has(file) ? modelGaps.get(name) : rulesGaps.get(name);
      const isKnown = byRules.reviewed.has(name);
      if (gap === undefined || isKnown) reviewed.push(name);
      else failed.push({ file: name, reason: gap });
      if (forModel.has(file) && gap !== undefined && isKnown) notByModel.push({ file: name, reason: gap });
    }
    failed.sort((left, right) => (left.file < right.file ? -1 : 1));
    const isComplete = failed.length === 0 && notByModel.length === 0 && reviewed.length > 0;
    return { reviewed, skipped, failed, notByModel, isComplete };
  }

  #stages({ reviewed }: RulesPass, byModel: ModelPass | undefined, { note }: VerifiedFindings): ReviewStage[] {
    const verify = this.#options.verify !== 'off';
    return [
      { name: 'collect', ran: true, ...(this.#untouched === 0 ? {} : { note: untouchedNote(this.#untouched) }) },
      {
        name: 'rules',
        ran: reviewed.size > 0,
        ...(reviewed.size > 0 ? {} : { note: 'They know none of these files.' }),
      },
      {
        name: 'model',
        ran: byModel !== undefined,
        ...(byModel?.note === undefined ? {} : { note: byModel.note }),
      },
      { name: 'verify', ran: verify, note },
    ];
  }

  #notices({ failed }: RulesPass, byModel: ModelPass | undefined): ReviewResult['notices'] {
    return [
      ...this.#collected.notices.map((message) => ({ level: 'warning' as const, message })),
      // Without a model these files have failed, and the coverage says so.
      ...(byModel === undefined
        ? []
        : failed.map(({ file, reason }) => ({
            level: 'warning' as const,
            file,
            message: `Not reviewed by the rules: ${reason}.`,
          }))),
      ...(byModel?.notices ?? []),
    ];
  }

  #tell(stage: ReviewProgress['stage'], done: number, total: number, of: readonly SourceFile[]): void {
    const files = of.map(({ name }) => name);
    const costUsd = this.#purse.costUsd;
    this.#options.onProgress?.({ stage, done, total, files, findings: this.#findings, costUsd });
  }
}

function untouchedNote(count: number): string {
  return `${count} ${count === 1 ? 'finding' : 'findings'} in the changed files stand on lines that the change does not touch, and are left out.`;
}

function withChange(collected: CollectedFiles, { skipped, notices }: ChangeToReview): CollectedFiles {
  return {
    ...collected,
    skipped: [...collected.skipped, ...skipped].toSorted((left, right) => (left.file < right.file ? -1 : 1)),
    notices: [...collected.notices, ...notices],
  };
}

function bySeverityTable(findings: readonly ReportedFinding[], plan: ModelPlan | undefined): ReportedFinding[] {
  return findings.map((finding) => ({
    ...finding,
    severity: severityOf({
      kind: finding.kind,
      exposure: plan?.factsOf(finding.location.file)?.exposure ?? 'library',
      confidence: finding.confidence,
      proposed: finding.severity,
    }),
  }));
}
