import { ModelError } from '@harness-sdk/core';
import type { ModelErrorDetails, ModelErrorKind } from '@harness-sdk/core';
import { abortError, callError, connectionError, redact, retryAfterMs } from '@harness-sdk/core/adapter';
import type { CallFacts } from '@harness-sdk/core/adapter';
import { AnswerError } from './create-client.ts';
import type { Connection } from './create-client.ts';
import { isObject } from './wire.ts';

/** Whom a call goes to, for what to do about its errors. */
export interface Callee {
  readonly modelId: string;
  readonly connection: Pick<Connection, 'baseURL' | 'isCloud'>;
}

/** Causes that the API gives no code, only words. Each is quoted from the server's source or from a real answer. */
const kindByWords: readonly (readonly [RegExp, ModelErrorKind])[] = [
  // "request (351 tokens) exceeds the available context size (256 tokens), try increasing it"
  // "the input length exceeds the context length"
  // "the prompt is longer than the context length currently available to the model; …"
  [/(exceed\w*|longer than) (the )?(available |maximum |max )?context (size|length|window)/i, 'context_overflow'],
  // "you've reached your hourly usage limit, please wait or upgrade to continue"; also with 429
  [/reached your \w+ usage limit/i, 'quota'],
  // "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"; with 403
  [/requires a subscription/i, 'quota'],
  // "error parsing tool call: raw='…', err=invalid character …"
  [/error parsing tool call/i, 'malformed_output'],
  // "prediction aborted, token repeat limit reached"
  [/token repeat limit reached/i, 'malformed_output'],
  // "model requires more system memory (5.6 GiB) than is available (3.1 GiB)"; with 500, but another try needs as much
  [/requires more system memory/i, 'invalid_request'],
];

/** @see https://docs.ollama.com/api/errors */
const kindByStatus: Readonly<Record<number, ModelErrorKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  408: 'timeout',
  413: 'context_overflow',
  429: 'rate_limit',
  // "request canceled"; it was not by us.
  499: 'network',
  // "server busy, please try again.  maximum pending requests exceeded"
  503: 'overloaded',
};

/** Anything thrown during a call as the one error that a model throws. */
export function toModelError(thrown: unknown, facts: CallFacts, callee: Callee): ModelError {
  if (facts.signal.aborted) return abortError(facts);
  if (ModelError.isInstance(thrown)) return thrown;
  if (thrown instanceof AnswerError) return statusError(thrown, facts, callee);
  const error = connectionError(thrown, facts);
  if (!isRefused(thrown)) return error;
  const message = `There is no server at ${callee.connection.baseURL} (ECONNREFUSED). Is \`ollama serve\` running?`;
  return callError('network', message, facts, { cause: error.cause });
}

/** An error line inside a 200. */
export function streamError(error: unknown, facts: CallFacts): ModelError {
  const words = wordsOf(error);
  return callError(kindOf(words, 500), `Ollama reported an error in the stream: ${shorten(words, facts)}`, facts);
}

function statusError({ status, headers, text }: AnswerError, facts: CallFacts, callee: Callee): ModelError {
  const details: ModelErrorDetails = { statusCode: status, retryAfterMs: retryAfterMs(headers) };
  if (status >= 300 && status < 400) {
    const message = `Ollama answered ${status}, a redirect, which is not followed. Set \`baseURL\` to where it leads.`;
    return callError('protocol', message, facts, details);
  }
  const words = wordsOf(text);
  const kind = kindOf(words, status);
  const message = `Ollama answered ${status}: ${shorten(words, facts)}`;
  return callError(kind, message + hintOf(kind, status, callee), facts, details);
}

function kindOf(words: string, status: number): ModelErrorKind {
  const byWords = kindByWords.find(([pattern]) => pattern.test(words))?.[1];
  return byWords ?? kindByStatus[status] ?? (status >= 500 ? 'server' : 'invalid_request');
}

/** What to do about an error, where that is not plain from its message. */
function hintOf(kind: ModelErrorKind, status: number, { modelId, connection }: Callee): string {
  if (kind === 'context_overflow') return ' A larger window is asked for with `contextWindow`.';
  if (kind === 'auth' && connection.isCloud) return ' Check the key given as `apiKey` or in OLLAMA_API_KEY.';
  // A server passes requests for models in the cloud on, as whoever is signed in there.
  if (kind === 'auth') return ' For a model in the cloud, sign the server in with `ollama signin`.';
  if (status === 404 && !connection.isCloud) return ` Get the model with \`ollama pull ${modelId}\`.`;
  return '';
}

/**
 * The words in what a server sent: `{ "error": "…" }`, the same with an object, with that object as text, as its inner
 * server writes it, or what gateways make of it.
 */
function wordsOf(error: unknown, depth: number = 0): string {
  const value = typeof error === 'string' ? parsed(error) : error;
  if (typeof value === 'string') return value;
  if (!isObject(value)) return 'no message';
  const inner = value['error'] ?? value['message'] ?? value['detail'];
  return inner === undefined || inner === null || depth === 5 ? JSON.stringify(value) : wordsOf(inner, depth + 1);
}

/** The object that a text holds; the text where it holds none. */
function parsed(text: string): unknown {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return trimmed === '' ? 'no message' : trimmed;
  try {
    return JSON.parse(trimmed);
  } catch {
    // A SyntaxError: it only looks like an object.
    return trimmed;
  }
}

function isRefused(thrown: unknown): boolean {
  let cause = thrown;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    if ('code' in cause && cause.code === 'ECONNREFUSED') return true;
    ({ cause } = cause);
  }
  return false;
}

/** Gateways answer with whole pages, and a model's broken tool call is quoted whole. A secret is not cut in the middle. */
function shorten(text: string, { secrets }: CallFacts): string {
  const clean = redact(text, secrets);
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
