import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineTool, jsonSchema, run } from '@harness-sdk/core';
import type { Json, Message } from '@harness-sdk/core';
import { ReplayServer, checkStream } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';
import { sse, text } from '../test/sse.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start(recording('parallel-tools-signature-gemini-3.1-pro.sse'));
});
afterEach(() => server[Symbol.asyncDispose]());

const operations = { add: (a: number, b: number) => a + b, multiply: (a: number, b: number) => a * b };

const tools = (['add', 'multiply'] as const).map((name) =>
  defineTool({
    name,
    description: 'Calculates.',
    input: jsonSchema<{ a: number; b: number }>(
      { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
      // The recorded arguments.
      (value) => ({ value: value as { a: number; b: number } }),
    ),
    accessKinds: [],
    execute: ({ a, b }) => {
      server.reply = recording('text-gemini-2.5-flash-lite.sse');
      return String(operations[name](a, b));
    },
  }),
);

test('a run calls its tools and goes on with their results and the signature where it was', async () => {
  const model = modelOf(server, {}, 'gemini-3.1-pro-preview');
  const messages: Message[] = [];
  for await (const message of run('Add and multiply 2 and 3', { model, tools })) messages.push(message);

  checkStream(messages);
  expect(messages.at(-1)).toMatchObject({ type: 'result', stopReason: 'end_turn', turns: 2, toolCalls: 2 });
  const [, second] = server.requests.map(({ body }) => body['contents'] as Json);
  expect(second).toMatchObject([
    { role: 'user' },
    {
      role: 'model',
      parts: [
        { functionCall: { id: '8hd01vsf', name: 'add' }, thoughtSignature: expect.stringMatching(/^EsINCr8N/) },
        { functionCall: { id: 'k0srpqrc', name: 'multiply' } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: '8hd01vsf', name: 'add', response: { output: '5' } } },
        { functionResponse: { id: 'k0srpqrc', name: 'multiply', response: { output: '6' } } },
      ],
    },
  ]);
  expect(JSON.stringify(second).match(/thoughtSignature/g)).toHaveLength(1);
});

test('a run that is left closes the socket', async () => {
  server.reply = { body: sse(text('Hel')), ending: 'hang' };
  for await (const message of run('Hello', { model: modelOf(server) })) if (message.type === 'text') break;
  await expect(server.lastRequest.closed).resolves.toBeUndefined();
});

test('a run tries again after a call that the API could not read, and counts what that cost', async () => {
  server.reply = recording('finish-malformed-function-call-gemini-2.5-flash.sse');
  const messages: Message[] = [];
  for await (const message of run('Hello', { model: modelOf(server), retry: { baseDelayMs: 1 } })) {
    messages.push(message);
    const isRetry = message.type === 'system' && message.subtype === 'retry';
    if (isRetry) server.reply = recording('text-gemini-2.5-flash-lite.sse');
  }
  checkStream(messages);
  const { usage } = recording('text-gemini-2.5-flash-lite.sse').expected;
  expect(messages.at(-1)).toMatchObject({
    stopReason: 'end_turn',
    turns: 1,
    usage: { input: 110 + (usage?.input ?? 0), output: usage?.output },
  });
});
