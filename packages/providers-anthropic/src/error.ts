import { ModelError, messageOf } from '@harness-sdk/core';
import type { ModelErrorDetails, ModelErrorKind } from '@harness-sdk/core';
import { isObject } from './wire.ts';
import type { WireError } from './wire.ts';

/** What the error of one call is made with. */
export interface CallFacts extends Pick<ModelErrorDetails, 'contentStarted' | 'usage' | 'requestId'> {
  /** The caller's signal, which tells an abort of ours from one of the transport. */
  readonly signal: AbortSignal;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

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
      return makeError('timeout', 'Anthropic sent no response headers in time.', facts);
    case 'AnthropicError':
      // The client's own checks before anything is sent; all of them are about credentials.
      return makeError('auth', `The Anthropic client refused the request: ${messageOf(thrown)}`, facts);
    default:
      return connectionError(thrown, facts);
  }
}

/** The caller's signal fired. */
export function abortError(facts: CallFacts): ModelError {
  return makeError('aborted', 'The model call was aborted.', facts, { cause: facts.signal.reason });
}

/** The stream closed before its terminal event, as if all were well. */
export function cutError(facts: CallFacts): ModelError {
  return makeError('network', 'The stream of Anthropic closed before its end (no message_stop event).', facts);
}

/** An answer that is not what the API sends. */
export function protocolError(message: string, facts: CallFacts): ModelError {
  return makeError('protocol', message, facts);
}

/** An `error` event inside a 200. */
export function streamError(error: WireError, facts: CallFacts): ModelError {
  const message = `Anthropic reported ${error.type ?? 'an error'} in the stream: ${error.message ?? 'no message'}`;
  return makeError(kindOf(error, undefined), message, facts);
}

/** The fields we read of the vendor's `APIError`. */
interface StatusError extends Error {
  readonly status: number;
  readonly headers?: Headers;
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
    retryAfterMs: retryAfterMs(headers),
    requestId: thrown.requestID ?? undefined,
  };
  if (status >= 300 && status < 400) {
    const message = `Anthropic answered ${status}, a redirect, which is not followed. Set \`baseURL\` to where it leads.`;
    return makeError('protocol', message, facts, details);
  }
  const error = bodyOf(thrown);
  const kind = kindOf(error, status);
  const name = error.details?.error_code ?? error.type;
  const message = `Anthropic answered ${status}${name ? ` (${name})` : ''}: ${error.message ?? 'no message'}`;
  return makeError(kind, message + (hints[kind] ?? ''), facts, details);
}

/** The error inside a body: `{ error: { type, message } }`, or what gateways make of it. */
function bodyOf({ error: body, message }: StatusError): WireError {
  if (!isObject(body)) return { message: shorten(message) };
  const { error, message: words, detail } = body;
  if (isObject(error)) return error;
  const text = [error, words, detail].find((value) => typeof value === 'string');
  return { message: shorten(typeof text === 'string' ? text : JSON.stringify(body)) };
}

/**
 * The code says most, then the type. `invalid_request_error` and `api_error` are what everything else comes as, so there
 * the words and the status may know better.
 */
function kindOf({ type, message, details }: WireError, status: number | undefined): ModelErrorKind {
  const code = details?.error_code ?? '';
  if (quotaCodes.test(code)) return 'quota';
  if (code === 'ramp_limit_exceeded') return 'rate_limit';
  const kind = type && Object.hasOwn(kindByType, type) ? kindByType[type] : undefined;
  if (kind !== undefined && kind !== 'invalid_request' && kind !== 'server') return kind;
  const byWords = kindByWords.find(([words]) => words.test(message ?? ''))?.[1];
  return byWords ?? kindByStatus[status ?? 0] ?? kind ?? ((status ?? 500) >= 500 ? 'server' : 'invalid_request');
}

/** Undici's codes for a peer that does not answer in time. */
const timeoutCodes: ReadonlySet<unknown> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/** The request did not get there, or the answer did not come whole: undici's errors, or the vendor's around them. */
function connectionError(thrown: unknown, facts: CallFacts): ModelError {
  const root = rootCause(thrown);
  const code = root instanceof Error && 'code' in root ? root.code : undefined;
  const kind = timeoutCodes.has(code) ? 'timeout' : 'network';
  const words = messageOf(root) || (typeof code === 'string' ? code : 'no message');
  return makeError(kind, `The connection to Anthropic failed: ${words}`, facts, { cause: thrown });
}

/** Undici says "fetch failed" or "terminated"; what happened stands in the cause. */
function rootCause(thrown: unknown): unknown {
  let root = thrown;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
  return root;
}

function makeError(
  kind: ModelErrorKind,
  message: string,
  { usage, contentStarted, requestId, redact }: CallFacts,
  details: ModelErrorDetails = {},
): ModelError {
  return new ModelError(kind, redact(message), { usage, contentStarted, requestId, ...definedOf(details) });
}

/** What is `undefined` must not hide what the call already knows. */
function definedOf(details: ModelErrorDetails): ModelErrorDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

/**
 * How long an answer asks us to wait: `retry-after-ms`, or `retry-after` in seconds or as a date.
 *
 * @param now - Milliseconds since 1970, for a date.
 * @returns Milliseconds, at least 0; `undefined` where nothing readable is said.
 */
export function retryAfterMs(headers: Headers | undefined, now: number = Date.now()): number | undefined {
  const milliseconds = numberOf(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers?.get('retry-after');
  const seconds = numberOf(text);
  if (seconds !== undefined) return seconds * 1000;
  // A date has the name of a month in it; Date.parse takes much else for one.
  const date = /[a-z]{3}/i.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function numberOf(text: string | null | undefined): number | undefined {
  const value = text?.trim() ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Gateways answer with whole pages. */
function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
