import type { Json, JsonObject } from '@harness-sdk/core';

/**
 * What only this provider has: `providerOptions.google` of a run, or the defaults of one model. Merged into the request
 * body as it is, so that what the API gains later can be used at once; what the request itself already says (`contents`,
 * `systemInstruction`, `model`, `generationConfig.maxOutputTokens`, `generationConfig.candidateCount`) is refused.
 *
 * Write it with `satisfies GoogleOptions` to have it checked where it is given as plain JSON.
 *
 * @see https://ai.google.dev/api/generate-content
 */
export interface GoogleOptions extends JsonObject {
  /** Merged over what `effort` and an output schema give. */
  readonly generationConfig?: {
    /** Replaces what `effort` gives. */
    readonly thinkingConfig?: GoogleThinking;
    readonly temperature?: number;
    readonly topP?: number;
    readonly topK?: number;
    readonly seed?: number;
    readonly stopSequences?: readonly string[];
    readonly mediaResolution?: string;
  } & JsonObject;
  /** Put behind the tools of the request: the vendor's own, such as `{ googleSearch: {} }`. */
  readonly tools?: readonly JsonObject[];
  /** `functionCallingConfig` is merged under what `toolChoice` gives. */
  readonly toolConfig?: {
    readonly functionCallingConfig?: {
      readonly mode?: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
      /** Vertex AI only. */
      readonly streamFunctionCallArguments?: boolean;
    } & JsonObject;
    readonly includeServerSideToolInvocations?: boolean;
  } & JsonObject;
  readonly safetySettings?: readonly ({ readonly category: string; readonly threshold: string } & JsonObject)[];
  /** Name of a cache that was made before. The API then takes no system prompt, tools or tool choice beside it. */
  readonly cachedContent?: string;
  readonly serviceTier?: 'flex' | 'standard' | 'priority';
  readonly labels?: { readonly [name: string]: string };
}

/** `thinkingConfig`; which fields a model takes depends on the model. */
export type GoogleThinking = {
  readonly includeThoughts?: boolean;
  readonly thinkingLevel?: 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';
  /** Gemini 2.5 only. */
  readonly thinkingBudget?: number;
} & JsonObject;

/** Parts of the body that the request says, by the name of what says it. */
const reserved: Readonly<Record<string, string>> = {
  model: 'the id that the model was made with',
  contents: 'the transcript',
  systemInstruction: '`system`',
  // The API takes this spelling as well, which would go past what is checked and merged.
  system_instruction: '`system`',
  generation_config: '`generationConfig`',
  tool_config: '`toolConfig`',
};

const reservedGeneration: Readonly<Record<string, string>> = {
  maxOutputTokens: '`maxOutputTokens`',
  max_output_tokens: '`maxOutputTokens`',
  candidateCount: 'the adapter, which reads one answer',
  candidate_count: 'the adapter, which reads one answer',
};

/**
 * Why provider options cannot be used.
 *
 * @returns The option and the reason; `undefined` where there is none.
 */
export function optionProblem(options: JsonObject): { readonly option: string; readonly reason: string } | undefined {
  for (const name of ['generationConfig', 'toolConfig']) {
    if (options[name] !== undefined && !isPlain(options[name])) {
      return { option: name, reason: `Expected \`${name}\` to be an object.` };
    }
  }
  if (options['tools'] !== undefined && !Array.isArray(options['tools'])) {
    return { option: 'tools', reason: 'Expected `tools` to be an array of the tools that Google runs.' };
  }
  return (
    reservedIn(options, reserved, '') ??
    reservedIn(options['generationConfig'], reservedGeneration, 'generationConfig.')
  );
}

function reservedIn(options: Json | undefined, names: Readonly<Record<string, string>>, path: string) {
  const name = Object.keys(options ?? {}).find((key) => Object.hasOwn(names, key));
  if (name === undefined) return undefined;
  return { option: path + name, reason: `\`${path}${name}\` is set by ${names[name]}; leave it out.` };
}

function isPlain(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
