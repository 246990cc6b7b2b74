import type { JsonObject } from '@harness-sdk/core';
import { isObject, itemsOf, objectOf, readObject, textOf } from './wire.ts';

/**
 * The fields we read of a chunk of a streamed chat completion. Servers differ much, so every field may be missing, `null`
 * or of another type.
 *
 * @see https://developers.openai.com/api/reference/resources/chat/subresources/completions/streaming-events
 */
export interface ChatChunk {
  readonly id: string;
  readonly model: string;
  readonly serviceTier: string;
  /** Absent in chunks that only carry counts, or a content filter's results. */
  readonly choice: JsonObject | undefined;
  readonly delta: JsonObject;
  readonly usage: JsonObject | undefined;
  /** An error that the server put into the stream. */
  readonly error: unknown;
}

/** The end mark of a stream. */
export const doneFrame = '[DONE]';

/**
 * One frame of the event stream as a chunk.
 *
 * @throws SyntaxError where the frame is not JSON, TypeError where it is not the JSON of a chunk.
 */
export function readChatChunk(frame: string): ChatChunk {
  const chunk = readObject(frame);
  const error = errorOf(chunk);
  const choices = itemsOf(chunk['choices']);
  const usage = usageOf(chunk);
  if (error === undefined && usage === undefined && !Array.isArray(chunk['choices'])) {
    throw new TypeError('Expected an object with `choices`.');
  }
  const choice = isObject(choices[0]) ? choices[0] : undefined;
  return {
    id: textOf(chunk['id']),
    model: textOf(chunk['model']),
    serviceTier: textOf(chunk['service_tier']) || textOf(usage?.['service_tier']),
    choice,
    delta: objectOf(choice?.['delta']),
    usage,
    error,
  };
}

/** Groq sends the counts of the first of its two usages in a place of its own, too. */
function usageOf({ usage, x_groq: groq }: JsonObject): JsonObject | undefined {
  if (isObject(usage)) return usage;
  const inGroq = isObject(groq) ? groq['usage'] : undefined;
  return isObject(inGroq) ? inGroq : undefined;
}

/** Most servers send `{ error }`; vLLM and Mistral send the error itself, as an object of that kind. */
function errorOf(chunk: JsonObject): unknown {
  const isError = chunk['object'] === 'error' || chunk['type'] === 'error';
  return chunk['error'] ?? (isError ? chunk : undefined);
}
