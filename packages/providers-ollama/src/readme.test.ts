import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
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
  const { body, contentType } = recording('text-gemma3.ndjson');
  const printed: string[] = [];
  vi.stubEnv('OLLAMA_HOST', undefined);
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(
      url.endsWith('/api/show')
        ? Response.json({})
        : new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }),
    ),
  );
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(`${line}\n`));

  await import('../test/readme-example.ts');

  expect(readme).toContain(`\`\`\`text\n${printed.join('')}\`\`\``);
  expect(printed.at(-1)).toBe('end_turn: 38 tokens\n');
});

test.for(['apiKey', 'baseURL', 'headers', 'fetch', 'contextWindow', 'info', 'providerOptions'])(
  'the README names the option %s',
  (option) => {
    expect(readme).toContain(`\`${option}\``);
  },
);
