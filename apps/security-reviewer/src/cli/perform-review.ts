import { join, resolve } from 'node:path';
import type { Model, PriceBook } from '@harness-sdk/core';
import { createPriceBook } from '@harness-sdk/pricing';
import { toVisibleName } from '../report/inert-text.ts';
import { previewReview, review, type ReviewOptions, type ReviewPreview, type ReviewStart } from '../review.ts';
import type { ReviewResult } from '../review-result.ts';
import { createRulesEngine } from '../rules/engine.ts';
import { chooseProvider, type ChosenProvider } from './choose-provider.ts';
import type { CliContext } from './cli-context.ts';
import { DEFAULTS } from './defaults.ts';
import { loadModel } from './load-model.ts';
import type { ProgressView } from './progress.ts';
import { readReviewInput, type ReviewInput } from './review-input.ts';
import type { GivenSettings } from './settings.ts';
import { toDiffRequest } from './to-diff-request.ts';

/** What a review is made with. */
export interface ReviewRequest {
  readonly operands: readonly string[];
  readonly settings: GivenSettings;
  readonly context: CliContext;
  readonly progress: ProgressView;
}

/** Reviews as the settings say: everything that is found, before any of it is left out. */
export async function performReview({ operands, settings, context, progress }: ReviewRequest): Promise<ReviewResult> {
  const input = await readReviewInput(operands, settings, context);
  return await review({ ...(await reviewOptions(settings, context, progress)), ...input });
}

/** Collects what a review would look at as the settings say, and estimates it, under the ceiling that it would have. */
export async function performPreview({ operands, settings, context, progress }: ReviewRequest): Promise<{
  readonly preview: ReviewPreview;
  readonly maxCostUsd: number | undefined;
}> {
  const input = await readReviewInput(operands, settings, context);
  const options = await reviewOptions(settings, context, progress);
  return { preview: await previewReview({ ...options, ...input }), maxCostUsd: options.maxCostUsd };
}

async function reviewOptions(
  settings: GivenSettings,
  context: CliContext,
  progress: ProgressView,
): Promise<Omit<ReviewOptions, keyof ReviewInput>> {
  const chosen = chooseProvider(settings, context.environment ?? {});
  const model = await loadChosen(chosen, context);
  progress.tell(`Reviewed by: ${reviewerName(chosen)} (${chosen.why})`);
  const prices = createPriceBook();
  return {
    rules: await createRulesEngine(),
    model,
    prices,
    ...limits(settings, model, prices, progress),
    suppress: settings['no-suppress'] !== true,
    cache: cacheDirectory(settings, context),
    verify: settings.verify,
    concurrency: settings.concurrency,
    diff: await toDiffRequest(settings, context),
    diffContext: settings['diff-context'],
    include: settings.include,
    exclude: settings.exclude,
    gitignore: settings['no-gitignore'] !== true,
    maxFileBytes: settings['max-file-size'],
    cwd: context.cwd,
    signal: context.signal,
    ...(context.durable === undefined ? {} : { durable: context.durable }),
    onStart: (start) => progress.tell(startLine(start)),
    onProgress: (event) => progress.update(event),
  };
}

/** A directory below the one that is named, so that it is made for the user alone. */
function cacheDirectory({ cache }: GivenSettings, context: CliContext): string | undefined {
  if (cache === 'off') return undefined;
  const directory = cache === undefined ? context.cacheDirectory : resolve(context.cwd, cache);
  return directory === undefined ? undefined : join(directory, 'answers');
}

/** What is about to be looked at, before anything is spent on it. */
function startLine({ target: { diff }, files }: ReviewStart): string {
  const count = `${files} ${files === 1 ? 'file' : 'files'} to review`;
  if (diff === undefined) return count;
  const { base = 'nothing', head = 'what is staged', changedFiles } = diff;
  return `Change from ${base} to ${head}: ${changedFiles} ${changedFiles === 1 ? 'file' : 'files'} changed, ${count}`;
}

async function loadChosen({ provider, model }: ChosenProvider, context: CliContext): Promise<Model | undefined> {
  if (model === undefined) return undefined;
  return await (context.loadModel?.(provider, model) ?? loadModel(provider, model));
}

function reviewerName({ provider, model }: ChosenProvider): string {
  return model === undefined ? 'built-in rules, not a language model' : toVisibleName(`${provider}/${model}`);
}

/** Ceilings of a review. With the rules alone there are none but those that were asked for. */
function limits(
  settings: GivenSettings,
  model: Model | undefined,
  prices: PriceBook,
  progress: ProgressView,
): Pick<ReviewOptions, 'maxCostUsd' | 'maxTokens' | 'maxTimeMs'> {
  if (model === undefined) return { maxTimeMs: settings['max-time'] };
  return {
    maxCostUsd: maxCostUsd(settings, model, prices, progress),
    maxTokens: settings['max-tokens'],
    maxTimeMs: settings['max-time'] ?? DEFAULTS['max-time'],
  };
}

/** The ceiling that was asked for, which needs a price, or the default one where there is a price. */
function maxCostUsd(
  { 'max-cost': given }: GivenSettings,
  { provider, id, info }: Model,
  prices: PriceBook,
  progress: ProgressView,
): number | undefined {
  if (info.local === true) return undefined;
  if (given !== undefined) return given;
  if (prices.price({ input: 1, output: 1 }, { provider, id }, Date.now()) !== undefined) return DEFAULTS['max-cost'];
  progress.warn(`the price of ${toVisibleName(`${provider}/${id}`)} is not known, so there is no cost ceiling.`);
  return undefined;
}
