import { OptionError } from '@harness-sdk/core';
import { expect, test } from 'vitest';
import { checkModelId } from './check-model.ts';
import type { ProviderName } from './providers.ts';

test.each<[ProviderName, string, ProviderName]>([
  ['anthropic', 'gpt-4o', 'openai'],
  ['anthropic', 'chatgpt-4o-latest', 'openai'],
  ['anthropic', 'o3', 'openai'],
  ['anthropic', 'o4-mini', 'openai'],
  ['anthropic', 'gemini-2.5-pro', 'google'],
  ['openai', 'claude-opus-5-5', 'anthropic'],
  ['openai', 'gemini-4-carbon', 'google'],
  ['openai', 'models/gemini-4-carbon', 'google'],
  ['google', 'claude-haiku-4-5', 'anthropic'],
  ['google', 'gpt-6-astra', 'openai'],
])('%s does not get %s, which is of %s', (provider, modelId, owner) => {
  expect(() => checkModelId(provider, modelId)).toThrow(OptionError);
  expect(() => checkModelId(provider, modelId)).toThrow(`Did you mean provider: "${owner}"?`);
});

test.each<[ProviderName, string]>([
  ['anthropic', 'claude-opus-5-5'],
  ['anthropic', 'claude-of-next-year'],
  ['anthropic', 'my-fine-tune'],
  ['anthropic', 'orca-2'],
  ['openai', 'gpt-4o'],
  ['openai', 'ft:gpt-4o:acme::abc'],
  ['openai', 'gpt-oss-120b'],
  ['google', 'gemini-2.5-pro'],
  ['google', 'gemma-3-27b-it'],
  ['google', 'gpt-oss-120b'],
  // A local server runs any model under any name.
  ['ollama', 'llama3.1'],
  ['ollama', 'gpt-oss:20b'],
  ['ollama', 'gpt-3.5-turbo'],
])('%s gets %s', (provider, modelId) => {
  expect(() => checkModelId(provider, modelId)).not.toThrow();
});
