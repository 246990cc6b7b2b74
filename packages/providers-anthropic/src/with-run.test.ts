import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineTool, jsonSchema, run } from '@harness-sdk/core';
import type { Json, Message } from '@harness-sdk/core';
import { checkStream, ReplayServer } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
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
