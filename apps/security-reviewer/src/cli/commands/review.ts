import type { Model, PriceBook } from '@harness-sdk/core';
import { createPriceBook } from '@harness-sdk/pricing';
import { toVisibleName } from '../../report/inert-text.ts';
import { review, type ReviewOptions } from '../../review.ts';
import { createRulesEngine } from '../../rules/engine.ts';
import { selectFindings } from '../../select-findings.ts';
import { chooseProvider, type ChosenProvider } from '../choose-provider.ts';
import type { CliContext } from '../cli-context.ts';
import { DEFAULTS } from '../defaults.ts';
import { effectiveSettings } from '../effective-settings.ts';
import { exitCodeOf } from '../exit-code.ts';
import { loadModel } from '../load-model.ts';
import { openLogFile } from '../log-file.ts';
import { createProgress, type ProgressView } from '../progress.ts';
import { reportTargets, writeReports } from '../report-targets.ts';
import { readReviewInput, reviewedPaths, type ReviewInput } from '../review-input.ts';
import type { GivenSettings } from '../settings.ts';
import { toSelection } from '../to-selection.ts';

/** Reviews, writes the reports, and gives the exit code. */
export async function runReview(
  operands: readonly string[],
  flags: GivenSettings,
  context: CliContext,
): Promise<number> {
  const { settings, configPath } = effectiveSettings(flags, reviewedPaths(operands, flags), context.cwd);
  // What would go wrong at the end goes wrong here, before anything is spent.
  const targets = await reportTargets(settings, context);
  const log = settings.log === undefined ? undefined : await openLogFile(settings.log, context.cwd);
  using progress = createProgress(settings, context, log);
  if (configPath !== undefined) progress.tell(`Configuration: ${toVisibleName(configPath)}`);
  const input = await readReviewInput(operands, flags, context);
  const options = await reviewOptions(settings, context, progress);
  const result = selectFindings(await review({ ...options, ...input }), toSelection(settings));
  progress.stop();
  await writeReports(result, targets, context, {
    version: context.version,
    isColored: context.output?.isColored === true && settings['no-color'] !== true,
    withSuppressed: settings['sarif-suppressed'] === true,
  });
  return exitCodeOf(result, settings['fail-on'] ?? DEFAULTS['fail-on']);
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
    verify: settings.verify,
    concurrency: settings.concurrency,
    include: settings.include,
    exclude: settings.exclude,
    gitignore: settings['no-gitignore'] !== true,
    maxFileBytes: settings['max-file-size'],
    cwd: context.cwd,
    signal: context.signal,
    ...(context.durable === undefined ? {} : { durable: context.durable }),
    onProgress: (event) => progress.update(event),
  };
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
