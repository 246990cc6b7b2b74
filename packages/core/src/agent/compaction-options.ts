import { checkOptions, type OptionRules } from '../check-options.ts';
import { OptionError } from '../errors.ts';
import type { Model } from '../model.ts';
import { textTokens } from '../session/estimate-tokens.ts';
import type { CompactionLimits } from '../session/event.ts';
import type { RunSettings } from './options.ts';
import { offeredTools } from './to-request.ts';

/** When and how a transcript that grows too long is made shorter. Sizes are in tokens. */
export interface CompactionOptions {
  /**
   * Room kept free in the window for the answer: the transcript is compacted when less is left. Default: a quarter of
   * the window, at most 16 384; where the longest answer of the model is more, that, up to half of the window.
   */
  readonly reserveTokens?: number;
  /** How much of the end of the transcript stays as it is, the latest exchange in any case. Default: an eighth of the window, at most 20 000. */
  readonly keepTokens?: number;
  /** Compact from this length on, whatever the window is. Default: the window less `reserveTokens`; without a known window, only when the model refuses a request as too long. */
  readonly triggerTokens?: number;
  /** Writes the summaries. Default: the run's own model, which has most of the transcript in its cache. */
  readonly model?: Model;
}

const rules: OptionRules = {
  reserveTokens: { type: 'number', min: 1, integer: true },
  keepTokens: { type: 'number', min: 0, integer: true },
  triggerTokens: { type: 'number', min: 1, integer: true },
  model: { type: 'object' },
};

/**
 * Checks the option `compaction`.
 *
 * @throws OptionError
 */
export function checkCompaction(compaction: unknown): void {
  if (compaction === undefined || compaction === false) return;
  if (typeof compaction !== 'object' || compaction === null) {
    const message = `Expected \`compaction\` of run to be options or false, got ${JSON.stringify(compaction)}.`;
    throw new OptionError('compaction', message);
  }
  checkOptions('run', compaction, rules, 'compaction.');
}

/** What the log says about compaction, so that the state alone decides on it; `undefined` where it is turned off. */
export function limitsOf(settings: RunSettings, model: Model): CompactionLimits | undefined {
  const { compaction, system = '' } = settings;
  if (compaction === false) return undefined;
  const { reserveTokens, keepTokens, triggerTokens, model: summarizer } = compaction;
  const tools = offeredTools(settings).map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const { contextWindow, maxOutputTokens } = model.info;
  const outputTokens = settings.maxOutputTokens ?? maxOutputTokens;
  return {
    baseTokens: textTokens(system) + textTokens(JSON.stringify(tools)),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(outputTokens === undefined ? {} : { maxOutputTokens: outputTokens }),
    ...(reserveTokens === undefined ? {} : { reserveTokens }),
    ...(keepTokens === undefined ? {} : { keepTokens }),
    ...(triggerTokens === undefined ? {} : { triggerTokens }),
    ...(summarizer === undefined ? {} : { summarizer: windowOf(summarizer) }),
  };
}

function windowOf({ info: { contextWindow } }: Model): { readonly contextWindow?: number } {
  return contextWindow === undefined ? {} : { contextWindow };
}
