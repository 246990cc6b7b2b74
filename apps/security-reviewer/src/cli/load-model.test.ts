import { OptionError } from '@harness-sdk/core';
import { scriptedModel } from '@harness-sdk/core/testing';
import { expect, test } from 'vitest';
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

test('knows Anthropic', () => {
  expect(PROVIDER_NAMES).toEqual(['anthropic']);
});
