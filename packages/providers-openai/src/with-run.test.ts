import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineTool, jsonSchema, run } from '@harness-sdk/core';
import type { Message } from '@harness-sdk/core';
import { ReplayServer, checkStream } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

const numbers = { a: { type: 'number' }, b: { type: 'number' } } as const;

describe.for([
  ['responses', 'openai-responses/parallel-tools-gpt-4o.sse', 'openai-responses/text-gpt-5.5.sse', 155 + 16],
  ['chat', 'openai-chat/parallel-tools-gpt-4o-mini.sse', 'openai-chat/text-gpt-4o-mini.sse', 156 + 30],
] as const)('through %s', ([api, calls, text, totalTokens]) => {
  const toolNamed = (name: string) =>
    defineTool({
      name,
      description: 'Calculates.',
      input: jsonSchema<{ a: number; b: number }>({ type: 'object', properties: numbers }, (value) => ({
        value: value as { a: number; b: number },
      })),
      accessKinds: [],
      execute: ({ a, b }) => {
        server.reply = recording(text);
        return `${name} of ${a} and ${b}`;
      },
    });

  test('a run calls its tools and goes on with their results', async () => {
    server.reply = recording(calls);
    const messages: Message[] = [];
    const options = { model: modelOf(server, { api }), tools: [toolNamed('add'), toolNamed('multiply')] };
    for await (const message of run('Calculate', options)) messages.push(message);

    checkStream(messages);
    expect(messages.at(-1)).toMatchObject({ stopReason: 'end_turn', turns: 2, toolCalls: 2, totalTokens });
    const [, second] = server.requests.map(({ body }) => body);
    const sent = JSON.stringify(api === 'chat' ? second?.['messages'] : second?.['input']);
    expect(sent).toContain('add of 2 and 3');
    expect(sent).toContain('multiply of 2 and 3');
  });

  test('a run that is left closes the socket', async () => {
    const { body } = recording(text);
    const end = body.indexOf(api === 'chat' ? '"finish_reason":"stop"' : 'event: response.output_text.done');
    server.reply = { body: body.subarray(0, end), ending: 'hang' };
    for await (const message of run('Hello', { model: modelOf(server, { api }) })) if (message.type === 'text') break;
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });
});

test('a run ends with what the model said when it refuses', async () => {
  server.reply = recording('openai-responses/refusal-gpt-4o.sse');
  const messages: Message[] = [];
  for await (const message of run('Hello', { model: modelOf(server) })) messages.push(message);
  expect(messages.at(-1)).toMatchObject({ stopReason: 'refusal' });
});

test('a run does not try again where the quota is used up', async () => {
  server.reply = recording('openai-responses/error-insufficient-quota-mid-stream.sse');
  const messages: Message[] = [];
  await expect(async () => {
    for await (const message of run('Hello', { model: modelOf(server) })) messages.push(message);
  }).rejects.toMatchObject({ kind: 'quota' });
  expect(messages.at(-1)).toMatchObject({ stopReason: 'error' });
  expect(server.requests).toHaveLength(1);
});
