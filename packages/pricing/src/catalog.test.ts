import { readFileSync } from 'node:fs';
import { waitForUpdate } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { catalogUsd } from './catalog.ts';

const at = Date.parse('2026-11-22T12:00:00Z');
const million = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrites: [] };

function usd(provider: string, id: string, usage: Partial<typeof million> | object = {}): number | undefined {
  return catalogUsd({ ...million, ...usage }, { provider, id }, at);
}

test('the date of the catalogue belongs to the version that is installed', () => {
  const entry = new URL(import.meta.resolve('@pydantic/genai-prices'));
  // A package's own manifest: it has a version.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as { version: string };
  expect(manifest.version).toBe('0.1.8');
});

describe('finds a model', () => {
  test.each([
    ['anthropic', 'claude-opus-5-5', 24],
    ['anthropic', 'claude-haiku-4-5-20251001', 6],
    ['anthropic', 'claude-3-5-haiku-latest', 4.8],
    ['anthropic', 'claude-3-5-haiku-20241022', 4.8],
    ['anthropic', 'claude-opus-4-20250514', 90],
    ['openai', 'gpt-5-chat-latest', 11.25],
    ['openai', 'gpt-4o-2024-08-06', 12.5],
    ['google', 'models/gemini-3.8-flash', 4.5],
    ['openrouter', 'anthropic/claude-opus-4.5', 30],
  ])('%s %s by its exact id, its date or its published names', (provider, id, expected) => {
    expect(usd(provider, id)).toBeCloseTo(expected, 9);
  });

  test('with a date that has a price of its own by that price', () => {
    expect(usd('openai', 'gpt-4o-2024-05-13')).toBeCloseTo(20, 9);
    expect(usd('openai', 'gpt-4o')).toBeCloseTo(12.5, 9);
  });

  test.each([
    ['gemini', 'gemini-3.8-flash'],
    ['vertex', 'claude-sonnet-4-5@20250929'],
    ['azure', 'gpt-4o'],
    ['azure-openai', 'gpt-4o'],
    ['aws', 'amazon.nova-lite-v1:0'],
    ['bedrock', 'amazon.nova-lite-v1:0'],
    ['amazon-bedrock', 'amazon.nova-lite-v1:0'],
    ['groq', 'openai/gpt-oss-20b'],
    ['deepseek', 'deepseek-v4-pro'],
    ['xai', 'grok-4.3'],
    ['x-ai', 'grok-4.3'],
    ['XAI', 'grok-4.3'],
    ['mistral', 'mistral-large-latest'],
    ['mistralai', 'pixtral-12b'],
    ['moonshot', 'kimi-k3'],
    ['moonshotai', 'kimi-k3'],
    ['together', 'zero-one-ai/Yi-34B'],
    ['together-ai', 'zero-one-ai/Yi-34B'],
    ['togetherai', 'zero-one-ai/Yi-34B'],
    ['fireworks', 'accounts/fireworks/models/deepseek-v3p2'],
    ['fireworks-ai', 'accounts/fireworks/models/deepseek-v3p2'],
    ['zai', 'GLM-5.3'],
    ['z-ai', 'GLM-5.3'],
  ])('of the provider that is called %s: %s', (provider, id) => {
    expect(usd(provider, id)).toBeGreaterThan(0);
  });
});

describe('does not guess', () => {
  test.each([
    ['anthropic', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-opus-4-5-turbo'],
    ['anthropic', 'claude-haiku-4-5-2025'],
    ['anthropic', 'claude'],
    ['anthropic', ''],
    ['openai', 'gpt-4o-realtime-whatever'],
    ['openai', 'claude-opus-5-5'],
    ['google', 'gemini-3.6-flash-next'],
    ['my-anthropic-proxy', 'claude-opus-5-5'],
    ['', 'claude-opus-5-5'],
    ['toString', 'claude-opus-5-5'],
    ['litellm', 'anthropic/claude-opus-5-5'],
    ['ollama', 'llama3'],
  ])('what "%s" would ask for "%s"', (provider, id) => {
    expect(usd(provider, id)).toBeUndefined();
  });

  test('that a model without any price is free', () => {
    expect(usd('github-copilot', 'gpt-4o')).toBeUndefined();
    expect(usd('google', 'gemma-3')).toBeUndefined();
  });

  test('what output of a model costs that only has a price for input', () => {
    expect(usd('google', 'gemini-embedding-001')).toBeUndefined();
  });

  test('what reasoning costs where it has a price of its own', () => {
    expect(usd('perplexity', 'sonar-deep-research')).toBeUndefined();
  });

  test('what a cache write costs for a lifetime that has no price', () => {
    const written = (ttl: string): object => ({ cacheWrites: [{ ttl, tokens: 1 }] });
    expect(usd('anthropic', 'claude-opus-5-5', written('24h'))).toBeUndefined();
    expect(usd('openai', 'gpt-6-astra', written('1h'))).toBeUndefined();
    expect(usd('openai', 'gpt-6-astra', written('30m'))).toBeDefined();
    expect(usd('google', 'gemini-3.8-flash', written('5m'))).toBeUndefined();
  });
});

test('prices cache reads as input where the catalogue has no other price for them', () => {
  const read = usd('openai', 'gpt-4o-2024-05-13', { input: 0, output: 0, cacheRead: 1_000_000 });
  expect(read).toBeCloseTo(5, 9);
});

test('prices every row of the catalogue, or says that it cannot, without a throw or a word on the console', async () => {
  const providers = (await waitForUpdate()) ?? [];
  const usages = [
    million,
    { input: 0, output: 0, cacheRead: 0, cacheWrites: [] },
    { ...million, cacheRead: 3, cacheWrites: ['5m', '1h', '30m', 'default'].map((ttl) => ({ ttl, tokens: 7 })) },
  ];
  const prices = providers.flatMap((provider) =>
    provider.models.map((model) =>
      usages.map((usage) => catalogUsd(usage, { provider: provider.id, id: model.id }, at)),
    ),
  );
  expect(prices.length).toBeGreaterThan(1_500);
  expect(prices.filter(([plain]) => plain !== undefined).length).toBeGreaterThan(1_300);
  expect(prices.flat().every((price) => price === undefined || (Number.isFinite(price) && price >= 0))).toBe(true);
});
