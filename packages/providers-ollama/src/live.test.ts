import { expect, test } from 'vitest';
import type { ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { blockText, collect, requestOf } from '../test/collect.ts';
import { isLive, liveModelId } from '../test/live.ts';
import { ollama } from './index.ts';

const add: ToolSpec = {
  name: 'add',
  description: 'Adds two numbers.',
  inputSchema: {
    type: 'object',
    properties: { left: { type: 'number' }, right: { type: 'number' } },
    required: ['left', 'right'],
  },
};

function ask(text: string): TranscriptMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

test.skipIf(!isLive)('the server answers, and says what it counted', async () => {
  const model = ollama(liveModelId);
  const { blocks, end, error } = await collect(model.stream(requestOf({ messages: [ask('Say the one word: yes')] })));
  expect(error).toBeUndefined();
  expect(blockText(blocks, 'text')).toMatch(/yes/i);
  expect(end).toMatchObject({ stop: 'end', model: expect.any(String) });
  expect(end?.usage.output).toBeGreaterThan(0);
  expect(model.info.contextWindow).toBeGreaterThan(0);
});

test.skipIf(!isLive)('the server takes back its own call, with the result', async () => {
  const model = ollama(liveModelId);
  const messages = [ask('What is 1234.5 + 8765.25? Use the tool.')];
  const asked = await collect(model.stream(requestOf({ tools: [add], messages })));
  const call = asked.blocks.find((block) => block.type === 'tool_call');
  expect(call).toMatchObject({ name: 'add', args: { left: 1234.5, right: 8765.25 } });

  const result = { type: 'tool_result', toolCallId: call?.id ?? '', name: 'add', content: '9999.75', isError: false };
  const history: readonly TranscriptMessage[] = [
    ...messages,
    { role: 'assistant', content: asked.blocks, origin: { provider: model.provider, model: model.id } },
    { role: 'tool', content: [{ ...result, type: 'tool_result' }] },
  ];
  const answered = await collect(model.stream(requestOf({ tools: [add], messages: history })));
  expect(answered.error).toBeUndefined();
  expect(blockText(answered.blocks, 'text')).toMatch(/9,?999\.75/);
});

test.skipIf(!isLive)('the server refuses a prompt that does not fit, instead of cutting it', async () => {
  const model = ollama(liveModelId, { contextWindow: 512 });
  const { error } = await collect(model.stream(requestOf({ messages: [ask('word '.repeat(2_000))] })));
  expect(error).toMatchObject({ kind: 'context_overflow' });
});

test.skipIf(!isLive)('the server does not know a model that is not there', async () => {
  const { error } = await collect(ollama('model-of-2030').stream(requestOf()));
  expect(error).toMatchObject({ kind: 'invalid_request', statusCode: 404 });
});
