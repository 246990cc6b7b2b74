const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * Reads a duration as these servers write it: `6m0s`, `12ms`, `7.66s`.
 *
 * @returns Milliseconds; `undefined` where it is none.
 */
export function durationMs(text: string): number | undefined {
  const parts = [...text.matchAll(/([\d.]+)(ms|[hms])/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
  if (!isWhole) return undefined;
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (unitMs[unit ?? ''] ?? Number.NaN), 0);
  return Number.isFinite(sum) ? Math.ceil(sum) : undefined;
}

/**
 * When a rate limit is full again, by the `x-ratelimit-*` headers: the longest wait among the limits that are used up, or
 * among all where none says to be, because a call can also be larger than what is left.
 *
 * @returns Milliseconds; `undefined` where the headers say nothing.
 * @see https://developers.openai.com/api/docs/guides/rate-limits
 */
export function rateLimitResetMs(headers: Headers | undefined): number | undefined {
  const limits = ['requests', 'tokens'].flatMap((name) => {
    const wait = durationMs(headers?.get(`x-ratelimit-reset-${name}`) ?? '');
    const isUsedUp = headers?.get(`x-ratelimit-remaining-${name}`) === '0';
    return wait === undefined ? [] : [{ wait, isUsedUp }];
  });
  const usedUp = limits.filter(({ isUsedUp }) => isUsedUp);
  const waits = (usedUp.length > 0 ? usedUp : limits).map(({ wait }) => wait);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}
