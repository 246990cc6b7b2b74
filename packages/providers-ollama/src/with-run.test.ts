import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineTool, jsonSchema, run } from '@harness-sdk/core';
import type { Json, Message } from '@harness-sdk/core';
import { ReplayServer, checkStream } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start(recording('two-tools-qwen3-14b.ndjson'));
});
afterEach(() => server[Symbol.asyncDispose]());

function answering(name: string, reply: () => string) {
  const input = jsonSchema<Json>({ type: 'object' }, (value) => ({ value: value as Json }));
  return defineTool({ name, description: 'Answers.', input, accessKinds: [], execute: reply });
}

const weather = answering('weather', () => '75° and sunny');
const search = answering('search', () => {
  server.reply = recording('inline-think-tags-qwen3-14b.ndjson');
  return 'at 3pm';
});

test('a run calls its tools and goes on with their results, at no cost', async () => {
  const messages: Message[] = [];
  for await (const message of run('Do I need a coat?', { model: modelOf(server), tools: [weather, search] })) {
    messages.push(message);
  }

  checkStream(messages);
  expect(messages.at(-1)).toMatchObject({
    type: 'result',
    stopReason: 'end_turn',
    turns: 2,
    toolCalls: 2,
    totalTokens: 218 + 306 + 306 + 188,
    text: expect.stringMatching(/^The Detroit Tigers game is today/),
  });
  expect(messages.find((message) => message.type === 'thinking' && !message.isPartial)).toMatchObject({
    text: expect.stringMatching(/^Okay, let me figure out/),
  });
  const [, second] = server.requests.map(({ body }) => body['messages'] as Json);
  expect(second).toMatchObject([
    { role: 'user' },
    { role: 'assistant', tool_calls: [{ id: 'call_1' }, { id: 'call_2' }] },
    { role: 'tool', tool_call_id: 'call_1', tool_name: 'weather', content: '75° and sunny' },
    { role: 'tool', tool_call_id: 'call_2', tool_name: 'search', content: 'at 3pm' },
  ]);
});

test('a run that is left closes the socket', async () => {
  const { body, ...text } = recording('text-gemma3.ndjson');
  server.reply = { ...text, body: body.subarray(0, body.indexOf('here')), ending: 'hang' };
  for await (const message of run('Hello', { model: modelOf(server) })) if (message.type === 'text') break;
  await expect(server.lastRequest.closed).resolves.toBeUndefined();
});

test('a run tries again after an error inside the stream', async () => {
  server.reply = recording('error-mid-stream.ndjson');
  const messages: Message[] = [];
  for await (const message of run('Hello', { model: modelOf(server), retry: { baseDelayMs: 1 } })) {
    messages.push(message);
    if (message.type === 'system' && message.subtype === 'retry') server.reply = recording('text-gemma3.ndjson');
  }
  checkStream(messages);
  expect(messages.at(-1)).toMatchObject({ stopReason: 'end_turn', turns: 1, usage: { input: 16, output: 22 } });
});
