import { ModelError, messageOf } from '@harness-sdk/core';
import type { JsonObject, ModelErrorDetails, ModelErrorKind } from '@harness-sdk/core';
import { abortError, callError, connectionError, redact, retryAfterMs } from '@harness-sdk/core/adapter';
import type { CallFacts } from '@harness-sdk/core/adapter';
import type { Answer } from './from-event.ts';
import { isObject, textOf } from './wire.ts';
import type { WireError } from './wire.ts';

/** An answer with a status that is no success. The vendor's own error has neither the headers nor the body as it was. */
export class StatusError extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(status: number, headers: Headers, body: string) {
    super(`Status ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** What the vendor's client threw before it sent anything. */
export class ClientError extends Error {}

/** `error.status` and what it means to us. @see https://cloud.google.com/apis/design/errors#handling_errors */
const kindByName: Readonly<Record<string, ModelErrorKind>> = {
  UNAUTHENTICATED: 'auth',
  PERMISSION_DENIED: 'auth',
  RESOURCE_EXHAUSTED: 'rate_limit',
  UNAVAILABLE: 'overloaded',
  DEADLINE_EXCEEDED: 'timeout',
  CANCELLED: 'server',
  ABORTED: 'server',
  INTERNAL: 'server',
  UNKNOWN: 'server',
  DATA_LOSS: 'server',
  INVALID_ARGUMENT: 'invalid_request',
  FAILED_PRECONDITION: 'invalid_request',
  OUT_OF_RANGE: 'invalid_request',
  NOT_FOUND: 'invalid_request',
  UNIMPLEMENTED: 'invalid_request',
};

/** Statuses for bodies without a name that we know, such as those of a gateway. */
const kindByStatus: Readonly<Record<number, ModelErrorKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  408: 'timeout',
  413: 'context_overflow',
  429: 'rate_limit',
  499: 'server',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

/** `reason` of an `ErrorInfo` among the details, where it says more than the name. */
const kindByReason: Readonly<Record<string, ModelErrorKind>> = {
  API_KEY_INVALID: 'auth',
  API_KEY_SERVICE_BLOCKED: 'auth',
  BILLING_DISABLED: 'quota',
};

/** Causes that the API gives no code, only words. Each is quoted from a real answer. */
const kindByWords: readonly (readonly [RegExp, ModelErrorKind])[] = [
  // "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."
  [/input token count.*exceeds the maximum number of tokens/is, 'context_overflow'],
  // "Request payload size exceeds the limit: 20971520 bytes."
  [/request payload size exceeds the limit/i, 'context_overflow'],
  // "API key not valid. Please pass a valid API key.", "API key expired. Please renew the API key."
  [/\bAPI key (not valid|expired|not found)/i, 'auth'],
  // "Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio."
  [/please enable billing/i, 'quota'],
];

/** What waiting a little does not cure: quotas of a day (`GenerateRequestsPerDayPerProjectPerModel`), or of nothing. */
const longQuota = /PerDay|PerMonth/i;

/** What to do about a kind of error, where that is not plain from its message. */
const hints: Partial<Record<ModelErrorKind, string>> = {
  auth: ' Check the key given as `apiKey`, or in GOOGLE_API_KEY or GEMINI_API_KEY.',
};

/**
 * Anything thrown during a call as the one error that a model throws.
 *
 * Bodies of answers are not kept as the cause: a gateway may put the key into one. Causes of connection errors hold no
 * request and are kept.
 */
export function toModelError(thrown: unknown, facts: CallFacts): ModelError {
  if (facts.signal.aborted) return abortError(facts);
  if (ModelError.isInstance(thrown)) return thrown;
  if (thrown instanceof StatusError) return statusError(thrown, facts);
  if (thrown instanceof ClientError) {
    // All that the client checks by itself are credentials.
    return callError('auth', `The Google client refused the request: ${messageOf(thrown.cause)}`, facts);
  }
  return connectionError(thrown, facts);
}

/** An error inside a 200. */
export function streamError(error: WireError, facts: CallFacts): ModelError {
  const name = textOf(error.status) || 'an error';
  const message = `Google reported ${name} in the stream: ${shorten(wordsOf(error), facts)}`;
  const kind = kindOf(error, typeof error.code === 'number' ? error.code : undefined);
  return callError(kind, message, facts, { retryAfterMs: retryDelayMs(error) });
}

/** The model wrote what the API could not read. */
export function malformedError({ rawStop, finishMessage }: Answer, facts: CallFacts): ModelError {
  const why = finishMessage === undefined ? '' : `: ${shorten(finishMessage, facts)}`;
  return callError('malformed_output', `Google could not use what the model wrote (${rawStop})${why}`, facts);
}

function statusError({ status, headers, body }: StatusError, facts: CallFacts): ModelError {
  if (status >= 300 && status < 400) {
    const message = `Google answered ${status}, a redirect, which is not followed. Set \`baseURL\` to where it leads.`;
    return callError('protocol', message, facts, { statusCode: status });
  }
  const error = errorIn(body);
  const kind = kindOf(error, status);
  const details: ModelErrorDetails = {
    statusCode: status,
    retryAfterMs: retryDelayMs(error) ?? retryAfterMs(headers),
  };
  const name = textOf(error.status) === '' ? '' : ` (${error.status})`;
  const message = `Google answered ${status}${name}: ${shorten(wordsOf(error), facts)}`;
  return callError(kind, message + hintFor(kind, status), facts, details);
}

function hintFor(kind: ModelErrorKind, status: number): string {
  if (status !== 404) return hints[kind] ?? '';
  return " Previews and `-latest` names may need `apiVersion: 'v1beta'`.";
}

/** The error inside a body: `{ error: { code, message, status } }`, alone or in a list, or what gateways make of it. */
function errorIn(body: string): WireError {
  const value = parsed(body.replace(/^\s*data:/, ''));
  // What `Array.isArray` finds is a list of anything.
  const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (!isObject(first)) return { message: body || 'no body' };
  const { error, message, detail } = first;
  if (isObject(error)) return error;
  const text = [error, message, detail].find((candidate) => typeof candidate === 'string');
  return { message: typeof text === 'string' ? text : body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: the body of a gateway, which is no JSON.
    return undefined;
  }
}

/** The reason says most, then the words: `INVALID_ARGUMENT` is what everything else comes as. */
function kindOf(error: WireError, status: number | undefined): ModelErrorKind {
  const byReason = detailsOf(error).map(({ reason }) => own(kindByReason, textOf(reason)));
  const kind =
    byReason.find((candidate) => candidate !== undefined) ??
    kindByWords.find(([words]) => words.test(wordsOf(error)))?.[1] ??
    own(kindByName, textOf(error.status)) ??
    own(kindByStatus, status ?? 0) ??
    ((status ?? 500) >= 500 ? 'server' : 'invalid_request');
  return kind === 'rate_limit' && isLongQuota(error) ? 'quota' : kind;
}

function own<Key extends string | number>(table: Readonly<Record<Key, ModelErrorKind>>, key: Key) {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function isLongQuota(error: WireError): boolean {
  const violations = detailsOf(error).flatMap(({ violations: list }) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  return violations.some((violation) => isObject(violation) && longQuota.test(textOf(violation['quotaId'])));
}

/** `RetryInfo` among the details: `"34.4s"`. @returns Milliseconds; `undefined` where there is none. */
function retryDelayMs(error: WireError): number | undefined {
  for (const { retryDelay } of detailsOf(error)) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(textOf(retryDelay))?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}

function detailsOf(error: WireError): readonly JsonObject[] {
  return Array.isArray(error.details) ? error.details.filter(isObject) : [];
}

/** What an error says; all of it, where it has no words of its own. */
function wordsOf(error: WireError): string {
  return textOf(error.message) || JSON.stringify(error);
}

/** Characters of an error that are shown. What the API says of a quota is more than 400 long. */
const maxWords = 700;

/** Gateways answer with whole pages. A secret is not cut in the middle. */
function shorten(text: string, { secrets }: CallFacts): string {
  const clean = redact(text, secrets);
  return clean.length > maxWords ? `${clean.slice(0, maxWords)}…` : clean;
}
