import { ModelError, messageOf } from '@harness-sdk/core';
import { wellFormed } from '@harness-sdk/core/adapter';
import type { Json, JsonObject, ModelInfo, ModelRequest, ToolSpec } from '@harness-sdk/core';
import type { ModelDetails } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import { toOllamaMessages } from './to-messages.ts';
import type { OllamaMessage } from './to-messages.ts';
import { toThink } from './to-thinking.ts';
import { isObject } from './wire.ts';

/** What of the model the request depends on. */
export interface RequestModel {
  readonly id: string;
  readonly capabilities: ModelInfo['capabilities'];
  readonly thinkValues: ModelDetails['thinkValues'];
  /** Tokens of input and output to ask for. */
  readonly contextWindow: number;
  /** Provider options for every call of the model. */
  readonly options: JsonObject;
}

/** The body of a request; what provider options add is in it too. */
export interface OllamaRequest {
  readonly model: string;
  readonly messages: OllamaMessage[];
  readonly stream: true;
  readonly tools?: readonly OllamaTool[];
  readonly think?: boolean | string;
  readonly format?: Json;
  readonly options: JsonObject & { readonly num_ctx: number };
  readonly truncate: false;
  readonly shift: false;
}

interface OllamaTool {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description: string; readonly parameters: JsonObject };
}

/**
 * What is wrong with a request before anything is asked of the server.
 *
 * @throws ModelError with `invalid_request`.
 */
export function checkRequest(request: ModelRequest, modelOptions: JsonObject): void {
  const problem = optionProblem(optionsOf(request, modelOptions));
  if (problem !== undefined) throw new ModelError('invalid_request', `providerOptions.ollama: ${problem.reason}`);
  // The server takes a request without any for a wish to have the model loaded.
  if (request.messages.length > 0) return;
  throw new ModelError('invalid_request', 'Expected at least one message, got none.');
}

/**
 * The body as it can be sent: no half of a surrogate pair in it.
 *
 * @throws ModelError with `invalid_request` where the request is none that JSON could hold.
 */
export function toOllamaBody(request: ModelRequest, model: RequestModel): OllamaRequest {
  try {
    return wellFormed(toOllamaRequest(request, model));
  } catch (error) {
    const message = `The request cannot be sent as JSON: ${messageOf(error)}`;
    throw new ModelError('invalid_request', message, { cause: error });
  }
}

/**
 * The request body for a model call. Pure: the same request gives the same body, so that the server finds its prefix in
 * its cache.
 */
export function toOllamaRequest(request: ModelRequest, model: RequestModel): OllamaRequest {
  const { options: parameters, ...others } = optionsOf(request, model.options);
  const think = toThink(request.effort, model);
  const tools = offered(request).map(toTool);
  // The format holds the model to JSON from its first word on, so that it could call no tool.
  const inWords = tools.length > 0 ? request.output : undefined;
  return {
    model: model.id,
    messages: [...toSystem(request.system, inWords), ...toOllamaMessages(request.messages, model.id)],
    stream: true,
    ...(tools.length > 0 && { tools }),
    ...(think !== undefined && { think }),
    ...(request.output && inWords === undefined && { format: request.output.schema }),
    ...others,
    options: {
      ...(isObject(parameters) ? parameters : {}),
      num_ctx: model.contextWindow,
      ...(request.maxOutputTokens !== undefined && { num_predict: request.maxOutputTokens }),
    },
    // A prompt that is too long is an error then, and so is an answer that fills the window, instead of a loss that
    // nobody is told of. https://docs.ollama.com/api/chat; the vendor's types do not have them.
    truncate: false,
    shift: false,
  };
}

/** Those of a call over those of the model; inside `options` too. */
function optionsOf(request: ModelRequest, modelOptions: JsonObject): JsonObject {
  const callOptions = request.providerOptions?.['ollama'] ?? {};
  const { options: ofModel } = modelOptions;
  const { options: ofCall } = callOptions;
  const merged = { ...modelOptions, ...callOptions };
  return isObject(ofModel) && isObject(ofCall) ? { ...merged, options: { ...ofModel, ...ofCall } } : merged;
}

/** @param output - A schema that can only be asked for in words. */
function toSystem(system: string = '', output: ModelRequest['output']): readonly OllamaMessage[] {
  const texts = system.trim() === '' ? [] : [system];
  if (output !== undefined) {
    const schema = JSON.stringify(output.schema);
    texts.push(`Your final answer must be JSON, and nothing else, that is valid against this JSON Schema: ${schema}`);
  }
  return texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }];
}

/** The API has no choice of tools: a model calls what it is offered. So it is offered what it may call. */
function offered({ tools, toolChoice }: ModelRequest): readonly ToolSpec[] {
  if (toolChoice === 'none') return [];
  return typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
}

function toTool({ name, description, inputSchema }: ToolSpec): OllamaTool {
  return { type: 'function', function: { name, description, parameters: { ...inputSchema, type: 'object' } } };
}
