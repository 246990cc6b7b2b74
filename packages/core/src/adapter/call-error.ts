import { ModelError, messageOf } from '../errors.ts';
import type { ModelErrorDetails, ModelErrorKind } from '../errors.ts';

/** What the error of one call is made with. */
export interface CallFacts extends Pick<ModelErrorDetails, 'contentStarted' | 'usage' | 'requestId'> {
  /** The provider's name for people, such as `Anthropic`. */
  readonly vendor: string;
  /** The caller's signal, which tells an abort of ours from one of the transport. */
  readonly signal: AbortSignal;
  /** What must not appear in a message: the key, and values of headers. */
  readonly secrets: readonly string[];
}

/** An error of a call, with what is known of the call; secrets are taken out of its message. */
export function callError(
  kind: ModelErrorKind,
  message: string,
  { usage, contentStarted, requestId, secrets }: CallFacts,
  details: ModelErrorDetails = {},
): ModelError {
  const known = { usage, contentStarted, requestId, ...definedOf(details) };
  const id = known.requestId === undefined ? {} : { requestId: redact(known.requestId, secrets) };
  return new ModelError(kind, redact(message, secrets), { ...known, ...id });
}

/** The caller's signal fired. */
export function abortError(facts: CallFacts): ModelError {
  return callError('aborted', 'The model call was aborted.', facts, { cause: facts.signal.reason });
}

/** The stream closed before its terminal event, as if all were well. */
export function cutError(facts: CallFacts): ModelError {
  return callError('network', `The stream of ${facts.vendor} closed before its end.`, facts);
}

/** An answer that is not what the API sends. */
export function protocolError(message: string, facts: CallFacts, cause?: unknown): ModelError {
  return callError('protocol', message, facts, { cause });
}

/** Undici's codes for a peer that does not answer in time. */
const timeoutCodes: ReadonlySet<unknown> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/**
 * The request did not get there, or the answer did not come whole: undici's errors, or the vendor's around them. The cause
 * is a copy of what was thrown, because a `fetch` of the caller may throw errors that hold the whole request.
 */
export function connectionError(thrown: unknown, facts: CallFacts): ModelError {
  const root = rootCause(thrown);
  const code = root instanceof Error && 'code' in root ? root.code : undefined;
  const kind = timeoutCodes.has(code) ? 'timeout' : 'network';
  const words = messageOf(root) || (typeof code === 'string' ? code : 'no message');
  return callError(kind, `The connection to ${facts.vendor} failed: ${words}`, facts, {
    cause: copyOf(thrown, facts.secrets),
  });
}

/** How many causes of causes are looked at. */
const maxCauses = 5;

/** Name, message, code, stack and causes of what was thrown, without the secrets in them; the text of what is no error. */
function copyOf(thrown: unknown, secrets: readonly string[], depth: number = 0): unknown {
  if (!(thrown instanceof Error)) return redact(messageOf(thrown), secrets);
  const { name, stack, cause } = thrown;
  const hasCause = cause !== undefined && depth < maxCauses;
  const message = redact(messageOf(thrown), secrets);
  const copy = new Error(message, hasCause ? { cause: copyOf(cause, secrets, depth + 1) } : undefined);
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: redact(thrown.code, secrets) } : {};
  return Object.assign(copy, { name: redact(name, secrets), stack: redact(stack ?? '', secrets), ...code });
}

/** The text without the secrets in it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
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

/** Undici says "fetch failed" or "terminated"; what happened stands in the cause. */
function rootCause(thrown: unknown): unknown {
  let root = thrown;
  for (let depth = 0; depth < maxCauses; depth++) {
    if (!(root instanceof Error && root.cause instanceof Error)) break;
    root = root.cause;
  }
  return root;
}

/** What is `undefined` must not hide what the call already knows. */
function definedOf(details: ModelErrorDetails): ModelErrorDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function numberOf(text: string | null | undefined): number | undefined {
  const value = text?.trim() ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
