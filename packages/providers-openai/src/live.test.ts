import { describe, expect, test } from 'vitest';
import type { ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { blockText, collect, requestOf } from '../test/collect.ts';
import { isLive, liveModelId } from '../test/live.ts';
import { createOpenAI } from './index.ts';

const add: ToolSpec = {
  name: 'add',
  description: 'Adds two numbers.',
  inputSchema: {
    type: 'object',
    properties: { left: { type: 'number' }, right: { type: 'number' } },
    required: ['left', 'right'],
    additionalProperties: false,
  },
};

function ask(text: string): TranscriptMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

describe.for(['responses', 'chat'] as const)('through %s', (api) => {
  test.skipIf(!isLive)('the vendor answers, and says what it counted', async () => {
    const request = requestOf({ messages: [ask('Answer with the one word: yes')], maxOutputTokens: 2_000 });
    const { blocks, end, error } = await collect(createOpenAI({ api })(liveModelId).stream(request));
    expect(error).toBeUndefined();
    expect(blockText(blocks, 'text')).toMatch(/yes/i);
    expect(end).toMatchObject({ stop: 'end', responseId: expect.any(String), model: expect.stringContaining('gpt') });
    expect(end?.usage.output).toBeGreaterThan(0);
  });

  test.skipIf(!isLive)('the vendor takes back its own reasoning and call, with the result', async () => {
    const model = createOpenAI({ api })(liveModelId);
    const messages = [ask('What is 1234.5 + 8765.25? Use the tool.')];
    const settings = { tools: [add], effort: 'low', maxOutputTokens: 4_000 } as const;
    const asked = await collect(model.stream(requestOf({ ...settings, messages })));
    const call = asked.blocks.find((block) => block.type === 'tool_call');
    expect(call).toMatchObject({ name: 'add', args: { left: 1234.5, right: 8765.25 } });

    const id = call?.type === 'tool_call' ? call.id : '';
    const result = { type: 'tool_result', toolCallId: id, name: 'add', content: '9999.75', isError: false } as const;
    const origin = { provider: model.provider, model: model.id };
    const history = [...messages, { role: 'assistant', content: asked.blocks, origin } as const];
    const answered = await collect(
      model.stream(requestOf({ ...settings, messages: [...history, { role: 'tool', content: [result] }] })),
    );
    expect(answered.error).toBeUndefined();
    expect(blockText(answered.blocks, 'text')).toMatch(/9,?999\.75/);
  });

  test.skipIf(!isLive)('the vendor does not know a model that is not there', async () => {
    const { error } = await collect(createOpenAI({ api })('gpt-of-2030').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'invalid_request' });
  });
});
