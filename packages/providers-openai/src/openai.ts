import { OptionError, checkOptions } from '@harness-sdk/core';
import type { JsonObject, Model, ModelEvent, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { BatchIterator, StreamCall } from '@harness-sdk/core/adapter';
import { chatCall } from './chat-call.ts';
import { checkSettings, createClient } from './create-client.ts';
import type { Connection, OpenAISettings } from './create-client.ts';
import { knownModel } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import type { OpenAIOptions } from './provider-options.ts';
import { toBody } from './request-model.ts';
import type { RequestModel } from './request-model.ts';
import { responseCall } from './response-call.ts';
import { toChatRequest } from './to-chat-request.ts';
import { toResponseRequest } from './to-response-request.ts';

/** Options of one model. */
export interface OpenAIModelOptions {
  /** Facts about the model that we do not know, or know better than you; yours win. */
  readonly info?: ModelInfo;
  /** For every call of this model; those of a call win, option by option. */
  readonly providerOptions?: OpenAIOptions;
}

/**
 * Makes a model.
 *
 * @param modelId - As the server names it, with or without the date of a snapshot; at Azure, the name of a deployment.
 * Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export type OpenAIFactory = (modelId: string, options?: OpenAIModelOptions) => Model;

/**
 * A factory of models for given keys, host, API or client.
 *
 * @throws OptionError where a setting is unknown or wrong. That there is no key is an error of the factory, so that a
 * program can be set up before its environment is.
 *
 * @example
 * const groq = createOpenAI({ baseURL: "https://api.groq.com/openai/v1", api: "chat", apiKey });
 * const model = groq("openai/gpt-oss-120b");
 */
export function createOpenAI(settings: OpenAISettings = {}): OpenAIFactory {
  checkSettings(settings);
  return (modelId, options = {}) => {
    checkModel(modelId, options);
    return new OpenAIModel(createClient(settings), modelId, options);
  };
}

/**
 * A model of OpenAI through its Responses API, with the key in the environment variable `OPENAI_API_KEY`, which is read now.
 *
 * @param modelId - As the API names it: `gpt-6.1-sol`. Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export function openai(modelId: string, options?: OpenAIModelOptions): Model {
  return createOpenAI()(modelId, options);
}

function checkModel(modelId: unknown, options: OpenAIModelOptions): void {
  if (typeof modelId !== 'string' || modelId.trim() === '') {
    const got = typeof modelId === 'string' ? 'an empty one' : typeof modelId;
    throw new OptionError('modelId', `Expected the id of a model as a string, such as "gpt-6.1-sol", got ${got}.`);
  }
  checkOptions('openai', options, { info: { type: 'object' }, providerOptions: { type: 'object' } });
  const problem = optionProblem(options.providerOptions ?? {});
  if (problem !== undefined) throw new OptionError(`providerOptions.${problem.option}`, problem.reason);
}

class OpenAIModel implements Model {
  readonly provider: string;
  readonly id: string;
  readonly info: ModelInfo;
  /** Private, so that a model that is printed shows no key. */
  readonly #connection: Connection;
  readonly #requestModel: RequestModel;

  constructor(connection: Connection, id: string, { info, providerOptions = {} }: OpenAIModelOptions) {
    const { provider, hasOpenAIModels } = connection;
    const known = knownModel(id, hasOpenAIModels);
    this.provider = provider;
    this.id = id;
    this.info = { ...known.info, ...info };
    this.#connection = connection;
    this.#requestModel = {
      id,
      provider,
      info: this.info,
      efforts: known.efforts,
      hasOpenAIModels,
      options: providerOptions,
    };
  }

  /** Not a field: a model that is printed shows none of them. */
  get providerOptions(): JsonObject {
    return this.#requestModel.options;
  }

  stream(request: ModelRequest): AsyncIterable<ModelEvent> {
    const { signal } = request;
    const wire =
      this.#connection.api === 'chat'
        ? chatCall(this.#connection, () => toBody(() => toChatRequest(request, this.#requestModel)), signal)
        : responseCall(this.#connection, () => toBody(() => toResponseRequest(request, this.#requestModel)), signal);
    return new BatchIterator(new StreamCall(wire, signal));
  }
}
