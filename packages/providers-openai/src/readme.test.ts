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
  const { body, contentType } = recording('openai-responses/text-gpt-5.5.sse');
  const printed: string[] = [];
  vi.stubEnv('OPENAI_API_KEY', testKey);
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })),
  );
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(`${line}\n`));

  await import('../test/readme-example.ts');

  const [, expected] = /```text\n([^`]*?)```/.exec(readme) ?? [];
  expect(printed.join('')).toBe(expected);
});

test.for(['create-client.ts', 'openai.ts'])('the README names every setting of %s', (file) => {
  const source = readFileSync(join(import.meta.dirname, file), 'utf8');
  const [, fields = ''] = /export interface OpenAI(?:Settings|ModelOptions) \{([^}]*)\}/.exec(source) ?? [];
  const names = [...fields.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(1);
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
