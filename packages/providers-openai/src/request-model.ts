import { ModelError, messageOf } from '@harness-sdk/core';
import { wellFormed } from '@harness-sdk/core/adapter';
import type { JsonObject, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { nearestEffort } from './model-info.ts';
import type { WireEffort } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import { itemsOf } from './wire.ts';

/** What of the model and its host a request depends on. */
export interface RequestModel {
  readonly id: string;
  readonly provider: string;
  readonly info: ModelInfo;
  readonly efforts: readonly WireEffort[];
  /** True where OpenAI's own models run, with all that its API has. */
  readonly hasOpenAIModels: boolean;
  /** Provider options for every call of the model. */
  readonly options: JsonObject;
}

/**
 * The provider options of a call: those of the model, with those of the request over them, option by option.
 *
 * @throws ModelError with `invalid_request` where one says what the request says itself.
 */
export function providerOptions(request: ModelRequest, { provider, options }: RequestModel): JsonObject {
  const all = { ...options, ...request.providerOptions?.[provider] };
  const problem = optionProblem(all);
  if (problem !== undefined) throw new ModelError('invalid_request', `providerOptions.${provider}: ${problem.reason}`);
  return all;
}

/** The tools of the request in declared order, and those of the vendor behind them. */
export function withVendorTools(tools: readonly JsonObject[], options: JsonObject): readonly JsonObject[] {
  return [...tools, ...itemsOf(options['tools']).map((tool) => tool as JsonObject)];
}

/** The effort for a model, if it was asked for one and has any. */
export function effortOf({ effort }: ModelRequest, { efforts }: RequestModel): WireEffort | undefined {
  return effort === undefined ? undefined : nearestEffort(effort, efforts);
}

/**
 * A body as it can be sent: no half of a surrogate pair in it, which servers refuse.
 *
 * @throws ModelError with `invalid_request` where the request is none that JSON could hold, or cannot be honoured.
 */
export function toBody(makeBody: () => JsonObject): JsonObject {
  try {
    return wellFormed(makeBody());
  } catch (error) {
    if (ModelError.isInstance(error)) throw error;
    throw new ModelError('invalid_request', `The request cannot be sent as JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
