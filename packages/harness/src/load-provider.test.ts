import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentError, OptionError } from '@harness-sdk/core';
import { afterEach, expect, test, vi } from 'vitest';
import { importProvider, loadModel } from './load-provider.ts';
import { providerNames, providers } from './providers.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.for([
  ['anthropic', 'claude-opus-5-5'],
  ['google', 'gemini-4-argon'],
  ['ollama', 'qwen3.6'],
  ['openai', 'gpt-6-sol'],
] as const)('makes a model of %s', async ([provider, id]) => {
  const model = await loadModel(provider, id, { apiKey: 'test' });
  expect(model).toMatchObject({ provider, id });
});

test('has an optional peer for every provider', () => {
  // Our own manifest.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta: Readonly<Record<string, object>>;
  };
  const packageNames = providerNames.map((name) => providers[name].packageName);
  expect(Object.keys(manifest.peerDependencies)).toEqual(packageNames);
  expect(manifest.peerDependenciesMeta).toEqual(
    Object.fromEntries(packageNames.map((packageName) => [packageName, { optional: true }])),
  );
});

test.for(providerNames)('knows where %s reads its key, and whether it needs one', async (provider) => {
  const { keyVariables, isLocal } = providers[provider];
  const variables = Object.values(providers).flatMap((entry) => entry.keyVariables);
  for (const variable of [...variables, 'OLLAMA_HOST']) vi.stubEnv(variable, undefined);
  expect(keyVariables.length === 0).toBe(isLocal);
  const [withoutKey] = await Promise.allSettled([loadModel(provider, 'some-model', {})]);
  expect(withoutKey?.status).toBe(isLocal ? 'fulfilled' : 'rejected');
  for (const variable of keyVariables) {
    vi.stubEnv(variable, 'test-key');
    await expect(loadModel(provider, 'some-model', {})).resolves.toMatchObject({ provider });
    vi.stubEnv(variable, undefined);
  }
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
