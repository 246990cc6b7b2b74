import type { ModelCapabilities, ModelInfo } from '@harness-sdk/core';

/** What we know of a model beyond what every provider's models have. */
export interface KnownModel {
  readonly info: ModelInfo;
  readonly thinking: ThinkingControl;
}

/**
 * How a model's thinking is controlled.
 *
 * - `adaptive`: it decides by itself, within `output_config.effort`.
 * - `budget`: it gets a number of tokens, and does not think without.
 * - `budget_and_effort`: the same, and `output_config.effort` up to `high`.
 * - `effort`: nothing is known but that `output_config.effort` exists on all current models.
 */
export interface ThinkingControl {
  readonly by: 'adaptive' | 'budget' | 'budget_and_effort' | 'effort';
  /** What turns it off; `lowest` where nothing does, and the lowest effort is the nearest to it. */
  readonly off: 'disabled' | 'between_tools' | 'lowest';
}

interface Row {
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly by: ThinkingControl['by'];
  readonly off: ThinkingControl['off'];
  readonly nativeScope: 'model' | 'prefix';
}

const million = { contextWindow: 1_000_000, maxOutputTokens: 128_000 };
const twoHundred = { contextWindow: 200_000, maxOutputTokens: 64_000 };

/**
 * The models that `@anthropic-ai/sdk` 1.12.0 names, read in November 2026.
 *
 * Window and output limit: the model's page, https://platform.claude.com/docs/en/models/<name>/overview, with <name> as
 * in `opus-5-5`, unless the row says otherwise. Thinking: its page and
 * https://platform.claude.com/docs/en/build-with-claude/thinking; efforts:
 * https://platform.claude.com/docs/en/build-with-claude/effort. Thinking blocks bound to what came before them:
 * https://platform.claude.com/docs/en/build-with-claude/preserved-thinking; those of other models are bound to the model.
 */
const rows: Readonly<Record<string, Row>> = {
  // 5.2: https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-mythos-5-2.html, which also
  // says that Fable 5.2 is the same model with other safeguards.
  'claude-fable-5-2': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'prefix' },
  'claude-mythos-5-2': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'prefix' },
  'claude-fable-5-1': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'prefix' },
  // Its limits are published nowhere we have read.
  'claude-mythos-5-1': { by: 'adaptive', off: 'lowest', nativeScope: 'prefix' },
  'claude-fable-5': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'model' },
  'claude-mythos-5': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'model' },
  'claude-mythos-preview': { by: 'adaptive', off: 'lowest', nativeScope: 'model' },

  'claude-opus-5-5': { ...million, by: 'adaptive', off: 'lowest', nativeScope: 'prefix' },
  'claude-opus-5': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  'claude-opus-4-8': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-opus-4-7.html
  'claude-opus-4-7': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  'claude-opus-4-6': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  'claude-opus-4-5': { ...twoHundred, by: 'budget_and_effort', off: 'disabled', nativeScope: 'model' },

  'claude-sonnet-5-5': { ...million, by: 'adaptive', off: 'between_tools', nativeScope: 'prefix' },
  'claude-sonnet-5': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  'claude-sonnet-4-6': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'model' },
  'claude-sonnet-4-5': { ...twoHundred, by: 'budget', off: 'disabled', nativeScope: 'model' },

  'claude-haiku-5-5': { ...million, by: 'adaptive', off: 'disabled', nativeScope: 'prefix' },
  'claude-haiku-4-5': { ...twoHundred, by: 'budget', off: 'disabled', nativeScope: 'model' },
};

/** "All current Claude models support text and image input … and tool use" (models overview); the rest is as in `rows`. */
const capabilities: ModelCapabilities = {
  images: true,
  tools: true,
  parallelTools: true,
  thinking: true,
  structuredOutput: true,
  promptCaching: true,
};

/** What holds for a model that no row names: nothing about its limits, and the strictest binding of its thinking. */
const unknownModel: KnownModel = {
  info: { nativeScope: 'prefix' },
  thinking: { by: 'effort', off: 'lowest' },
};

/**
 * Facts about a model, without asking the network. The id is taken exactly, or with the date of its snapshot behind it
 * (`claude-haiku-4-5-20251001`); anything else is unknown and passes through.
 */
export function knownModel(id: string): KnownModel {
  const name = withoutDate(id);
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) return unknownModel;
  const { by, off, ...limits } = row;
  return { info: { ...limits, capabilities }, thinking: { by, off } };
}

/** True where both ids name the same model, with or without the date of a snapshot. */
export function isSameModel(left: string, right: string): boolean {
  return withoutDate(left) === withoutDate(right);
}

function withoutDate(id: string): string {
  return id.replace(/-\d{8}$/, '');
}
