import { APIConnectionTimeoutError, OpenAIError } from 'openai';
import { ModelError, messageOf } from '@harness-sdk/core';
import type { ModelErrorDetails, ModelErrorKind } from '@harness-sdk/core';
import { abortError, callError, connectionError, redact, retryAfterMs } from '@harness-sdk/core/adapter';
import type { CallFacts } from '@harness-sdk/core/adapter';
import { durationMs, rateLimitResetMs } from './rate-limit-reset.ts';
import { toWireError } from './wire-error.ts';
import type { WireError } from './wire-error.ts';
import { textOf } from './wire.ts';

/** `code` and `type` values of OpenAI and of compatible servers. */
const kindByCode: Readonly<Record<string, ModelErrorKind>> = {
  invalid_api_key: 'auth',
  authentication_error: 'auth',
  permission_error: 'auth',
  account_deactivated: 'auth',
  insufficient_quota: 'quota',
  billing_hard_limit_reached: 'quota',
  billing_not_active: 'quota',
  rate_limit_exceeded: 'rate_limit',
  rate_limit_error: 'rate_limit',
  slow_down: 'overloaded',
  overloaded_error: 'overloaded',
  service_unavailable: 'overloaded',
  server_error: 'server',
  internal_server_error: 'server',
  context_length_exceeded: 'context_overflow',
  exceed_context_size_error: 'context_overflow',
  request_too_large: 'context_overflow',
  content_filter: 'content_filter',
  invalid_prompt: 'content_filter',
  // Groq: the model's own tool call or JSON did not fit its schema.
  tool_use_failed: 'malformed_output',
  json_validate_failed: 'malformed_output',
  output_parse_failed: 'malformed_output',
  model_not_found: 'invalid_request',
};

/** `bio_policy`, `misalignment_policy_violation`, `content_policy_violation`, `cyber_policy` and what is to come. */
const policyCode = /_policy(_violation)?$/;

/** Causes that servers give no code, only words. Those in quotes are of recorded answers. */
const kindByWords: readonly (readonly [RegExp, ModelErrorKind])[] = [
  // "This endpoint's maximum context length is 200000 tokens. However, you requested about 2500021 tokens …"
  // "prompt too long; exceeded max context length by 1119046 tokens"
  // "Your input exceeds the context window of this model."
  [/max(imum)? (context|prompt) length|prompt (is )?too long|exceed\S* .{0,40}context/i, 'context_overflow'],
  // llama.cpp and LM Studio.
  [/context (size|window|length) (exceeded|overflow)|greater than the context length/i, 'context_overflow'],
  // "Incorrect API key provided."
  [/(incorrect|invalid|missing) api.?key/i, 'auth'],
  // "You exceeded your current quota, please check your plan and billing details."
  [/exceeded your current quota|insufficient (balance|credits?|funds)/i, 'quota'],
  [/\boverloaded\b|\bat capacity\b|\bno (available )?capacity\b/i, 'overloaded'],
  [/\bflagged\b|content management policy/i, 'content_filter'],
];

/** Statuses for errors that say nothing that we know. */
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

/**
 * Anything thrown during a call as the one error that a model throws.
 *
 * The vendor's classes are told by their names and fields too, because a client given by the caller may come from another
 * copy of the vendor's package. Its errors are not kept as the cause: they hold the answer's whole body, and a gateway may
 * put the key into it. Causes of connection errors hold no request and are kept.
 */
export function toModelError(thrown: unknown, facts: CallFacts): ModelError {
  if (facts.signal.aborted) return abortError(facts);
  if (ModelError.isInstance(thrown)) return thrown;
  if (isStatusError(thrown)) return statusError(thrown, facts);
  if (isTimeout(thrown)) {
    return callError('timeout', `${facts.vendor} sent no response headers in time.`, facts);
  }
  if (isRefusalOfClient(thrown)) {
    return callError('auth', `The client of ${facts.vendor} refused the request: ${messageOf(thrown)}`, facts);
  }
  return connectionError(thrown, facts);
}

/** An error that the server put into a stream that had begun with a 200. */
export function streamError(value: unknown, facts: CallFacts): ModelError {
  const error = toWireError(value);
  const message = `${facts.vendor} reported ${nameOf(error) ?? 'an error'} in the stream: ${wordsOf(error, facts)}`;
  return callError(kindOf(error, error.status), message, facts, { retryAfterMs: waitIn(error) });
}

/** The fields we read of the vendor's `APIError`. */
interface StatusError extends Error {
  readonly status: number;
  /** A `fetch` of the caller may throw errors that have something else here. */
  readonly headers?: unknown;
  readonly requestID?: string | null;
  /** What stands in the field `error` of the body, where that was JSON. */
  readonly error?: unknown;
}

function isStatusError(thrown: unknown): thrown is StatusError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number';
}

/** All of the vendor's errors have the name `Error`; another copy's are told by the name of their class. */
function isTimeout(thrown: unknown): boolean {
  return thrown instanceof APIConnectionTimeoutError || classNameOf(thrown) === 'APIConnectionTimeoutError';
}

/** The client's own checks before anything is sent; all of them are about credentials. Others have classes of their own. */
function isRefusalOfClient(thrown: unknown): boolean {
  return classNameOf(thrown) === OpenAIError.name;
}

function classNameOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.constructor.name : undefined;
}

function statusError(thrown: StatusError, facts: CallFacts): ModelError {
  const { status } = thrown;
  const headers = thrown.headers instanceof Headers ? thrown.headers : undefined;
  if (status >= 300 && status < 400) {
    const message = `${facts.vendor} answered ${status}, a redirect, which is not followed. Set \`baseURL\` to where it leads.`;
    return callError('protocol', message, facts, { statusCode: status });
  }
  const error = toWireError(thrown.error ?? thrown.message);
  const kind = kindOf(error, status);
  const name = nameOf(error);
  const details: ModelErrorDetails = {
    statusCode: status,
    retryAfterMs:
      retryAfterMs(headers) ?? waitIn(error) ?? (kind === 'rate_limit' ? rateLimitResetMs(headers) : undefined),
    requestId: textOf(thrown.requestID) || undefined,
  };
  const message = `${facts.vendor} answered ${status}${name ? ` (${name})` : ''}: ${wordsOf(error, facts)}`;
  return callError(kind, message + hintFor(kind, error), facts, details);
}

function nameOf({ code, type }: WireError): string | undefined {
  return code ?? type;
}

/** The code says most, then the words, then the type, which is `invalid_request_error` for nearly everything. */
function kindOf({ code, type, message }: WireError, status: number | undefined): ModelErrorKind {
  const byName = [code, type].map(kindOfName).find((kind) => kind !== undefined);
  if (byName !== undefined && byName !== 'server') return byName;
  const byWords = kindByWords.find(([words]) => words.test(message))?.[1];
  return byWords ?? kindByStatus[status ?? 0] ?? byName ?? ((status ?? 500) >= 500 ? 'server' : 'invalid_request');
}

function kindOfName(name: string | undefined): ModelErrorKind | undefined {
  if (name === undefined) return undefined;
  if (policyCode.test(name)) return 'content_filter';
  return Object.hasOwn(kindByCode, name) ? kindByCode[name] : undefined;
}

/** "Please try again in 1m2.5s.": all that an error inside a stream has, which comes without headers of its own. */
function waitIn({ message }: WireError): number | undefined {
  const [, text] = /try again in ((?:[\d.]+(?:ms|[hms]))+)/i.exec(message) ?? [];
  return text === undefined ? undefined : durationMs(text);
}

/** What an error says; shortened, because gateways answer with whole pages, and not in the middle of a secret. */
function wordsOf({ message }: WireError, { secrets }: CallFacts): string {
  const clean = redact(message, secrets);
  return clean.length > 400 ? `${clean.slice(0, 400)}…` : clean;
}

/** What to do about an error, where that is not plain from its message. */
function hintFor(kind: ModelErrorKind, { code }: WireError): string {
  if (kind === 'auth') return ' Check the key given as `apiKey` or in OPENAI_API_KEY.';
  if (code === 'invalid_encrypted_content') return ' Reasoning goes back only to the organization that it came from.';
  return '';
}
