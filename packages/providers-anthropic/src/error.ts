import { ModelError, messageOf } from '@harness-sdk/core';
import type { ModelErrorDetails, ModelErrorKind } from '@harness-sdk/core';
import { abortError, callError, connectionError, redact, retryAfterMs } from '@harness-sdk/core/adapter';
import type { CallFacts } from '@harness-sdk/core/adapter';
import { isObject, textOf } from './wire.ts';
import type { WireError } from './wire.ts';

/** `error.type` and what it means to us. */
const kindByType: Readonly<Record<string, ModelErrorKind>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'quota',
  rate_limit_error: 'rate_limit',
  overloaded_error: 'overloaded',
  api_error: 'server',
  timeout_error: 'server',
  request_too_large: 'context_overflow',
  invalid_request_error: 'invalid_request',
  not_found_error: 'invalid_request',
  conflict_error: 'invalid_request',
};

/** Statuses for bodies without a type that we know, such as those of a gateway. */
const kindByStatus: Readonly<Record<number, ModelErrorKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  408: 'timeout',
  413: 'context_overflow',
  429: 'rate_limit',
  503: 'overloaded',
  529: 'overloaded',
};

/** Causes that the API gives no code, only words. Each is quoted from a real answer. */
const kindByWords: readonly (readonly [RegExp, ModelErrorKind])[] = [
  // "prompt is too long: 3333404 tokens > 200000 maximum"
  [/prompt is too long/i, 'context_overflow'],
  // "input length and `max_tokens` exceed context limit: 199758 + 21333 > 200000"
  [/exceeds? (the )?(maximum )?context (limit|length|window)/i, 'context_overflow'],
  // "Your credit balance is too low to access the Anthropic API."
  [/credit balance is too low/i, 'quota'],
  // "Output blocked by content filtering policy"
  [/blocked by content filtering policy/i, 'content_filter'],
];

/** `error.details.error_code` values that waiting does not cure, whatever status they come with. */
const quotaCodes = /_spend_limit_reached$|^organization_on_hold$|^linked_organization_billing_unavailable$/;

/** What to do about a kind of error, where that is not plain from its message. */
const hints: Partial<Record<ModelErrorKind, string>> = {
  auth: ' Check the key given as `apiKey` or in ANTHROPIC_API_KEY.',
};

/**
 * Anything thrown during a call as the one error that a model throws.
 *
 * The vendor's classes are told by their names and fields, because a client given by the caller may come from another
 * copy of the vendor's package. Its errors are not kept as the cause: they hold the answer's whole body, and a gateway may
 * put the key into it. Causes of connection errors hold no request and are kept.
 */
export function toModelError(thrown: unknown, facts: CallFacts): ModelError {
  if (facts.signal.aborted) return abortError(facts);
  if (ModelError.isInstance(thrown)) return thrown;
  if (isStatusError(thrown)) return statusError(thrown, facts);
  switch (thrown instanceof Error ? thrown.name : '') {
    case 'APIConnectionTimeoutError':
      return callError('timeout', 'Anthropic sent no response headers in time.', facts);
    case 'AnthropicError':
      // The client's own checks before anything is sent; all of them are about credentials.
      return callError('auth', `The Anthropic client refused the request: ${messageOf(thrown)}`, facts);
    default:
      return connectionError(thrown, facts);
  }
}

/** An `error` event inside a 200. */
export function streamError(error: WireError, facts: CallFacts): ModelError {
  const message = `Anthropic reported ${textOf(error.type) || 'an error'} in the stream: ${wordsOf(error, facts)}`;
  return callError(kindOf(error, undefined), message, facts);
}

/** The fields we read of the vendor's `APIError`. */
interface StatusError extends Error {
  readonly status: number;
  /** A middleware of the caller may throw errors that have something else here. */
  readonly headers?: unknown;
  readonly requestID?: string | null;
  /** The body, where it was JSON. */
  readonly error?: unknown;
}

function isStatusError(thrown: unknown): thrown is StatusError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number';
}

function statusError(thrown: StatusError, facts: CallFacts): ModelError {
  const { status, headers } = thrown;
  const details: ModelErrorDetails = {
    statusCode: status,
    retryAfterMs: headers instanceof Headers ? retryAfterMs(headers) : undefined,
    requestId: textOf(thrown.requestID) || undefined,
  };
  if (status >= 300 && status < 400) {
    const message = `Anthropic answered ${status}, a redirect, which is not followed. Set \`baseURL\` to where it leads.`;
    return callError('protocol', message, facts, details);
  }
  const error = bodyOf(thrown);
  const kind = kindOf(error, status);
  const name = textOf(error.details?.error_code) || textOf(error.type);
  const message = `Anthropic answered ${status}${name ? ` (${name})` : ''}: ${wordsOf(error, facts)}`;
  return callError(kind, message + (hints[kind] ?? ''), facts, details);
}

/** The error inside a body: `{ error: { type, message } }`, or what gateways make of it. */
function bodyOf({ error: body, message }: StatusError): WireError {
  if (!isObject(body)) return { message };
  const { error, message: words, detail } = body;
  if (isObject(error)) return error;
  const text = [error, words, detail].find((value) => typeof value === 'string');
  return { message: typeof text === 'string' ? text : JSON.stringify(body) };
}

/**
 * The code says most, then the type. `invalid_request_error` and `api_error` are what everything else comes as, so there
 * the words and the status may know better.
 */
function kindOf({ type, message, details }: WireError, status: number | undefined): ModelErrorKind {
  const code = textOf(details?.error_code);
  if (quotaCodes.test(code)) return 'quota';
  if (code === 'ramp_limit_exceeded') return 'rate_limit';
  const kind = type && Object.hasOwn(kindByType, type) ? kindByType[type] : undefined;
  if (kind !== undefined && kind !== 'invalid_request' && kind !== 'server') return kind;
  const byWords = kindByWords.find(([words]) => words.test(textOf(message)))?.[1];
  return byWords ?? kindByStatus[status ?? 0] ?? kind ?? ((status ?? 500) >= 500 ? 'server' : 'invalid_request');
}

/** What an error says; shortened, because gateways answer with whole pages, and not in the middle of a secret. */
function wordsOf({ message }: WireError, { secrets }: CallFacts): string {
  const text = typeof message === 'string' ? message : message ? JSON.stringify(message) : 'no message';
  const clean = redact(text, secrets);
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
