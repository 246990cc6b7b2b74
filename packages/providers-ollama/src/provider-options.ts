import type { JsonObject } from '@harness-sdk/core';
import { isObject } from './wire.ts';

/**
 * What only this provider has: `providerOptions.ollama` of a run, or the defaults of one model. Merged into the request
 * body as it is, `options` name by name, so that what the API gains later can be used at once; what the request itself
 * already says (`model`, `messages`, `tools`, `stream`, `truncate`, `shift`, `options.num_ctx`, `options.num_predict`) is
 * refused.
 *
 * Write it with `satisfies OllamaOptions` to have it checked where it is given as plain JSON.
 *
 * @see https://docs.ollama.com/api/chat
 */
export interface OllamaOptions extends JsonObject {
  /** Replaces what `effort` gives: a switch, or one of the model's own levels. */
  readonly think?: boolean | string;
  /** How long the model stays in memory: seconds, or text such as `10m`; 0 unloads it at once. The server's default: `5m`. */
  readonly keep_alive?: number | string;
  /** Replaces what an output schema gives: `json`, or a JSON Schema. */
  readonly format?: 'json' | JsonObject;
  /** Options of the model and of what runs it. */
  readonly options?: OllamaModelParameters;
}

/** The parameters that Ollama documents; others pass through. @see https://docs.ollama.com/modelfile */
export interface OllamaModelParameters extends JsonObject {
  readonly temperature?: number;
  readonly top_k?: number;
  readonly top_p?: number;
  readonly min_p?: number;
  readonly seed?: number;
  readonly stop?: string | readonly string[];
  readonly repeat_last_n?: number;
  readonly repeat_penalty?: number;
  readonly num_gpu?: number;
  readonly num_thread?: number;
}

/** Parts of the body that the request says, by what says it. */
const reserved: Readonly<Record<string, string>> = {
  model: 'the id that the model was made with',
  messages: 'the transcript',
  tools: 'the tools of the run',
  stream: 'the adapter, which always streams',
  truncate: 'the adapter, which lets no server cut a prompt',
  shift: 'the adapter, which lets no server drop what it has read',
};

const reservedParameters: Readonly<Record<string, string>> = {
  num_ctx: 'the option `contextWindow` of the model',
  num_predict: '`maxOutputTokens`',
};

/**
 * Why provider options cannot be used.
 *
 * @returns The option and the reason; `undefined` where there is none.
 */
export function optionProblem(options: JsonObject): { readonly option: string; readonly reason: string } | undefined {
  const option = Object.keys(options).find((name) => Object.hasOwn(reserved, name));
  if (option !== undefined) return { option, reason: `\`${option}\` is set by ${reserved[option]}; leave it out.` };
  const { options: parameters } = options;
  if (parameters === undefined) return undefined;
  if (!isObject(parameters)) return { option: 'options', reason: 'Expected `options` to be an object of parameters.' };
  const name = Object.keys(parameters).find((key) => Object.hasOwn(reservedParameters, key));
  if (name === undefined) return undefined;
  return { option: `options.${name}`, reason: `\`${name}\` is set by ${reservedParameters[name]}; leave it out.` };
}
