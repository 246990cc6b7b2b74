import { ModelError, messageOf } from '@harness-sdk/core';
import type { Json, JsonObject, ModelRequest, ToolChoice, ToolSpec } from '@harness-sdk/core';
import { wellFormed } from '@harness-sdk/core/adapter';
import { knownModel } from './model-info.ts';
import type { ThinkingControl } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import type { GoogleOptions } from './provider-options.ts';
import { toGoogleContents } from './to-messages.ts';
import type { GoogleContent } from './to-messages.ts';
import { toGoogleSchema } from './to-schema.ts';
import { toThinking } from './to-thinking.ts';

/** What of the model the request depends on. */
export interface RequestModel {
  readonly id: string;
  /** The output limit that the caller knows; without one the API uses its own. */
  readonly maxOutputTokens?: number;
  readonly thinking: ThinkingControl;
  /** Provider options for every call of the model. */
  readonly options: JsonObject;
}

/** The body of a request, as the REST API has it; the model is part of its URL. */
export interface GoogleRequest extends JsonObject {
  readonly systemInstruction?: { readonly parts: readonly JsonObject[] };
  readonly contents: readonly GoogleContent[];
  readonly tools?: readonly JsonObject[];
  readonly toolConfig?: JsonObject;
  readonly generationConfig?: JsonObject;
}

/**
 * The body as it can be sent: no half of a surrogate pair in it, which the API refuses.
 *
 * @throws ModelError with `invalid_request` where the request is none that JSON could hold, or cannot be honoured.
 */
export function toBody(request: ModelRequest, model: RequestModel): GoogleRequest {
  try {
    return wellFormed(toGoogleRequest(request, model));
  } catch (error) {
    if (ModelError.isInstance(error)) throw error;
    const message = `The request cannot be sent as JSON: ${messageOf(error)}`;
    throw new ModelError('invalid_request', message, { cause: error });
  }
}

/**
 * The request body for a model call. Pure: the same request gives the same body, in the same order of keys, so that the
 * prefix of system, tools and history stays what the API has cached.
 *
 * @throws ModelError with `invalid_request` where provider options or `cache` cannot be used.
 */
export function toGoogleRequest(request: ModelRequest, model: RequestModel): GoogleRequest {
  checkCache(request.cache);
  const {
    tools: vendorTools = [],
    toolConfig: givenToolConfig,
    generationConfig: given,
    ...options
  } = optionsOf(request, model);
  const tools = [...toTools(request.tools), ...vendorTools];
  const toolConfig = toToolConfig(request, givenToolConfig);
  const outputInWords = tools.length > 0 && !knownModel(model.id).isSinceGemini3 ? request.output : undefined;
  const generationConfig = { ...toGenerationConfig(request, model, outputInWords === undefined), ...given };
  const instructions = toInstructions(request.system, outputInWords);
  return {
    ...(instructions.length > 0 && { systemInstruction: { parts: instructions } }),
    ...(tools.length > 0 && { tools }),
    ...(toolConfig && { toolConfig }),
    contents: toGoogleContents(request.messages, model.id),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    ...options,
  };
}

/** @param output - A schema that can only be asked for in words. */
function toInstructions(system: string | undefined, output: ModelRequest['output']): readonly JsonObject[] {
  const texts = system?.trim() ? [system] : [];
  if (output !== undefined) {
    const schema = JSON.stringify(toGoogleSchema(output.schema));
    texts.push(`Your final answer must be JSON, and nothing else, that is valid against this JSON Schema: ${schema}`);
  }
  return texts.map((text) => ({ text }));
}

function optionsOf(request: ModelRequest, model: RequestModel): GoogleOptions {
  const options = { ...model.options, ...request.providerOptions?.['google'] };
  const problem = optionProblem(options);
  if (problem !== undefined) throw new ModelError('invalid_request', `providerOptions.google: ${problem.reason}`);
  return options;
}

function toTools(tools: readonly ToolSpec[]): readonly JsonObject[] {
  return tools.length === 0 ? [] : [{ functionDeclarations: tools.map(toDeclaration) }];
}

/** `parameters` would be the subset of OpenAPI, which has no `const`, no lists of types and no `additionalProperties`. */
function toDeclaration({ name, description, inputSchema }: ToolSpec): JsonObject {
  return { name, description, parametersJsonSchema: { ...toGoogleSchema(inputSchema), type: 'object' } };
}

function toToolConfig({ toolChoice, tools }: ModelRequest, given: JsonObject | undefined): JsonObject | undefined {
  if (toolChoice === undefined || tools.length === 0) return given;
  const { functionCallingConfig, ...rest } = given ?? {};
  return { ...rest, functionCallingConfig: { ...objectOf(functionCallingConfig), ...toMode(toolChoice) } };
}

function toMode(choice: ToolChoice): JsonObject {
  if (typeof choice === 'object') return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  return { mode: choice === 'required' ? 'ANY' : choice.toUpperCase() };
}

function objectOf(value: Json | undefined): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/**
 * "Function calling with a response mime type: 'application/json' is unsupported", say models up to Gemini 2.5.
 *
 * @param hasSchema - False where the schema of the output goes another way.
 */
function toGenerationConfig(request: ModelRequest, model: RequestModel, hasSchema: boolean): JsonObject {
  const { maxOutputTokens = model.maxOutputTokens, output } = request;
  const thinkingConfig = toThinking({ ...request, ...(maxOutputTokens && { maxOutputTokens }) }, model.thinking);
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(thinkingConfig && { thinkingConfig: { ...thinkingConfig } }),
    ...(output &&
      hasSchema && { responseMimeType: 'application/json', responseJsonSchema: toGoogleSchema(output.schema) }),
  };
}

/** Google caches prefixes by itself, for as long as it likes, and it cannot be told not to. */
function checkCache(cache: ModelRequest['cache']): void {
  if (cache === undefined || typeof cache === 'boolean') return;
  const reason = 'the prompt cache of Google has no lifetime to choose';
  throw new ModelError(
    'invalid_request',
    `Expected \`cache\` to be true or false, got ${JSON.stringify(cache)}: ${reason}.`,
  );
}
