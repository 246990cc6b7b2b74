import type { ModelStop } from '@harness-sdk/core';

/** What a `finishReason` means: a stop, or an answer that the API could not read itself. */
type Meaning = ModelStop | 'malformed';

/**
 * `finishReason` values and what they mean to us. There is none for tool calls: they end with `STOP` too.
 *
 * @see https://ai.google.dev/api/generate-content#FinishReason
 */
const meanings: Readonly<Record<string, Meaning>> = {
  STOP: 'end',
  MAX_TOKENS: 'length',
  // One segment of a long answer is full. The content stands, as where the limit was ours.
  CONTINUATION: 'length',
  SAFETY: 'refusal',
  RECITATION: 'refusal',
  LANGUAGE: 'refusal',
  BLOCKLIST: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
  SPII: 'refusal',
  // Vertex AI; not among the values that the API documents.
  MODEL_ARMOR: 'refusal',
  IMAGE_SAFETY: 'refusal',
  IMAGE_PROHIBITED_CONTENT: 'refusal',
  IMAGE_RECITATION: 'refusal',
  MALFORMED_FUNCTION_CALL: 'malformed',
  UNEXPECTED_TOOL_CALL: 'malformed',
  TOO_MANY_TOOL_CALLS: 'malformed',
  MALFORMED_RESPONSE: 'malformed',
  NO_IMAGE: 'malformed',
  IMAGE_OTHER: 'malformed',
  OTHER: 'malformed',
};

/** True where the model produced something that the API could not use; a new attempt may go well. */
export function isMalformed(raw: string | undefined): boolean {
  return meaningOf(raw) === 'malformed';
}

/**
 * Why the model stopped. Values that came after this was written go by the content.
 *
 * @param raw - `finishReason` as it was sent, if it was.
 */
export function toModelStop(raw: string | undefined, hasToolCalls: boolean): ModelStop {
  const meaning = meaningOf(raw);
  if (meaning !== undefined && meaning !== 'end' && meaning !== 'malformed') return meaning;
  return hasToolCalls ? 'tool_calls' : 'end';
}

function meaningOf(raw: string | undefined): Meaning | undefined {
  return raw !== undefined && Object.hasOwn(meanings, raw) ? meanings[raw] : undefined;
}
