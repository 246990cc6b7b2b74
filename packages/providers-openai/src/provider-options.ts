import type { JsonObject } from '@harness-sdk/core';
import { isObject } from './wire.ts';

/**
 * What only this provider has: `providerOptions.<provider>` of a run (`providerOptions.openai` at OpenAI), or the defaults of
 * one model. Merged into the request body as it is, so that what an API gains later, and what only one server has, can be
 * used at once; what the request itself already says (`model`, `input`, `messages`, `instructions`, `stream`, `tool_choice`,
 * the output limit, `n`) is refused.
 *
 * Write it with `satisfies OpenAIOptions` to have it checked where it is given as plain JSON.
 *
 * @see https://developers.openai.com/api/reference/resources/responses/methods/create
 * @see https://developers.openai.com/api/reference/resources/chat/subresources/completions/methods/create
 */
export interface OpenAIOptions extends JsonObject {
  /** Responses. Merged over what `effort` gives. `summary: 'auto'` shows a summary of the reasoning. */
  readonly reasoning?: {
    readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
    readonly summary?: 'auto' | 'concise' | 'detailed';
    readonly context?: 'auto' | 'current_turn' | 'all_turns';
    readonly mode?: 'standard' | 'pro';
  } & JsonObject;
  /** Responses. Merged over what an output schema gives. */
  readonly text?: { readonly verbosity?: 'low' | 'medium' | 'high' } & JsonObject;
  /** Responses. Added to `reasoning.encrypted_content`. */
  readonly include?: readonly string[];
  /** Responses. Default false: nothing is stored with OpenAI. */
  readonly store?: boolean;
  /** Put behind the tools of the request: the vendor's own, such as web search. */
  readonly tools?: readonly JsonObject[];
  readonly parallel_tool_calls?: boolean;
  readonly max_tool_calls?: number;
  readonly service_tier?: 'auto' | 'default' | 'flex' | 'priority' | 'fast' | 'ultrafast' | 'scale';
  /** Replaces the key that is made of what a session begins with. */
  readonly prompt_cache_key?: string;
  readonly prompt_cache_options?: {
    readonly mode?: 'implicit' | 'explicit';
    readonly ttl?: '30m' | '12h';
  } & JsonObject;
  /** A hash of the user's id, never a name or an address. */
  readonly safety_identifier?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly temperature?: number;
  readonly top_p?: number;
  /** Chat. Replaces what `effort` gives. */
  readonly reasoning_effort?: string;
  /** Chat. Replaces what an output schema gives; `{ type: 'json_object' }` where a server has no schemas. */
  readonly response_format?: JsonObject;
  /** Chat. Merged over `include_usage`, by which the server reports token counts. */
  readonly stream_options?: JsonObject;
  /** Chat. */
  readonly stop?: string | readonly string[];
}

/** Parts of the body that the request says, by the name of what says it. */
const reserved: Readonly<Record<string, string>> = {
  model: 'the id that the model was made with',
  input: 'the transcript',
  messages: 'the transcript',
  instructions: '`system`',
  max_output_tokens: '`maxOutputTokens`',
  max_completion_tokens: '`maxOutputTokens`',
  max_tokens: '`maxOutputTokens`',
  tool_choice: '`toolChoice`',
  n: 'the adapter, which reads one answer',
  stream: 'the adapter, which always streams',
};

/**
 * Why provider options cannot be used.
 *
 * @returns The option and the reason; `undefined` where there is none.
 */
export function optionProblem(options: JsonObject): { readonly option: string; readonly reason: string } | undefined {
  const option = Object.keys(options).find((name) => Object.hasOwn(reserved, name));
  if (option !== undefined) return { option, reason: `\`${option}\` is set by ${reserved[option]}; leave it out.` };
  const list = ['tools', 'include'].find((name) => options[name] !== undefined && !Array.isArray(options[name]));
  if (list !== undefined) return { option: list, reason: `Expected \`${list}\` to be an array.` };
  const { stream_options: streamOptions } = options;
  if (streamOptions === undefined || isObject(streamOptions)) return undefined;
  return { option: 'stream_options', reason: 'Expected `stream_options` to be an object.' };
}
