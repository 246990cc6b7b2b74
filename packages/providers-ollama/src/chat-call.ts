import type { JsonObject, ModelInfo, ModelRequest } from '@harness-sdk/core';
import { callError, protocolError, splitLines } from '@harness-sdk/core/adapter';
import type { CallFacts, WireCall } from '@harness-sdk/core/adapter';
import type { ChatRequest } from 'ollama/browser';
import { createClient } from './create-client.ts';
import type { Connection } from './create-client.ts';
import { streamError, toModelError } from './error.ts';
import { findTruncation } from './find-truncation.ts';
import { fromOllamaEvent, newAnswer } from './from-event.ts';
import { toContextWindow } from './model-info.ts';
import type { ModelLookup } from './model-lookup.ts';
import { isNoAnswer } from './stop-reason.ts';
import { checkRequest, toOllamaBody } from './to-request.ts';
import type { OllamaRequest } from './to-request.ts';
import { readWireEvent } from './wire.ts';
import type { WireChunk, WireEvent } from './wire.ts';

/** What a call needs of its model. */
export interface CalledModel {
  readonly id: string;
  readonly connection: Connection;
  readonly isCloud: boolean;
  /** The window that the caller wants; `undefined` leaves it to the server's facts. */
  readonly contextWindow: number | undefined;
  /** Facts as they are known when it is asked. */
  readonly info: () => ModelInfo;
  readonly lookup: ModelLookup;
  /** Provider options for every call of the model. */
  readonly options: JsonObject;
}

/** Content types of an answer: of a server, and of the cloud. */
const contentType = /^application\/(x-ndjson|json)\b/i;

/** What is this API's own in one call. */
export function chatCall(model: CalledModel, request: ModelRequest): WireCall {
  const answer = newAnswer(countCalls(request));
  let sent: OllamaRequest | undefined;
  const facts = (): CallFacts => ({
    vendor: 'Ollama',
    signal: request.signal,
    secrets: model.connection.secrets,
    usage: answer.usage,
    contentStarted: answer.contentStarted,
  });

  /** @throws ModelError for an end that is none. */
  function checkEnd(chunk: WireChunk): void {
    if (!answer.isComplete) return;
    if (isNoAnswer(answer.rawStop)) {
      throw callError('invalid_request', `Ollama answered with ${answer.rawStop} only, and no message.`, facts());
    }
    const problem = sent && findTruncation(sent, chunk, model.isCloud);
    if (problem === undefined) return;
    throw callError('context_overflow', `${problem} Ask for a larger one with \`contextWindow\`.`, facts());
  }

  return {
    makeSplitter: splitLines,
    contentType,
    async send(signal) {
      checkRequest(request, model.options);
      sent = await toBody(model, request, signal);
      return post(model.connection, sent, signal);
    },
    convert(frame, response) {
      const event = readLine(frame, response, facts);
      if (event.type === 'error') throw streamError(event.error, facts());
      const events = fromOllamaEvent(event.chunk, answer);
      checkEnd(event.chunk);
      return events;
    },
    isComplete: () => answer.isComplete,
    toModelError: (thrown, known) => toModelError(thrown, known, { modelId: model.id, connection: model.connection }),
    facts,
  };
}

async function toBody(model: CalledModel, request: ModelRequest, signal: AbortSignal): Promise<OllamaRequest> {
  const isKnown = model.contextWindow !== undefined && request.effort === undefined;
  const details = isKnown ? {} : await model.lookup.load(signal);
  return toOllamaBody(request, {
    id: model.id,
    capabilities: model.info().capabilities,
    thinkValues: details.thinkValues,
    contextWindow: model.contextWindow ?? toContextWindow(details, model.isCloud),
    options: model.options,
  });
}

async function post(connection: Connection, body: OllamaRequest, signal: AbortSignal): Promise<Response> {
  const capture: { response?: Response } = {};
  try {
    // The vendor's types lag behind its server: they know no ids, no `truncate`, and no levels but three.
    await createClient(connection, signal, capture).chat(body as unknown as ChatRequest & { stream: true });
  } catch (error) {
    // An answer without a body: whoever reads it says so.
    if (capture.response === undefined) throw error;
  }
  if (capture.response === undefined) throw new TypeError('The client of Ollama sent nothing.');
  return capture.response;
}

/** A page where lines were expected is one of another server, or of whatever stands in between. */
function readLine(frame: string, response: Response | undefined, facts: () => CallFacts): WireEvent {
  try {
    return readWireEvent(frame);
  } catch (error) {
    const type = response?.headers.get('content-type') ?? '';
    if (contentType.test(type)) throw error;
    const answer = `Ollama answered ${response?.status} without a stream of lines (${type || 'no content type'})`;
    throw protocolError(`${answer}. Check \`baseURL\`.`, facts());
  }
}

function countCalls({ messages }: ModelRequest): number {
  const blocks = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []));
  return blocks.filter(({ type }) => type === 'tool_call').length;
}
