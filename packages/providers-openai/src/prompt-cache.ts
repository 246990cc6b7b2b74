import { createHash } from 'node:crypto';
import { ModelError } from '@harness-sdk/core';
import type { JsonObject, ModelRequest } from '@harness-sdk/core';

/**
 * The parameters of prompt caching, which OpenAI does by itself: a key that keeps the calls of one session on machines that
 * have its prefix, made of what the session begins with, and a lifetime where one is asked for.
 *
 * @see https://developers.openai.com/api/docs/guides/prompt-caching
 * @throws ModelError with `invalid_request` where `cache` names a lifetime that there is not.
 */
export function toCacheParams(request: Pick<ModelRequest, 'cache' | 'system' | 'tools' | 'messages'>): JsonObject {
  const { cache = true } = request;
  switch (cache) {
    case false:
      return {};
    case true:
      return { prompt_cache_key: cacheKey(request) };
    case '30m':
    case '12h':
      return { prompt_cache_key: cacheKey(request), prompt_cache_options: { ttl: cache } };
    // Models before GPT-5.6.
    case '24h':
      return { prompt_cache_key: cacheKey(request), prompt_cache_retention: cache };
    default: {
      const expected = 'true, false, "30m", "12h" or "24h"';
      throw new ModelError('invalid_request', `Expected \`cache\` to be ${expected}, got ${JSON.stringify(cache)}.`);
    }
  }
}

/** Without images: they may be large, and the text tells sessions apart well enough. */
function cacheKey({ system = '', tools, messages }: Pick<ModelRequest, 'system' | 'tools' | 'messages'>): string {
  const [first] = messages;
  const texts = first?.role === 'user' ? first.content.map((block) => (block.type === 'text' ? block.text : '')) : [];
  const start = JSON.stringify([system, tools.map(({ name }) => name), texts]);
  return createHash('sha256').update(start).digest('hex').slice(0, 32);
}
