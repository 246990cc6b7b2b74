import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { repliesFor, serveReplies, type RecordedServer } from './recorded-server.ts';

const servers: RecordedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(example: string): Promise<RecordedServer> {
  const server = await serveReplies(repliesFor(example));
  servers.push(server);
  return server;
}

async function post(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' });
  return await response.text();
}

test('listens on the loopback interface only', async () => {
  const { url } = await serve('hello');
  expect(new URL(url).hostname).toBe('127.0.0.1');
});

test('answers with one reply after the other, and then from the start again', async () => {
  const { url, requests } = await serve('typing');
  const answers = [await post(url), await post(url), await post(url)];
  expect(answers[0]).toBe(answers[2]);
  expect(answers[0]).not.toBe(answers[1]);
  expect(requests).toEqual(['{}', '{}', '{}']);
});

test('has nothing but the messages', async () => {
  const { url, requests } = await serve('hello');
  const responses = await Promise.all([fetch(url), fetch(`${url}/v1/models`, { method: 'POST' })]);
  expect(responses.map(({ status }) => status)).toEqual([404, 404]);
  expect(requests).toEqual([]);
});

test('has replies for every example that asks a model', () => {
  const helpers = ['provider-settings', 'recorded-server', 'run-example'];
  const files = globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] });
  const examples = files.map((file) => file.replace('.ts', '')).filter((name) => !helpers.includes(name));
  expect(examples.length).toBeGreaterThanOrEqual(6);
  expect(examples.filter((name) => repliesFor(name).length === 0)).toEqual([]);
});

test('prints the command to run, and ends on a signal', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'recorded-server.ts'), 'hello'], { stdio: 'pipe' });
  const exited = once(child, 'exit');
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const [, url = ''] =
    /RECORDED_SERVER=(http:\/\/127\.0\.0\.1:\d+) node .* examples\/hello\.ts/.exec(printed.toString()) ?? [];
  expect(await post(url)).toContain('message_stop');
  child.kill('SIGINT');
  await exited;
});

test.each([[['goodbye']], [[]]])('says which examples there are, for %j', async (parameters) => {
  const file = join(import.meta.dirname, 'recorded-server.ts');
  const child = spawn(process.execPath, [file, ...parameters], { stdio: 'pipe' });
  const [[printed], [exitCode]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
  expect(String(printed)).toContain(
    'hello, typing, messages, approval, approve-later, reviewer, cost, fallback or structured-output',
  );
  expect(exitCode).toBe(2);
});
