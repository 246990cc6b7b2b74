import type { Json } from './json.ts';

/** Tokens written to a prompt cache that keeps them for `ttl`. */
export interface CacheWrite {
  /** As the provider names the lifetime: `5m`, `1h`, `30m`; `default` where it names none. */
  readonly ttl: string;
  readonly tokens: number;
}

/**
 * Token counts of one or more model calls. The parts do not overlap: all tokens are
 * `input + cacheRead + Σ cacheWrites + output`. `undefined` means that the provider did not report a count; it is not 0.
 */
export interface Usage {
  /** Input tokens that were neither read from nor written to a cache. */
  readonly input?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrites?: readonly CacheWrite[] | undefined;
  /** Output tokens, reasoning included. */
  readonly output?: number | undefined;
  /** The part of `output` that was reasoning. */
  readonly reasoning?: number | undefined;
  /** The provider's own object, of one call only. */
  readonly raw?: Json | undefined;
}

/** All input tokens, cached ones included; counts not reported add nothing. */
export function inputTokens(usage: Usage): number {
  return (usage.input ?? 0) + (usage.cacheRead ?? 0) + cacheWriteTokens(usage);
}

/** All tokens; counts not reported add nothing. */
export function totalTokens(usage: Usage): number {
  return inputTokens(usage) + (usage.output ?? 0);
}

/** Sum of two usages. A count is `undefined` only where both are; `raw` is left out. */
export function addUsage(left: Usage, right: Usage): Usage {
  const sum: { -readonly [Key in keyof Usage]: Usage[Key] } = {};
  for (const key of ['input', 'cacheRead', 'output', 'reasoning'] as const) {
    const tokens = addCount(left[key], right[key]);
    if (tokens !== undefined) sum[key] = tokens;
  }
  const writes = addCacheWrites(left.cacheWrites, right.cacheWrites);
  if (writes !== undefined) sum.cacheWrites = writes;
  return sum;
}

function cacheWriteTokens(usage: Usage): number {
  return (usage.cacheWrites ?? []).reduce((sum, write) => sum + write.tokens, 0);
}

function addCount(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : left + (right ?? 0);
}

function addCacheWrites(left: Usage['cacheWrites'], right: Usage['cacheWrites']): Usage['cacheWrites'] {
  if (left === undefined || right === undefined) return left ?? right;
  const byTtl = new Map<string, number>();
  for (const { ttl, tokens } of [...left, ...right]) byTtl.set(ttl, (byTtl.get(ttl) ?? 0) + tokens);
  return [...byTtl].map(([ttl, tokens]) => ({ ttl, tokens }));
}
