import type { Effort, ModelCapabilities, ModelInfo } from '@harness-sdk/core';

/** Values of `reasoning.effort` and `reasoning_effort`, from the least to the most. */
export type WireEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** What we know of a model beyond what every provider's models have. */
export interface KnownModel {
  readonly info: ModelInfo;
  /** The efforts it takes, in order; none where it does not reason. */
  readonly efforts: readonly WireEffort[];
}

interface Row {
  readonly contextWindow: number;
  readonly maxOutputTokens?: number;
  readonly efforts: readonly WireEffort[];
}

const lowToMax = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
const noneToMax = ['none', ...lowToMax] as const;
const noneToXhigh = ['none', 'low', 'medium', 'high', 'xhigh'] as const;
const noneToHigh = ['none', 'low', 'medium', 'high'] as const;
const minimalToHigh = ['minimal', 'low', 'medium', 'high'] as const;
const lowToHigh = ['low', 'medium', 'high'] as const;

const gpt6 = { contextWindow: 1_050_000, maxOutputTokens: 128_000 };
const gpt5 = { contextWindow: 400_000, maxOutputTokens: 128_000 };
const oSeries = { contextWindow: 200_000, maxOutputTokens: 100_000, efforts: lowToHigh };

/**
 * Models of OpenAI, with what was published about them in November 2026. OpenAI's own page of each is
 * https://developers.openai.com/api/docs/models/<id>; beside a row stands where its numbers were read.
 */
const rows: Readonly<Record<string, Row>> = {
  // https://vercel.com/ai-gateway/models/gpt-6-astra; efforts: https://docs.venice.ai/models/gpt-6-astra
  'gpt-6-astra': { ...gpt6, efforts: lowToMax },
  // https://runware.ai/docs/models/openai-gpt-6-2-sol and openai-gpt-6-1-sol, also for the efforts
  'gpt-6.2-sol': { ...gpt6, efforts: lowToMax },
  'gpt-6.1-sol': { ...gpt6, efforts: lowToMax },
  // https://docs.litellm.ai/blog/gpt_6_sol_luna, also for the efforts
  'gpt-6-sol': { ...gpt6, efforts: noneToMax },
  'gpt-6-luna': { ...gpt6, efforts: noneToMax },
  // https://vercel.com/ai-gateway/models/openai/gpt-5.6-sol-fast, and the catalogue @pydantic/genai-prices 0.1.8 for the
  // windows of the other two. GPT-5.6 brought the effort `max`.
  'gpt-5.6-sol': { ...gpt6, efforts: noneToMax },
  'gpt-5.6-terra': { contextWindow: 1_050_000, efforts: noneToMax },
  'gpt-5.6-luna': { contextWindow: 1_050_000, efforts: noneToMax },
  // https://docs.venice.ai/models/gpt-5-5, also for the efforts
  'gpt-5.5': { contextWindow: 1_000_000, maxOutputTokens: 128_000, efforts: noneToXhigh },
  // https://wavespeed.ai/llm/openai/gpt-5.4; its `mini`: https://vercel.com/ai-gateway/models/openai/gpt-5.4-mini-fast, with
  // efforts in https://docs.venice.ai/models/gpt-5-4-mini; `nano`: the catalogue, for its window
  'gpt-5.4': { ...gpt6, efforts: noneToXhigh },
  'gpt-5.4-mini': { ...gpt5, efforts: noneToXhigh },
  'gpt-5.4-nano': { contextWindow: 400_000, efforts: noneToXhigh },
  // https://vercel.com/ai-gateway/models/openai/gpt-5.2-fast
  'gpt-5.2': { ...gpt5, efforts: noneToXhigh },
  // https://github.com/labring/fastgpt-plugin/pull/297
  'gpt-5.1': { ...gpt5, efforts: noneToHigh },
  // https://vercel.com/ai-gateway/models/gpt-5-fast and gpt-5-mini-fast
  'gpt-5': { ...gpt5, efforts: minimalToHigh },
  'gpt-5-mini': { ...gpt5, efforts: minimalToHigh },
  'gpt-5-nano': { ...gpt5, efforts: minimalToHigh },
  // The same at Azure: the model list of @lobehub/chat 1.94.11, src/config/aiModels/azure.ts
  o3: oSeries,
  'o4-mini': oSeries,
  'gpt-4.1': { contextWindow: 1_047_576, maxOutputTokens: 32_768, efforts: [] },
  // The catalogue, for the windows
  'gpt-4.1-mini': { contextWindow: 1_000_000, efforts: [] },
  'gpt-4.1-nano': { contextWindow: 1_000_000, efforts: [] },
  'gpt-4o-mini': { contextWindow: 128_000, efforts: [] },
  // https://rageagainstthepixel.github.io/OpenAI-DotNet/api/OpenAI.Models.Model.html
  'gpt-4o': { contextWindow: 128_000, maxOutputTokens: 16_384, efforts: [] },
};

/** All of `rows` take text and images, call tools and give JSON of a schema. */
const capabilities: ModelCapabilities = {
  images: true,
  tools: true,
  structuredOutput: true,
  promptCaching: true,
};

/**
 * What holds for a model that no row names: nothing about its limits. Reasoning goes back to the model that wrote it only,
 * because nothing says that another one takes it.
 */
const unknownModel: KnownModel = { info: { nativeScope: 'model' }, efforts: ['none', 'low', 'medium', 'high'] };

/**
 * Facts about a model, without asking the network. The id is taken exactly, or with the date of its snapshot behind it
 * (`gpt-5.5-2026-04-23`); anything else is unknown and passes through.
 *
 * @param hasOpenAIModels - Whether it runs where OpenAI's models do: other servers give these names to other models, too.
 */
export function knownModel(id: string, hasOpenAIModels: boolean): KnownModel {
  const name = withoutDate(id);
  const row = hasOpenAIModels && Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) return unknownModel;
  const { efforts, ...limits } = row;
  const thinking = efforts.length > 0;
  return { info: { ...limits, capabilities: { ...capabilities, thinking }, nativeScope: 'model' }, efforts };
}

/** True where both ids name the same model, with or without the date of a snapshot. */
export function isSameModel(left: string, right: string): boolean {
  return withoutDate(left) === withoutDate(right);
}

const scale: readonly WireEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * The effort nearest to the one that was asked for among those that a model takes.
 *
 * @returns `undefined` where the model takes none: it does not reason.
 */
export function nearestEffort(effort: Effort, efforts: readonly WireEffort[]): WireEffort | undefined {
  if (effort === 'none') return efforts[0];
  // A little reasoning is not none.
  const some = efforts.filter((candidate) => candidate !== 'none');
  const atMost = some.filter((candidate) => scale.indexOf(candidate) <= scale.indexOf(effort));
  return atMost.at(-1) ?? some[0];
}

function withoutDate(id: string): string {
  return id.replace(/-\d{4}-\d{2}-\d{2}$/, '');
}
