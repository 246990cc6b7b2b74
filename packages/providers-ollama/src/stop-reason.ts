import type { ModelStop } from '@harness-sdk/core';

/**
 * Why the model stopped. `done_reason` is `stop` for tool calls too, so there the content decides. A stop sequence is a
 * `stop` as well, and the API does not tell it from an end.
 *
 * @param raw - `done_reason` as it was sent, if it was: old servers do not.
 */
export function toModelStop(raw: string | undefined, hasToolCalls: boolean): ModelStop {
  if (raw === 'length') return 'length';
  return hasToolCalls ? 'tool_calls' : 'end';
}

/**
 * True for the ends of requests that the server takes for something else than a question: `load` and `unload` are its
 * answers to one without messages.
 */
export function isNoAnswer(raw: string | undefined): boolean {
  return raw === 'load' || raw === 'unload';
}
