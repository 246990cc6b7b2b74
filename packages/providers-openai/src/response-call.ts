import type { JsonObject } from '@harness-sdk/core';
import type { CallFacts, WireCall } from '@harness-sdk/core/adapter';
import type { Connection } from './create-client.ts';
import { withoutError } from './error-answer.ts';
import { streamError, toModelError } from './error.ts';
import { fromResponseEvent, newResponseAnswer } from './from-response-event.ts';
import { post } from './post.ts';
import { readResponseEvent } from './response-wire.ts';
import { splitEvents } from './split-events.ts';
import { toResponseUsage } from './usage.ts';

/**
 * What is the Responses API's own in one call.
 *
 * @param makeBody - Called once, when the request is sent.
 * @param signal - The caller's.
 */
export function responseCall(connection: Connection, makeBody: () => JsonObject, signal: AbortSignal): WireCall {
  const answer = newResponseAnswer();
  const facts = (response: Response | undefined): CallFacts => ({
    vendor: connection.vendor,
    signal,
    secrets: connection.secrets(),
    usage: toResponseUsage(answer.response['usage']),
    contentStarted: answer.contentStarted,
    requestId: response?.headers.get('x-request-id') ?? undefined,
  });
  return {
    makeSplitter: splitEvents,
    contentType: /^text\/event-stream\b/i,
    async send(requestSignal) {
      return withoutError(await post(connection, '/responses', makeBody(), requestSignal), facts);
    },
    convert(frame, response) {
      const event = readResponseEvent(frame);
      if (event === undefined) return [];
      if (event.type !== 'failed') return fromResponseEvent(event, answer);
      answer.response = { ...answer.response, ...event.response };
      throw streamError(event.error, facts(response));
    },
    isComplete: () => answer.isComplete,
    toModelError,
    facts,
  };
}
