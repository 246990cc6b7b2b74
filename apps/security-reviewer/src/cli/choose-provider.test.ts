import { createPriceBook } from '@harness-sdk/pricing';
import { describe, expect, test } from 'vitest';
import { chooseProvider, DEFAULT_MODELS } from './choose-provider.ts';
import { PROVIDER_NAMES } from './load-model.ts';

describe('where nobody is named', () => {
  test('the rules review without a key', () => {
    for (const environment of [{}, { ANTHROPIC_API_KEY: '' }, { SOME_API_KEY: 'x' }]) {
      expect(chooseProvider({}, environment)).toEqual({ provider: 'rules', why: 'no key of a provider is set' });
    }
  });

  test.each([
    [{ ANTHROPIC_API_KEY: 'x', OPENAI_API_KEY: 'x' }, 'anthropic', 'ANTHROPIC_API_KEY'],
    [{ OPENAI_API_KEY: 'x', GEMINI_API_KEY: 'x' }, 'openai', 'OPENAI_API_KEY'],
    [{ GOOGLE_API_KEY: 'x' }, 'google', 'GOOGLE_API_KEY'],
  ])('a key chooses its provider: %j', (environment, provider, key) => {
    expect(chooseProvider({}, environment)).toEqual({
      provider,
      model: DEFAULT_MODELS[provider],
      why: `${key} is set; --provider rules keeps the code on this machine`,
    });
  });

  test('a key does not choose a provider whose package is not there', () => {
    const environment = { ANTHROPIC_API_KEY: 'x', OPENAI_API_KEY: 'x' };
    const isInstalled = (name: string) => !name.endsWith('anthropic');
    expect(chooseProvider({}, environment, isInstalled)).toMatchObject({ provider: 'openai' });
    expect(chooseProvider({}, environment, () => false)).toEqual({
      provider: 'rules',
      why:
        'ANTHROPIC_API_KEY is set, but @harness-sdk/providers-anthropic is not installed; ' +
        'OPENAI_API_KEY is set, but @harness-sdk/providers-openai is not installed',
    });
  });

  test('a model alone is not enough', () => {
    expect(() => chooseProvider({ model: 'm' }, {})).toThrow('The option --model goes with --provider');
  });
});

describe('a provider that is named', () => {
  test('is taken whatever keys are there, with its default model or the one that is named', () => {
    const environment = { ANTHROPIC_API_KEY: 'x' };
    expect(chooseProvider({ provider: 'rules' }, environment)).toMatchObject({ provider: 'rules' });
    expect(chooseProvider({ provider: 'openai' }, environment)).toMatchObject({ model: DEFAULT_MODELS['openai'] });
    expect(chooseProvider({ provider: 'openai', model: 'm' }, environment)).toMatchObject({ model: 'm' });
  });

  test('needs a model where none is known for it, and the rules take none', () => {
    expect(() => chooseProvider({ provider: 'ollama' }, {})).toThrow('The provider ollama needs --model');
    expect(() => chooseProvider({ provider: 'rules', model: 'm' }, {})).toThrow('The built-in rules have no --model');
  });
});

test('every default model is of a provider that exists, and has a known price', () => {
  const prices = createPriceBook();
  for (const [provider, id] of Object.entries(DEFAULT_MODELS)) {
    expect(PROVIDER_NAMES).toContain(provider);
    expect(prices.price({ input: 1, output: 1 }, { provider, id }, Date.parse('2026-11-22'))).toBeDefined();
  }
});
