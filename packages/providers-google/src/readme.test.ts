import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { testKey } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the first example of the README is the one that is run here', () => {
  const example = readFileSync(join(import.meta.dirname, '../test/readme-example.ts'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

test('the first example of the README prints what stands behind it', async () => {
  const { body, contentType } = recording('text-gemini-2.5-flash-lite.sse');
  const printed: string[] = [];
  vi.stubEnv('GOOGLE_API_KEY', undefined);
  vi.stubEnv('GEMINI_API_KEY', testKey);
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })),
  );
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(`${line}\n`));

  await import('../test/readme-example.ts');

  const [beginning, end] = /```text\n([^`]*?) …\n([^`]*?)```/.exec(readme)?.slice(1) ?? [];
  expect(printed.join('')).toMatch(/^A silent stalk/);
  expect(printed.join('').startsWith(beginning ?? 'nothing')).toBe(true);
  expect(printed.at(-1)).toBe(`\n${end}`);
});

test.for([
  'apiKey',
  'baseURL',
  'headers',
  'headersTimeoutMs',
  'fetch',
  'client',
  'apiVersion',
  'info',
  'providerOptions',
])('the README names the option %s', (option) => {
  expect(readme).toContain(`\`${option}\``);
});
