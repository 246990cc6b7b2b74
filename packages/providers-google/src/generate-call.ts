import { secretsOf } from '@harness-sdk/core/adapter';
import type { CallFacts, WireCall } from '@harness-sdk/core/adapter';
import type { Connection } from './create-client.ts';
import { malformedError, streamError, toModelError } from './error.ts';
import { endAnswer, fromGoogleEvent, hasStopped, newAnswer } from './from-event.ts';
import { sendRequest } from './send-request.ts';
import { EventSplitter } from './split-events.ts';
import { isMalformed } from './stop-reason.ts';
import type { GoogleRequest } from './to-request.ts';
import { toUsage } from './usage.ts';
import { readWireEvent } from './wire.ts';

/** Gateways keep connections open behind an answer, and more of it may still be on its way. Ours. */
const patienceMs = 2_000;

/**
 * What is this API's own in one call.
 *
 * @param makeBody - Called once, when the request is sent.
 * @param signal - The caller's.
 */
export function generateCall(
  connection: Connection,
  modelId: string,
  makeBody: () => GoogleRequest,
  signal: AbortSignal,
): WireCall {
  const answer = newAnswer();
  let { secrets } = connection;
  let splitter: EventSplitter | undefined;
  /** A frame that has not been converted: behind the end of the stream, one that was cut off. */
  let unread: string | undefined;
  const facts = (): CallFacts => ({
    vendor: 'Google',
    signal,
    secrets,
    usage: toUsage(answer.usage),
    contentStarted: answer.contentStarted,
    requestId: answer.responseId,
  });
  return {
    makeSplitter(onFrame) {
      splitter = new EventSplitter((frame) => {
        // A comment is nothing that could be missing.
        if (frame !== '') unread = frame;
        onFrame(frame);
      });
      return splitter;
    },
    contentType: /^text\/event-stream\b/i,
    send(requestSignal) {
      const onSend = (headers: Headers): void => void (secrets = [...secrets, ...credentialsIn(headers)]);
      return sendRequest(connection, modelId, makeBody(), { signal: requestSignal, onSend });
    },
    convert(frame) {
      if (frame === '') return [{ type: 'ping' }];
      unread = undefined;
      const event = readWireEvent(frame);
      if (event === undefined) return [];
      if (event.error) throw streamError(event.error, facts());
      const events = fromGoogleEvent(event, answer);
      if (isMalformed(answer.rawStop)) throw malformedError(answer, facts());
      return events;
    },
    isComplete: () => answer.isComplete,
    finish() {
      const isWhole = unread === undefined && splitter?.isInsideError !== true;
      return isWhole && hasStopped(answer) ? endAnswer(answer) : [];
    },
    // Models that say that they have stopped before they have did not count tokens.
    patienceMs: () => (hasStopped(answer) && answer.usage !== undefined ? patienceMs : undefined),
    toModelError,
    facts,
  };
}

/** Headers that say nothing of who calls. */
const plainHeaders: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent', 'x-goog-api-client']);

/** What a client of the caller sends as credentials, with and without the scheme in front. */
function credentialsIn(headers: Headers): readonly string[] {
  const values = [...headers].flatMap(([name, value]) => (plainHeaders.has(name) ? [] : [value]));
  return secretsOf(values.flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)]));
}
