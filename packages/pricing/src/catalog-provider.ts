import { findProvider } from '@pydantic/genai-prices';
import type { ModelRef } from '@harness-sdk/core';

/** Names that people and SDKs use for providers which the catalogue calls by another. */
const catalogNames: ReadonlyMap<string, string> = new Map([
  ['amazon-bedrock', 'aws'],
  ['azure-openai', 'azure'],
  ['bedrock', 'aws'],
  ['fireworks-ai', 'fireworks'],
  ['gemini', 'google'],
  ['mistralai', 'mistral'],
  ['moonshot', 'moonshotai'],
  ['together-ai', 'together'],
  ['togetherai', 'together'],
  ['vertex', 'google'],
  ['xai', 'x-ai'],
  ['z-ai', 'zai'],
]);

/** A model under the names that the catalogue has for it. Google's own API lists its models as `models/<id>`. */
export function toCatalogModel({ provider, id }: ModelRef): ModelRef {
  const lowered = provider.toLowerCase();
  const name = catalogNames.get(lowered) ?? lowered;
  return { provider: name, id: name === 'google' ? id.replace(/^models\//, '') : id };
}

/**
 * True where the catalogue has a provider of exactly this name. By itself it takes anything that contains a name, such
 * as `my-anthropic-proxy`, and that is a guess.
 */
export function isCatalogProvider(name: string): boolean {
  return name !== '' && findProvider({ providerId: name })?.id === name;
}
