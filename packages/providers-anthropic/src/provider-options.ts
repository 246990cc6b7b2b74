import type { Json, JsonObject } from '@harness-sdk/core';

/**
 * What only this provider has: `providerOptions.anthropic` of a run, or the defaults of one model. Merged into the request
 * body as it is, so that what the API gains later can be used at once; what the request itself already says (`model`,
 * `messages`, `system`, `max_tokens`, `tool_choice`, `stream`) is refused.
 *
 * Write it with `satisfies AnthropicOptions` to have it checked where it is given as plain JSON.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 */
export interface AnthropicOptions extends JsonObject {
  /** Replaces what `effort` gives. `display: 'summarized'` shows the thinking of models that hide it by default. */
  readonly thinking?: AnthropicThinking;
  /** Merged over what `effort` and an output schema give. */
  readonly output_config?: { readonly effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max' } & JsonObject;
  /** Put behind the tools of the request: the vendor's own, such as web search. */
  readonly tools?: readonly JsonObject[];
  readonly stop_sequences?: readonly string[];
  readonly service_tier?: 'auto' | 'standard_only';
  readonly speed?: 'standard' | 'fast';
  readonly inference_geo?: string;
  /** `user_id`: an opaque id, never a name or an address. */
  readonly metadata?: { readonly user_id?: string };
  readonly container?: Json;
  readonly diagnostics?: { readonly previous_message_id?: string };
}

/** The forms of the `thinking` parameter; which of them a model takes depends on the model. */
export type AnthropicThinking = (
  | { readonly type: 'adaptive'; readonly display?: 'summarized' | 'omitted' }
  | { readonly type: 'enabled'; readonly budget_tokens: number; readonly display?: 'summarized' | 'omitted' }
  | { readonly type: 'between_tools' }
  | { readonly type: 'disabled' }
) &
  JsonObject;

/** Parts of the body that the request says, by the name of what says it. */
const reserved: Readonly<Record<string, string>> = {
  model: 'the id that the model was made with',
  messages: 'the transcript',
  system: '`system`',
  max_tokens: '`maxOutputTokens`',
  tool_choice: '`toolChoice`',
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
  if (options['tools'] !== undefined && !Array.isArray(options['tools'])) {
    return { option: 'tools', reason: 'Expected `tools` to be an array of the tools that Anthropic runs.' };
  }
  return undefined;
}
