import type { ModelCapabilities, ModelInfo } from '@harness-sdk/core';

/** What we know of a model beyond what every provider's models have. */
export interface KnownModel {
  readonly info: ModelInfo;
  readonly thinking: ThinkingControl;
  /**
   * False for models up to Gemini 2.5, which show images only in what a user says, and do not ask for the signatures of
   * calls.
   */
  readonly isSinceGemini3: boolean;
}

/** The steps of `thinkingLevel`, from least to most. */
export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

/**
 * How a model's thinking is controlled.
 *
 * - `level`: by `thinkingLevel`, with the steps that the model takes.
 * - `budget`: by a number of tokens between `min` and `max`; 0 turns it off where `canBeOff`.
 */
export type ThinkingControl =
  | { readonly by: 'level'; readonly levels: readonly ThinkingLevel[]; readonly isKnown: boolean }
  | {
      readonly by: 'budget';
      readonly min: number;
      readonly max: number;
      readonly canBeOff: boolean;
      /** False for a model that does not think unless it is told to. */
      readonly thinksByDefault: boolean;
    };

const fourLevels: ThinkingControl = { by: 'level', levels: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'], isKnown: true };
const threeLevels: ThinkingControl = { by: 'level', levels: ['LOW', 'MEDIUM', 'HIGH'], isKnown: true };
const twoLevels: ThinkingControl = { by: 'level', levels: ['LOW', 'HIGH'], isKnown: true };

/** The steps that all models take since Gemini 3.1. */
const unknownThinking: ThinkingControl = { by: 'level', levels: ['LOW', 'MEDIUM', 'HIGH'], isKnown: false };

interface Row {
  readonly thinking: ThinkingControl;
}

/**
 * The models of `@google/genai` 3.1.0 that read and write text, read in November 2026. All of them have the same limits.
 *
 * Gemini 2.5 and 3: the model's page, https://ai.google.dev/gemini-api/docs/models/<id>. Gemini 4:
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-4-carbon, where the window holds
 * input and output together and 65,536 is one segment of a streamed answer. Steps of thinking: the same pages and
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-3-8-flash; where a page names no
 * steps, those that all models since 3.1 take. Budgets: https://ai.google.dev/gemini-api/docs/thinking.
 */
const rows: Readonly<Record<string, Row>> = {
  'gemini-4-carbon': { thinking: threeLevels },
  'gemini-4-argon': { thinking: threeLevels },

  'gemini-3.8-flash': { thinking: threeLevels },
  'gemini-3.7-flash': { thinking: threeLevels },
  'gemini-3.6-flash': { thinking: threeLevels },
  'gemini-3.5-flash': { thinking: threeLevels },
  // Its page names all four.
  'gemini-3.5-flash-lite': { thinking: fourLevels },
  'gemini-3.1-pro-preview': { thinking: threeLevels },
  'gemini-3.1-pro-preview-customtools': { thinking: threeLevels },
  'gemini-3.1-flash-lite': { thinking: threeLevels },
  // "minimal, low, medium or high": https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/3-flash
  'gemini-3-flash-preview': { thinking: fourLevels },
  // https://ai.google.dev/gemini-api/docs/gemini-3
  'gemini-3-pro-preview': { thinking: twoLevels },

  'gemini-2.5-pro': {
    thinking: { by: 'budget', min: 128, max: 32_768, canBeOff: false, thinksByDefault: true },
  },
  'gemini-2.5-flash': {
    thinking: { by: 'budget', min: 1, max: 24_576, canBeOff: true, thinksByDefault: true },
  },
  'gemini-2.5-flash-lite': {
    thinking: { by: 'budget', min: 512, max: 24_576, canBeOff: true, thinksByDefault: false },
  },
};

const limits = { contextWindow: 1_048_576, maxOutputTokens: 65_536 } as const;

const capabilities: ModelCapabilities = {
  images: true,
  tools: true,
  parallelTools: true,
  thinking: true,
  structuredOutput: true,
  promptCaching: true,
};

/** Signatures of thoughts are taken back by the model that made them; nothing says that another one takes them. */
const nativeScope = 'model';

/**
 * Facts about a model, without asking the network. The id is taken exactly, with the number of a version behind it
 * (`gemini-2.5-flash-001`) or a path in front (`models/…`, `publishers/google/models/…`); anything else is unknown and
 * passes through.
 */
export function knownModel(id: string): KnownModel {
  const name = bareId(id);
  const isSinceGemini3 = !/^gemini-[12]\./.test(name);
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) return { info: { nativeScope }, thinking: unknownThinking, isSinceGemini3 };
  return { info: { ...limits, capabilities, nativeScope }, thinking: row.thinking, isSinceGemini3 };
}

/** True where both ids name the same model, with or without a path in front and the number of a version. */
export function isSameModel(left: string, right: string): boolean {
  return bareId(left) === bareId(right);
}

function bareId(id: string): string {
  return id.replace(/^(publishers\/google\/)?models\//, '').replace(/-\d{3}$/, '');
}
