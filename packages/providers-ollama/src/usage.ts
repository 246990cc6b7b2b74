import type { JsonObject, Usage } from '@harness-sdk/core';
import type { WireChunk } from './wire.ts';

const rawNames = [
  'prompt_eval_count',
  'prompt_eval_cached_count',
  'eval_count',
  'total_duration',
  'load_duration',
  'prompt_eval_duration',
  'eval_duration',
] as const;

/**
 * Token counts of a last line in the shape of the SDK, with the vendor's own fields as `raw`.
 *
 * `prompt_eval_count` has the cached tokens in it (https://docs.ollama.com/api/usage), so they are taken out. Old servers,
 * and the first of 0.30 (https://github.com/ollama/ollama/pull/16428), count only what was not cached and do not say so:
 * their count is taken as it is. Thinking is in `eval_count` and not counted apart.
 *
 * @returns `undefined` where nothing was reported.
 */
export function toUsage(chunk: WireChunk): Usage | undefined {
  const raw = rawOf(chunk);
  if (Object.keys(raw).length === 0) return undefined;
  const { prompt_eval_count: all, prompt_eval_cached_count: cached, eval_count: output } = chunk;
  return {
    ...(isCount(all) && { input: Math.max(0, all - (isCount(cached) ? cached : 0)) }),
    ...(isCount(cached) && { cacheRead: cached }),
    ...(isCount(output) && { output }),
    raw,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function rawOf(chunk: WireChunk): JsonObject {
  return Object.fromEntries(rawNames.flatMap((name) => (typeof chunk[name] === 'number' ? [[name, chunk[name]]] : [])));
}
