import { secretsOf } from '@harness-sdk/core/adapter';
import type { CallFacts, MakeSplitter, WireCall } from '@harness-sdk/core/adapter';
import type { Middleware } from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import { createParser } from 'eventsource-parser';
import type { Connection } from './create-client.ts';
import { streamError, toModelError } from './error.ts';
import { fromAnthropicEvent, newAnswer } from './from-event.ts';
import { toUsage } from './usage.ts';
import { readWireEvent } from './wire.ts';

/**
 * Frames of an event stream: the `data` of each event. A comment, by which some gateways show that they are alive while a
 * model thinks, is an empty frame.
 */
export const splitEvents: MakeSplitter = (onFrame) =>
  createParser({ onEvent: ({ data }) => onFrame(data), onComment: () => onFrame('') });

/**
 * What is this API's own in one call.
 *
 * @param makeBody - Called once, when the request is sent.
 * @param signal - The caller's.
 */
export function messageCall(
  connection: Connection,
  makeBody: () => MessageCreateParamsStreaming,
  signal: AbortSignal,
): WireCall {
  const answer = newAnswer();
  const sent: string[] = [];
  const facts = (response: Response | undefined): CallFacts => ({
    vendor: 'Anthropic',
    signal,
    secrets: [...connection.secrets, ...sent],
    usage: toUsage(answer.usage),
    contentStarted: answer.contentStarted,
    requestId: response?.headers.get('request-id') ?? undefined,
  });
  return {
    makeSplitter: splitEvents,
    contentType: /^text\/event-stream\b/i,
    send: (requestSignal) => post(connection, makeBody(), requestSignal, sent),
    convert(frame, response) {
      if (frame === '') return [{ type: 'ping' }];
      const event = readWireEvent(frame);
      if (event === undefined) return [];
      if (event.type === 'error') throw streamError(event.error ?? {}, facts(response));
      return fromAnthropicEvent(event, answer);
    },
    isComplete: () => answer.isComplete,
    toModelError,
    facts,
  };
}

/** @param sent - Gets the credentials that a client of the caller sends. */
function post(
  { client, isGiven }: Connection,
  body: MessageCreateParamsStreaming,
  signal: AbortSignal,
  sent: string[],
): Promise<Response> {
  const note: Middleware = (request, next) => {
    sent.push(...secretsOf([request.headers.get('authorization'), request.headers.get('x-api-key')]));
    return next(request);
  };
  // Not messages.create(): that one prints warnings about models.
  const answer = client.post('/v1/messages', {
    body,
    stream: true,
    maxRetries: 0,
    signal,
    ...(isGiven && { middleware: [note] }),
    // A redirect would take the key to another host.
    fetchOptions: { redirect: 'manual' },
  });
  return answer.asResponse();
}
