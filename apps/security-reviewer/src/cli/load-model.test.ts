import { OptionError } from '@harness-sdk/core';
import { scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadModel, PROVIDER_NAMES } from './load-model.ts';

test('loads a model by the name of its provider', async () => {
  const model = scriptedModel([]);
  const entry = { packageName: 'some-package', load: async () => model };
  expect(await loadModel('some', 'model', { some: entry })).toBe(model);
});

test('says how to install a package that is not there', async () => {
  // The name is put together, so that nothing looks for the package before the test does.
  const packageName = ['@harness-sdk', 'providers-nobody'].join('/');
  const entry = { packageName, load: async () => (await import(packageName)) as never };
  await expect(loadModel('nobody', 'model', { nobody: entry })).rejects.toMatchObject({
    code: 'missing_package',
    message: `${packageName} is not installed. Install it beside this program: npm install ${packageName}`,
  });
});

test('says what is wrong with a package that does not load', async () => {
  const entry = { packageName: 'zod', load: () => Promise.reject(new SyntaxError('Unexpected token')) };
  await expect(loadModel('broken', 'model', { broken: entry })).rejects.toMatchObject({
    code: 'missing_package',
    message: expect.stringContaining('zod does not load: Unexpected token.'),
  });
});

test('passes on what the package says of its options', async () => {
  const refusal = new OptionError('apiKey', 'There is no key.');
  const entry = { packageName: 'zod', load: () => Promise.reject(refusal) };
  await expect(loadModel('some', 'model', { some: entry })).rejects.toBe(refusal);
});

describe('the providers', () => {
  const providers = [
    ['anthropic', 'ANTHROPIC_API_KEY'],
    ['google', 'GEMINI_API_KEY'],
    ['ollama', undefined],
    ['openai', 'OPENAI_API_KEY'],
  ] as const;

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('are these', () => {
    expect(PROVIDER_NAMES).toEqual(providers.map(([name]) => name));
  });

  test.each(providers)('%s makes a model from its package', async (name, variable) => {
    if (variable !== undefined) vi.stubEnv(variable, 'test');
    expect(await loadModel(name, 'some-model')).toMatchObject({ provider: name, id: 'some-model' });
  });

  test.each(providers.flatMap(([name, variable]) => (variable === undefined ? [] : [[name, variable] as const])))(
    '%s names the variable that holds its key',
    async (name, variable) => {
      for (const key of [variable, 'GOOGLE_API_KEY']) vi.stubEnv(key, undefined);
      const loading = loadModel(name, 'some-model');
      await expect(loading).rejects.toThrow(OptionError);
      await expect(loading).rejects.toThrow(variable);
    },
  );
});
