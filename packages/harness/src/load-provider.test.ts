import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentError, OptionError } from '@harness-sdk/core';
import { expect, test } from 'vitest';
import { importProvider, loadModel } from './load-provider.ts';

test('makes a model of the named provider', async () => {
  const model = await loadModel('anthropic', 'claude-opus-5-5', { apiKey: 'test' });
  expect(model).toMatchObject({ provider: 'anthropic', id: 'claude-opus-5-5' });
});

test('passes on a model id that nobody knows', async () => {
  await expect(loadModel('anthropic', 'claude-of-next-year', { apiKey: 'test' })).resolves.toMatchObject({
    id: 'claude-of-next-year',
  });
});

test('names the line that installs a missing package', async () => {
  const loading = importProvider('@harness-sdk/providers-nowhere', undefined);
  await expect(loading).rejects.toThrow(AgentError);
  await expect(loading).rejects.toMatchObject({
    code: 'missing_package',
    message: '@harness-sdk/providers-nowhere is not installed. Install it with: npm i @harness-sdk/providers-nowhere',
  });
});

test('says why an installed package does not load', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'harness-load-'));
  try {
    const name = '@harness-sdk/providers-nowhere';
    const packageDirectory = join(directory, 'node_modules', name);
    mkdirSync(packageDirectory, { recursive: true });
    writeFileSync(join(packageDirectory, 'package.json'), JSON.stringify({ name, type: 'module', exports: './a.js' }));
    writeFileSync(join(packageDirectory, 'a.js'), "import 'package-that-nobody-has';");
    const loading = importProvider(name, join(directory, 'script.js'));
    await expect(loading).rejects.toMatchObject({ code: 'missing_package' });
    await expect(loading).rejects.toThrow(/is installed but does not load: .*package-that-nobody-has/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('names the setting that the provider does not know', async () => {
  const loading = loadModel('anthropic', 'claude-opus-5-5', { apiKey: 'test', baseUrl: 'http://127.0.0.1:1' });
  await expect(loading).rejects.toThrow(OptionError);
  await expect(loading).rejects.toMatchObject({ option: 'providerSettings.baseUrl' });
  await expect(loading).rejects.toThrow('Did you mean `baseURL`?');
});

test('says that another server needs a key of its own', async () => {
  const loading = loadModel('anthropic', 'claude-opus-5-5', { baseURL: 'http://127.0.0.1:1' });
  await expect(loading).rejects.toMatchObject({ code: 'invalid_option', option: 'providerSettings.apiKey' });
});
