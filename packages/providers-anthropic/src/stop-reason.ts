import type { ModelStop } from '@harness-sdk/core';

/**
 * `stop_reason` values and what they mean to us.
 *
 * `model_context_window_exceeded` is a cut-off answer, not a failure: the content stands and is paid for. The next call
 * then fails with `context_overflow`, which is what makes room.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
 */
const stops: Readonly<Record<string, ModelStop>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  pause_turn: 'pause',
  // Beta, `pause_after_compaction`: like `pause_turn`, the content goes back as it is and the call is made again.
  compaction: 'pause',
  refusal: 'refusal',
};

/**
 * Why the model stopped.
 *
 * Gateways leave `stop_reason` out or say `end_turn` although there are tool calls, so between those two the content
 * decides.
 *
 * @param raw - `stop_reason` as it was sent, if it was.
 */
export function toModelStop(raw: string | undefined, hasToolCalls: boolean): ModelStop {
  const stop = raw !== undefined && Object.hasOwn(stops, raw) ? stops[raw] : undefined;
  if (stop !== undefined && stop !== 'end' && stop !== 'tool_calls') return stop;
  return hasToolCalls ? 'tool_calls' : 'end';
}
