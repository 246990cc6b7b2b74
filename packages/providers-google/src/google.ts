import { OptionError, checkOptions } from '@harness-sdk/core';
import type { JsonObject, Model, ModelEvent, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { BatchIterator, StreamCall } from '@harness-sdk/core/adapter';
import { checkSettings, createClient } from './create-client.ts';
import type { Connection, GoogleSettings } from './create-client.ts';
import { generateCall } from './generate-call.ts';
import { knownModel } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import type { GoogleOptions } from './provider-options.ts';
import { toBody } from './to-request.ts';
import type { RequestModel } from './to-request.ts';

/** Options of one model. */
export interface GoogleModelOptions {
  /** Facts about the model that we do not know, or know better than you; yours win. */
  readonly info?: ModelInfo;
  /** For every call of this model; those of a call win, option by option. */
  readonly providerOptions?: GoogleOptions;
}

/**
 * Makes a model.
 *
 * @param modelId - As the API names it, with or without a path in front. Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export type GoogleFactory = (modelId: string, options?: GoogleModelOptions) => Model;

/**
 * A factory of models for given keys, host or client.
 *
 * @throws OptionError where a setting is unknown or wrong. That there is no key is an error of the factory, so that a
 * program can be set up before its environment is.
 */
export function createGoogle(settings: GoogleSettings = {}): GoogleFactory {
  checkSettings(settings);
  return (modelId, options = {}) => {
    checkModel(modelId, options);
    return new GoogleModel(createClient(settings), modelId, options);
  };
}

/**
 * A model of Google, with the key in the environment variable `GOOGLE_API_KEY`, or else `GEMINI_API_KEY`, read now.
 *
 * @param modelId - As the API names it: `gemini-3.8-flash`. Unknown ids are passed through.
 * @throws OptionError where an option is wrong or there is no key; nothing has been sent then.
 */
export function google(modelId: string, options?: GoogleModelOptions): Model {
  return createGoogle()(modelId, options);
}

function checkModel(modelId: unknown, options: GoogleModelOptions): void {
  if (typeof modelId !== 'string' || modelId.trim() === '') {
    const got = typeof modelId === 'string' ? 'an empty one' : typeof modelId;
    throw new OptionError('modelId', `Expected the id of a model as a string, such as "gemini-3.8-flash", got ${got}.`);
  }
  // It becomes part of the URL, and must not lead anywhere else.
  if (/[?&#%\\\s]|\.\./.test(modelId)) {
    throw new OptionError(
      'modelId',
      `Expected the id of a model, such as "gemini-3.8-flash", got ${JSON.stringify(modelId)}.`,
    );
  }
  checkOptions('google', options, { info: { type: 'object' }, providerOptions: { type: 'object' } });
  const problem = optionProblem(options.providerOptions ?? {});
  if (problem !== undefined) throw new OptionError(`providerOptions.${problem.option}`, problem.reason);
}

class GoogleModel implements Model {
  readonly provider = 'google';
  readonly id: string;
  readonly info: ModelInfo;
  /** Private, so that a model that is printed shows no key. */
  readonly #connection: Connection;
  readonly #requestModel: RequestModel;

  constructor(connection: Connection, id: string, { info, providerOptions = {} }: GoogleModelOptions) {
    const known = knownModel(id);
    this.id = id;
    this.info = { ...known.info, ...info };
    this.#connection = connection;
    const { maxOutputTokens } = info ?? {};
    this.#requestModel = {
      id,
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      thinking: known.thinking,
      options: providerOptions,
    };
  }

  /** Not a field: a model that is printed shows none of them. */
  get providerOptions(): JsonObject {
    return this.#requestModel.options;
  }

  stream(request: ModelRequest): AsyncIterable<ModelEvent> {
    const makeBody = () => toBody(request, this.#requestModel);
    const call = generateCall(this.#connection, this.id, makeBody, request.signal);
    return new BatchIterator(new StreamCall(call, request.signal));
  }
}
