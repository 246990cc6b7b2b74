import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { importInstalled } from './import-installed.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A project with one package installed, and the path of a script in it. */
function project(name: string, source: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'harness-import-'));
  directories.push(directory);
  const packageDirectory = join(directory, 'node_modules', name);
  mkdirSync(packageDirectory, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', exports: { '.': { default: './index.js' } } };
  writeFileSync(join(packageDirectory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(packageDirectory, 'index.js'), source);
  return join(directory, 'script.js');
}

test('imports what is installed beside harness-sdk', async () => {
  await expect(importInstalled('@harness-sdk/providers-anthropic', undefined)).resolves.toHaveProperty(
    'createAnthropic',
  );
});

test('imports what is installed where the script is', async () => {
  const script = project('@harness-sdk/providers-nowhere', 'export const answer = 42;');
  await expect(importInstalled('@harness-sdk/providers-nowhere', script)).resolves.toMatchObject({ answer: 42 });
});

test('gives undefined where it is in neither place', async () => {
  const script = project('@harness-sdk/providers-other', 'export const answer = 42;');
  await expect(importInstalled('@harness-sdk/providers-nowhere', script)).resolves.toBeUndefined();
  await expect(importInstalled('@harness-sdk/providers-nowhere', undefined)).resolves.toBeUndefined();
});

test('never looks from a relative path, which would mean the working directory', async () => {
  const script = project('@harness-sdk/providers-nowhere', 'export const answer = 42;');
  const before = process.cwd();
  process.chdir(dirname(script));
  try {
    await expect(importInstalled('@harness-sdk/providers-nowhere', 'script.js')).resolves.toBeUndefined();
    await expect(importInstalled('@harness-sdk/providers-nowhere', undefined)).resolves.toBeUndefined();
  } finally {
    process.chdir(before);
  }
});

test('throws what an installed package throws while it is loaded', async () => {
  const script = project('@harness-sdk/providers-nowhere', "throw new RangeError('Broken.');");
  await expect(importInstalled('@harness-sdk/providers-nowhere', script)).rejects.toThrow(new RangeError('Broken.'));
});

test('throws where an installed package lacks one of its own', async () => {
  const script = project('@harness-sdk/providers-nowhere', "import 'package-that-nobody-has';");
  await expect(importInstalled('@harness-sdk/providers-nowhere', script)).rejects.toThrow('package-that-nobody-has');
});
