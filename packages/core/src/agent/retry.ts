import type { ModelError } from '../errors.ts';
import type { RetryOptions } from './options.ts';

/**
 * How long to wait before the next attempt, in milliseconds, or `undefined` where there is to be none.
 *
 * The provider's own wish is honoured as it is. Else the wait doubles with each attempt; up to half of it is taken off
 * by a hash of `key`, so that sessions that failed together do not come back together, and no chance is involved.
 *
 * @param attempt - The attempt that failed, from 1.
 * @param key - Of the step that failed, with its session.
 */
export function retryDelayMs(
  error: ModelError,
  attempt: number,
  key: string,
  options: Required<RetryOptions>,
): number | undefined {
  if (!error.isRetryable || attempt >= attemptLimit(error, options)) return undefined;
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) return retryAfterMs <= options.maxDelayMs ? retryAfterMs : undefined;
  const delayMs = Math.min(options.baseDelayMs * 2 ** (attempt - 1), options.maxDelayMs);
  return Math.round(delayMs * (1 - hashFraction(key) / 2));
}

/** An answer that the provider could not parse is worth one more try, not many. */
function attemptLimit(error: ModelError, options: Required<RetryOptions>): number {
  return error.kind === 'malformed_output' ? Math.min(2, options.maxAttempts) : options.maxAttempts;
}

/** FNV-1a, scaled to 0 up to 1. */
function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}
