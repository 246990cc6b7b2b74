import type { JsonObject } from '@harness-sdk/core';
import type { CallFacts, WireCall } from '@harness-sdk/core/adapter';
import { doneFrame, readChatChunk } from './chat-wire.ts';
import type { Connection } from './create-client.ts';
import { withoutError } from './error-answer.ts';
import { streamError, toModelError } from './error.ts';
import { endChat, fromChatChunk, newChatAnswer } from './from-chat-chunk.ts';
import { post } from './post.ts';
import { splitEvents } from './split-events.ts';
import { toChatUsage } from './usage.ts';

/** `finish_reason` values of an answer that broke off: OpenRouter and Mistral; DeepSeek without capacity. */
const brokenOff: ReadonlySet<string | undefined> = new Set(['error', 'insufficient_system_resource']);

/**
 * How long to wait behind a finish reason on a connection that stays open: for the end mark, or first of all for the counts,
 * which come behind it.
 */
const patienceMs = { withCounts: 2_000, withoutCounts: 10_000 };

/**
 * What is Chat Completions' own in one call.
 *
 * The end is the mark `[DONE]`, because the counts come behind the finish reason, and two recorded servers send none. Where
 * the body ends without the mark, an answer with a finish reason is whole.
 *
 * @param makeBody - Called once, when the request is sent.
 * @param signal - The caller's.
 */
export function chatCall(connection: Connection, makeBody: () => JsonObject, signal: AbortSignal): WireCall {
  const answer = newChatAnswer();
  const facts = (response: Response | undefined): CallFacts => ({
    vendor: connection.vendor,
    signal,
    secrets: connection.secrets(),
    usage: toChatUsage(answer.usage),
    contentStarted: answer.contentStarted,
    requestId: response?.headers.get('x-request-id') ?? undefined,
  });
  const end = (response: Response | undefined) => {
    if (brokenOff.has(answer.finishReason)) {
      throw streamError(
        { message: 'The answer broke off.', code: answer.finishReason, status_code: 503 },
        facts(response),
      );
    }
    return endChat(answer);
  };
  return {
    makeSplitter: splitEvents,
    contentType: /^text\/event-stream\b/i,
    endMark: doneFrame,
    async send(requestSignal) {
      return withoutError(await post(connection, '/chat/completions', makeBody(), requestSignal), facts);
    },
    convert(frame, response) {
      if (frame === '') return [{ type: 'ping' }];
      if (frame === doneFrame && answer.hasChunks) return end(response);
      const chunk = readChatChunk(frame);
      const isOver = answer.finishReason === 'length';
      const events = fromChatChunk(chunk, answer);
      // OpenRouter reports the output limit a second time, as an error behind the finish reason of an answer that stands.
      if (chunk.error !== undefined && !isOver) throw streamError(chunk.error, facts(response));
      return events;
    },
    isComplete: () => answer.isComplete,
    finish: () => (answer.finishReason === undefined ? [] : end(undefined)),
    patienceMs() {
      if (answer.finishReason === undefined) return undefined;
      return answer.usage === undefined ? patienceMs.withoutCounts : patienceMs.withCounts;
    },
    toModelError,
    facts,
  };
}
