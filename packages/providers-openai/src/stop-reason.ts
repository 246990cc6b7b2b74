import type { ModelStop } from '@harness-sdk/core';

/** What of an answer's content decides why the model stopped: neither API says it all by itself. */
export interface StopFacts {
  readonly hasToolCalls: boolean;
  readonly hasRefusal: boolean;
}

/**
 * `incomplete_details.reason` values. After `max_messages` and `steered` the answer goes on when the model is called again
 * with what it has said.
 */
const incompleteStops: Readonly<Record<string, ModelStop>> = {
  max_output_tokens: 'length',
  content_filter: 'refusal',
  max_messages: 'pause',
  steered: 'pause',
};

/**
 * Why a response ended. There is no word for tool calls or for a refusal: the content shows them.
 *
 * @param reason - `incomplete_details.reason`, if it was sent.
 */
export function toResponseStop(
  status: 'completed' | 'incomplete',
  reason: string | undefined,
  facts: StopFacts,
): ModelStop {
  if (status === 'completed') return stopOf(facts);
  // An answer that is not complete for a reason of later years is cut off, whatever cut it.
  return (reason !== undefined && Object.hasOwn(incompleteStops, reason) && incompleteStops[reason]) || 'length';
}

/** `finish_reason` values that say more than that the model has ended, by itself or with tool calls. */
const finishStops: Readonly<Record<string, ModelStop>> = {
  length: 'length',
  // Of Mistral, and of gateways in front of other APIs.
  model_length: 'length',
  max_tokens: 'length',
  content_filter: 'refusal',
  refusal: 'refusal',
  stop_sequence: 'stop_sequence',
};

/**
 * Why a chat completion ended. Servers say `stop` or `eos` or nothing although there are tool calls, so between the end and
 * tool calls the content decides.
 *
 * @param reason - `finish_reason`, if it was sent.
 */
export function toChatStop(reason: string | undefined, facts: StopFacts): ModelStop {
  return (reason !== undefined && Object.hasOwn(finishStops, reason) && finishStops[reason]) || stopOf(facts);
}

function stopOf({ hasToolCalls, hasRefusal }: StopFacts): ModelStop {
  if (hasToolCalls) return 'tool_calls';
  return hasRefusal ? 'refusal' : 'end';
}
