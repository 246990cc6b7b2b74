import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as entry from './index.ts';
import { runRules } from './options.ts';

const directory = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', directory), 'utf8');

/** The answer that the README shows, as the API sends it. */
const answer = readFileSync(new URL('../../examples/replies/hello-1.sse', directory));

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer));
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('the first example prints what stands below it', async () => {
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(readme) ?? [];
  expect(code).not.toBe('');
  // It listens on a port, so it has an address of this kind.
  const { port } = server.address() as AddressInfo;
  // The example speaks to the provider's own host; here its requests go to the server above.
  const redirect = `
    const { fetch } = globalThis;
    globalThis.fetch = (url, init) =>
      fetch(String(url).replace('https://api.anthropic.com', 'http://127.0.0.1:${port}'), init);`;
  const flags = [
    '--conditions=@harness-sdk/source',
    '--import',
    `data:text/javascript,${encodeURIComponent(redirect)}`,
  ];
  const env = { ...process.env, ANTHROPIC_API_KEY: 'recorded' };
  const run = [...flags, '--input-type=module-typescript', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, run, { cwd: directory, env });
  expect(stdout).toBe(output);
});

test('names every option and every function', () => {
  const functions = Object.keys(entry).filter((name) => /^[a-z]/.test(name));
  const names = [...functions, ...Object.keys(runRules)];
  const unnamed = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
  expect(unnamed).toEqual([]);
});
