import { OptionError, checkOptions } from '@harness-sdk/core';
import type { JsonObject, Model, ModelEvent, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { BatchIterator, StreamCall } from '@harness-sdk/core/adapter';
import { checkSettings, createClient } from './create-client.ts';
import type { AnthropicSettings, Connection } from './create-client.ts';
import { messageCall } from './message-call.ts';
import { knownModel } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import type { AnthropicOptions } from './provider-options.ts';
import { toBody } from './to-request.ts';
import type { RequestModel } from './to-request.ts';

/** Options of one model. */
export interface AnthropicModelOptions {
  /** Facts about the model that we do not know, or know better than you; yours win. */
  readonly info?: ModelInfo;
  /** For every call of this model; those of a call win, option by option. */
  readonly providerOptions?: AnthropicOptions;
}

/**
 * Makes a model.
 *
 * @param modelId - As the API names it, with or without the date of a snapshot. Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export type AnthropicFactory = (modelId: string, options?: AnthropicModelOptions) => Model;

/**
 * A factory of models for given keys, host or client.
 *
 * @throws OptionError where a setting is unknown or wrong. That there is no key is an error of the factory, so that a
 * program can be set up before its environment is.
 */
export function createAnthropic(settings: AnthropicSettings = {}): AnthropicFactory {
  checkSettings(settings);
  return (modelId, options = {}) => {
    checkModel(modelId, options);
    return new AnthropicModel(createClient(settings), modelId, options);
  };
}

/**
 * A model of Anthropic, with the key in the environment variable `ANTHROPIC_API_KEY`, which is read now.
 *
 * @param modelId - As the API names it: `claude-opus-5-5`. Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export function anthropic(modelId: string, options?: AnthropicModelOptions): Model {
  return createAnthropic()(modelId, options);
}

function checkModel(modelId: unknown, options: AnthropicModelOptions): void {
  if (typeof modelId !== 'string' || modelId.trim() === '') {
    const got = typeof modelId === 'string' ? 'an empty one' : typeof modelId;
    throw new OptionError('modelId', `Expected the id of a model as a string, such as "claude-opus-5-5", got ${got}.`);
  }
  checkOptions('anthropic', options, { info: { type: 'object' }, providerOptions: { type: 'object' } });
  const problem = optionProblem(options.providerOptions ?? {});
  if (problem !== undefined) throw new OptionError(`providerOptions.${problem.option}`, problem.reason);
}

class AnthropicModel implements Model {
  readonly provider = 'anthropic';
  readonly id: string;
  readonly info: ModelInfo;
  /** Private, so that a model that is printed shows no key. */
  readonly #connection: Connection;
  readonly #requestModel: RequestModel;

  constructor(connection: Connection, id: string, { info, providerOptions = {} }: AnthropicModelOptions) {
    const known = knownModel(id);
    this.id = id;
    this.info = { ...known.info, ...info };
    this.#connection = connection;
    this.#requestModel = { id, info: this.info, thinking: known.thinking, options: providerOptions };
  }

  /** Not a field: a model that is printed shows none of them. */
  get providerOptions(): JsonObject {
    return this.#requestModel.options;
  }

  stream(request: ModelRequest): AsyncIterable<ModelEvent> {
    const makeBody = () => toBody(request, this.#requestModel);
    return new BatchIterator(new StreamCall(messageCall(this.#connection, makeBody, request.signal), request.signal));
  }
}
