import { OptionError } from '../errors.ts';
import { isModelList } from './check-model.ts';
import { systemClock } from './in-process-durable.ts';
import type { AgentOptions } from './options.ts';
import type { SubAgent } from './sub-agent.ts';
import { askedTier, checkBounded, optionsFor } from './unbounded-option.ts';

type Priced = Pick<AgentOptions, 'model' | 'prices' | 'budget' | 'providerOptions'>;

/**
 * Checks that the limits of a run can be kept.
 *
 * @throws OptionError
 */
export function checkBudget(options: Priced): void {
  checkLimits(options, { budget: 'budget', maxCost: 'budget.maxCost' });
}

/**
 * The same for a sub-agent: under its own limits, and under those of its parent with a model of its own.
 *
 * @throws OptionError
 */
export function checkAgentBudget({ budget, ...parent }: AgentOptions, name: string, agent: SubAgent): void {
  if (agent.model === undefined && agent.budget === undefined) return;
  const own = `agents.${name}.budget`;
  const maxCost = agent.budget?.maxCost === undefined ? 'budget.maxCost' : `${own}.maxCost`;
  const limits = { ...budget, ...agent.budget };
  const options = { ...parent, model: agent.model ?? parent.model, budget: limits };
  checkLimits(options, { budget: own, maxCost, owner: ` of the sub-agent "${name}"` });
}

/** Paths of options, as messages name them. */
interface LimitPaths {
  readonly budget: string;
  readonly maxCost: string;
  /** Whose model it is. */
  readonly owner?: string;
}

function checkLimits(options: Priced, paths: LimitPaths): void {
  checkWarnings(options.budget?.warnAt ?? [], `${paths.budget}.warnAt`);
  checkPriced(options, paths);
  checkAllBounded(options);
}

function checkWarnings(warnAt: readonly unknown[], path: string): void {
  for (const fraction of warnAt) {
    if (typeof fraction === 'number' && fraction > 0 && fraction < 1) continue;
    const message = `Expected \`${path}\` of run to hold fractions between 0 and 1, got ${String(fraction)}.`;
    throw new OptionError(path, message);
  }
}

/** A ceiling in dollars needs a model whose price is known. */
function checkPriced(
  { model: choice, prices, budget, providerOptions }: Priced,
  { maxCost: path, owner = '' }: LimitPaths,
): void {
  // Others that have no price are passed over, and what a router will choose is not known yet.
  const model = isModelList(choice) ? choice[0] : choice;
  if (budget?.maxCost === undefined || model === undefined) return;
  if (typeof model === 'object' && model.info.local === true) return;
  if (prices === undefined) {
    const message = `\`${path}\` of run needs \`prices\`; without them the ceiling could not be kept.`;
    throw new OptionError(path, message);
  }
  if (typeof model === 'function') return;
  const { provider, id } = model;
  const tier = askedTier(optionsFor(model, providerOptions));
  const priced = [undefined, tier].map((each) =>
    prices.price({ input: 1, output: 1 }, { provider, id }, systemClock.now(), each),
  );
  if (priced.every((price) => price !== undefined)) return;
  const inTier = tier === undefined ? '' : ` in the service tier "${tier}"`;
  throw new OptionError(
    path,
    `\`${path}\` of run needs a price for "${provider}/${id}"${owner}${inTier}, and \`prices\` has none. Give it one, or leave \`maxCost\` out.`,
  );
}

/** Of the models that are known now; what a router chooses is checked before it is called. */
function checkAllBounded({ model, budget, providerOptions }: Priced): void {
  if (budget === undefined || typeof model === 'function') return;
  for (const each of isModelList(model) ? model : [model]) checkBounded(each, providerOptions, budget);
}
