import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineTool, jsonSchema, run } from '@harness-sdk/core';
import type { Json, Message } from '@harness-sdk/core';
import { checkStream, ReplayServer } from '@harness-sdk/core/testing';
import { modelOf, testKey } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start(recording('parallel-tools-claude-haiku-4-5.sse'));
});
afterEach(() => server[Symbol.asyncDispose]());

const retrieve = defineTool({
  name: 'secret_retrieval_tool',
  description: 'Retrieves a secret.',
  input: jsonSchema<{ password: string }>(
    { type: 'object', properties: { password: { type: 'string' } } },
    (value) => ({
      value: value as { password: string },
    }),
  ),
  accessKinds: [],
  execute: ({ password }) => {
    server.reply = recording('text-claude-haiku-4-5.sse');
    return `secret of ${password}`;
  },
});

test('a run calls its tools and goes on with their results', async () => {
  const messages: Message[] = [];
  for await (const message of run('Get both', { model: modelOf(server), tools: [retrieve] })) messages.push(message);

  checkStream(messages);
  expect(messages.at(-1)).toMatchObject({
    type: 'result',
    stopReason: 'end_turn',
    turns: 2,
    toolCalls: 2,
    totalTokens: 1499,
  });
  const [, second] = server.requests.map(({ body }) => body['messages'] as Json);
  expect(second).toMatchObject([
    { role: 'user' },
    { role: 'assistant', content: [{ type: 'tool_use' }, { type: 'tool_use' }] },
    { role: 'user', content: [{ content: 'secret of mellon' }, { content: 'secret of radiance' }] },
  ]);
});

test('a run that is left closes the socket', async () => {
  const { body } = recording('text-claude-haiku-4-5.sse');
  server.reply = { body: body.subarray(0, body.indexOf('event: content_block_stop')), ending: 'hang' };
  for await (const message of run('Hello', { model: modelOf(server) })) if (message.type === 'text') break;
  await expect(server.lastRequest.closed).resolves.toBeUndefined();
});

test('a run tries again after an overload inside the stream, and counts what that cost', async () => {
  server.reply = recording('error-overloaded-mid-stream.sse');
  const messages: Message[] = [];
  for await (const message of run('Hello', { model: modelOf(server), retry: { baseDelayMs: 1 } })) {
    messages.push(message);
    if (message.type === 'system' && message.subtype === 'retry') server.reply = recording('text-claude-haiku-4-5.sse');
  }
  checkStream(messages);
  expect(messages.at(-1)).toMatchObject({
    stopReason: 'end_turn',
    turns: 1,
    usage: { input: 602 + 633, output: 1 + 167 },
  });
});

test('the last turn of a run keeps the prefix of the turns before it, tools included', async () => {
  const messages: Message[] = [];
  const options = { model: modelOf(server), system: 'Be brief.', tools: [retrieve], budget: { maxTurns: 2 } };
  for await (const message of run('Get both', options)) messages.push(message);

  const [first, last] = server.requests.map(({ body }) => withoutMarks(body));
  expect(last).toMatchObject({ tool_choice: { type: 'none' }, tools: first?.['tools'], system: first?.['system'] });
  // Both are the bodies of requests, which have messages.
  const [before, after] = [first, last].map((body) => body?.['messages'] as readonly unknown[]);
  expect(after?.slice(0, before?.length)).toEqual(before);
  expect(after?.at(-1)).toMatchObject({
    content: [{ type: 'tool_result' }, { type: 'tool_result' }, { type: 'text' }],
  });
});

/** What the vendor hashes: marks are not part of it. */
function withoutMarks(body: object): Record<string, unknown> {
  // A copy of an object is one.
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (key === 'cache_control' ? undefined : value)),
  ) as Record<string, unknown>;
}

test('a run shows no key, however a gateway answers with it', async () => {
  for (const status of [200, 401, 500]) {
    server.reply = { status, headers: { 'request-id': testKey, 'x-key': testKey }, body: `${testKey} is wrong` };
    const model = modelOf(server);
    const shown: unknown[] = [model, JSON.stringify(model)];
    try {
      for await (const message of run('Hello', { model, retry: { maxAttempts: 1 } })) shown.push(message);
    } catch (error) {
      shown.push(error);
    }
    expect(shown.length).toBeGreaterThan(3);
    expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(testKey);
  }
});
