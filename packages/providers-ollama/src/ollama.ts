import { OptionError, checkOptions } from '@harness-sdk/core';
import type { Model, ModelEvent, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { BatchIterator, StreamCall } from '@harness-sdk/core/adapter';
import { chatCall } from './chat-call.ts';
import type { CalledModel } from './chat-call.ts';
import { checkSettings, createConnection } from './create-client.ts';
import type { Connection, OllamaSettings } from './create-client.ts';
import { isCloudModel, knownInfo, toContextWindow, toModelInfo } from './model-info.ts';
import { ModelLookup } from './model-lookup.ts';
import { optionProblem } from './provider-options.ts';
import type { OllamaOptions } from './provider-options.ts';

/** Options of one model. */
export interface OllamaModelOptions {
  /**
   * Tokens of input and output to ask the server for, sent as `num_ctx`: each costs memory there. Default: what the
   * model's Modelfile says, else what the model was made for, up to 32,768; in the cloud, all that it was made for.
   */
  readonly contextWindow?: number;
  /** Facts about the model that the server does not know, or that you know better; yours win. */
  readonly info?: ModelInfo;
  /** For every call of this model; those of a call win, option by option. */
  readonly providerOptions?: OllamaOptions;
}

/**
 * Makes a model.
 *
 * @param modelId - As the server names it, with or without a tag: `qwen3.8:27b`. Any id is passed through.
 * @throws OptionError where an option is wrong or there is no key for the cloud; nothing has been sent then.
 */
export type OllamaFactory = (modelId: string, options?: OllamaModelOptions) => Model;

/**
 * A factory of models for a given server or key.
 *
 * @throws OptionError where a setting is unknown or wrong. What is wrong with the environment is an error of the factory,
 * so that a program can be set up before its environment is.
 */
export function createOllama(settings: OllamaSettings = {}): OllamaFactory {
  checkSettings(settings);
  return (modelId, options = {}) => {
    checkModel(modelId, options);
    return new OllamaModel(createConnection(settings), modelId, options);
  };
}

/**
 * A model of the Ollama server that the environment variable `OLLAMA_HOST` names, which is read now, or of the one on this
 * machine.
 *
 * @param modelId - As the server names it, with or without a tag: `qwen3.8:27b`. Any id is passed through.
 * @throws OptionError where an option is wrong; nothing has been sent then.
 */
export function ollama(modelId: string, options?: OllamaModelOptions): Model {
  return createOllama()(modelId, options);
}

function checkModel(modelId: unknown, options: OllamaModelOptions): void {
  if (typeof modelId !== 'string' || modelId.trim() === '') {
    const got = typeof modelId === 'string' ? 'an empty one' : typeof modelId;
    throw new OptionError('modelId', `Expected the id of a model as a string, such as "qwen3.8:27b", got ${got}.`);
  }
  checkOptions('ollama', options, {
    contextWindow: { type: 'number', integer: true, min: 1 },
    info: { type: 'object' },
    providerOptions: { type: 'object' },
  });
  const problem = optionProblem(options.providerOptions ?? {});
  if (problem !== undefined) throw new OptionError(`providerOptions.${problem.option}`, problem.reason);
}

class OllamaModel implements Model {
  readonly provider = 'ollama';
  readonly id: string;
  readonly #options: OllamaModelOptions;
  /** Private, so that a model that is printed shows no key. */
  readonly #called: CalledModel;

  constructor(connection: Connection, id: string, options: OllamaModelOptions) {
    this.id = id;
    this.#options = options;
    this.#called = {
      id,
      connection,
      isCloud: isCloudModel(id, connection),
      contextWindow: options.contextWindow ?? options.info?.contextWindow,
      info: () => this.info,
      lookup: new ModelLookup(connection, id),
      options: options.providerOptions ?? {},
    };
  }

  /** Grows by what the server says at the first call, the window among it. */
  get info(): ModelInfo {
    const { id, connection, isCloud, contextWindow, lookup } = this.#called;
    const { details } = lookup;
    return {
      ...knownInfo(id, connection),
      ...(details && toModelInfo(details, toContextWindow(details, isCloud))),
      ...this.#options.info,
      ...(contextWindow !== undefined && { contextWindow }),
    };
  }

  stream(request: ModelRequest): AsyncIterable<ModelEvent> {
    return new BatchIterator(new StreamCall(chatCall(this.#called, request), request.signal));
  }
}
