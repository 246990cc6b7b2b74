import { AgentError, OptionError, type DurableEngine, type Model, type PriceBook } from '@harness-sdk/core';
import { createPriceBook } from '@harness-sdk/pricing';
import { formatCost } from '../report/format-cost.ts';
import { toVisibleName, toVisibleText } from '../report/inert-text.ts';
import { toJson } from '../report/json.ts';
import { toMarkdown } from '../report/markdown.ts';
import { review, type ReviewOptions, type ReviewProgress } from '../review.ts';
import { createRulesEngine } from '../rules/engine.ts';
import { readArguments, type ReviewArguments } from './arguments.ts';
import { EXIT_CODES, exitCodeOf } from './exit-code.ts';
import { HELP } from './help.ts';
import { loadModel, PROVIDER_NAMES } from './load-model.ts';

/** The world around the program. */
export interface CliContext {
  /** What follows the name of the program. */
  readonly parameters: readonly string[];
  readonly cwd: string;
  readonly version: string;
  /** Fires on an interrupt. */
  readonly signal: AbortSignal;
  writeOut(text: string): Promise<void>;
  writeError(text: string): void;
  /** What the runs go through. Default: this process, on its clock. */
  readonly durable?: DurableEngine;
  /** Default: from the provider's installed package. */
  loadModel?(provider: string, modelId: string): Promise<Model>;
}

/** Ceiling of a review with a language model where the user names none, in US dollars. */
const defaultMaxCostUsd = 2;

/**
 * Runs the program: the report goes to `writeOut`, progress and errors to `writeError`.
 *
 * @returns The exit code. Rejects for a defect, and where `writeOut` does.
 */
export async function runCli(context: CliContext): Promise<number> {
  try {
    const given = readArguments(context.parameters, PROVIDER_NAMES);
    if (given.command === 'review') return await runReview(given, context);
    await context.writeOut(given.command === 'help' ? HELP : `security-reviewer ${context.version}\n`);
    return EXIT_CODES.clean;
  } catch (error) {
    if (!AgentError.isInstance(error)) throw error;
    context.writeError(`security-reviewer: ${toVisibleText(error.message)}\n`);
    return OptionError.isInstance(error) ? EXIT_CODES.usage : EXIT_CODES.provider;
  }
}

async function runReview(given: ReviewArguments, context: CliContext): Promise<number> {
  const prices = createPriceBook();
  const model = await chooseModel(given, context);
  const result = await review({
    rules: await createRulesEngine(),
    model,
    ...(model === undefined ? {} : ceiling(given, model, prices, context)),
    verify: given.verify,
    concurrency: given.concurrency,
    prices,
    paths: given.paths,
    cwd: context.cwd,
    signal: context.signal,
    ...(context.durable === undefined ? {} : { durable: context.durable }),
    onProgress: (progress) => {
      if (!given.isQuiet) context.writeError(progressLine(progress));
    },
  });
  const write = given.format === 'json' ? toJson : toMarkdown;
  await context.writeOut(write(result, context.version));
  return exitCodeOf(result, given.failOn);
}

async function chooseModel({ provider, model }: ReviewArguments, context: CliContext): Promise<Model | undefined> {
  if (model === undefined) return undefined;
  return await (context.loadModel?.(provider, model) ?? loadModel(provider, model));
}

/** The ceiling that was asked for, which needs a price, or the default one where there is a price. */
function ceiling(
  { maxCostUsd }: ReviewArguments,
  model: Model,
  prices: PriceBook,
  context: CliContext,
): Pick<ReviewOptions, 'maxCostUsd'> {
  if (model.info.local === true) return {};
  if (maxCostUsd !== undefined) return { maxCostUsd };
  const ref = { provider: model.provider, id: model.id };
  if (prices.price({ input: 1, output: 1 }, ref, Date.now()) !== undefined) return { maxCostUsd: defaultMaxCostUsd };
  const name = toVisibleName(`${model.provider}/${model.id}`);
  context.writeError(`security-reviewer: the price of ${name} is not known, so there is no cost ceiling.\n`);
  return {};
}

function progressLine({ done, total, files, findings, costUsd }: ReviewProgress): string {
  const [first = ''] = files;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const found = `${findings} ${findings === 1 ? 'finding' : 'findings'} so far`;
  return `[${done}/${total}] ${toVisibleName(first)}${more}: ${found}, ${formatCost(costUsd)}\n`;
}
