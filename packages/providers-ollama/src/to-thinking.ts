import type { Effort, ModelInfo } from '@harness-sdk/core';
import type { ModelDetails } from './model-info.ts';

/** What the choice depends on besides the effort. */
export interface ThinkingModel {
  readonly id: string;
  readonly capabilities: ModelInfo['capabilities'];
  /** What `think` may be, where the server says it. */
  readonly thinkValues: ModelDetails['thinkValues'];
}

/** Levels that stand for an effort, the nearest first. `true` is a switch; models without levels have only that. */
const levels: Readonly<Record<Effort, readonly (boolean | string)[]>> = {
  none: [false, 'none', 'minimal', 'low'],
  minimal: ['minimal', 'low', 'medium', true],
  low: ['low', 'minimal', 'medium', true],
  medium: ['medium', 'high', 'low', true],
  high: ['high', 'xhigh', 'max', 'medium', true],
  max: ['max', 'xhigh', 'high', true],
};

/** "GPT-OSS supports `low`, `medium`, and `high`"; servers that name no values take a switch for all other models. */
const gptOssValues = ['low', 'medium', 'high'] as const;
const switchValues = [true, false] as const;

/**
 * The `think` parameter for an effort. Without one nothing is sent, and the model does what it does by default: think, if
 * it can. A model that cannot gets nothing either, because the server answers `true` with an error then.
 *
 * @see https://docs.ollama.com/capabilities/thinking
 */
export function toThink(effort: Effort | undefined, model: ThinkingModel): boolean | string | undefined {
  if (effort === undefined || model.capabilities?.thinking === false) return undefined;
  const values = model.thinkValues ?? (isGptOss(model.id) ? gptOssValues : switchValues);
  return levels[effort].find((level) => values.some((value) => value === level));
}

/** Also under a name space: `hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M`. */
function isGptOss(id: string): boolean {
  return /(^|\/)gpt-?oss/i.test(id);
}
