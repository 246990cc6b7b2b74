import { describe, expect, test } from 'vitest';
import { ModelError } from '@harness-sdk/core';
import type { ModelRequest, ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { requestOf } from '../test/collect.ts';
import { checkRequest, toOllamaRequest } from './to-request.ts';
import type { RequestModel } from './to-request.ts';

const tools: readonly ToolSpec[] = [
  { name: 'write', description: 'Writes', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
  { name: 'read', description: 'Reads', inputSchema: { properties: {} } },
];

const qwen: RequestModel = {
  id: 'qwen3',
  capabilities: undefined,
  thinkValues: undefined,
  contextWindow: 8_192,
  options: {},
};

function body(request: Partial<ModelRequest> = {}, model: Partial<RequestModel> = {}): Record<string, unknown> {
  const whole = requestOf(request);
  checkRequest(whole, model.options ?? {});
  return { ...toOllamaRequest(whole, { ...qwen, ...model }) };
}

test('of a bare request says the window, and that nothing may be cut', () => {
  expect(body()).toEqual({
    model: 'qwen3',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    options: { num_ctx: 8_192 },
    truncate: false,
    shift: false,
  });
});

test('carries the output limit as a parameter of the model', () => {
  expect(body({ maxOutputTokens: 500 })['options']).toEqual({ num_ctx: 8_192, num_predict: 500 });
});

describe('tools', () => {
  test('stand in declared order, each with a schema of an object', () => {
    expect(body({ tools })['tools']).toEqual([
      {
        type: 'function',
        function: {
          name: 'write',
          description: 'Writes',
          parameters: { type: 'object', properties: { path: { type: 'string' } } },
        },
      },
      {
        type: 'function',
        function: { name: 'read', description: 'Reads', parameters: { type: 'object', properties: {} } },
      },
    ]);
  });

  test.for([
    ['auto', ['write', 'read']],
    ['required', ['write', 'read']],
    ['none', undefined],
    [{ name: 'read' }, ['read']],
  ] as const)('that may be called are those offered: %o', ([toolChoice, names]) => {
    const offered = body({ tools, toolChoice })['tools'] as { function: { name: string } }[] | undefined;
    expect(offered?.map((tool) => tool.function.name)).toEqual(names);
  });

  test('are left out where there are none', () => {
    expect(body()).not.toHaveProperty('tools');
  });
});

describe('the system prompt', () => {
  test('is the first message', () => {
    expect(body({ system: 'Be brief.' })['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ]);
  });

  test.for([undefined, '', ' \n'])('is left out where it says nothing: %j', (system) => {
    expect(body(system === undefined ? {} : { system })['messages']).toHaveLength(1);
  });
});

test('an output schema is the format of the answer', () => {
  const schema = { type: 'object', properties: { a: { type: 'number', minimum: 1 } } };
  expect(body({ output: { name: 'answer', schema } })['format']).toEqual(schema);
});

test('an output schema beside tools is asked for in words: the format would keep the model from calling one', () => {
  const schema = { type: 'object', properties: { n: { type: 'number' } } };
  const sent = body({ system: 'Be brief.', tools, output: { name: 'answer', schema } });
  expect(sent).not.toHaveProperty('format');
  expect(JSON.stringify(sent['messages'])).toMatch(/Be brief\..*Your final answer must be JSON.*number/);
  const last = body({ tools, toolChoice: 'none', output: { name: 'answer', schema } });
  expect(last['format']).toEqual(schema);
});

describe('effort', () => {
  test('is what the model has for it', () => {
    expect(body({ effort: 'max' })['think']).toBe(true);
    expect(body({ effort: 'max' }, { thinkValues: ['low', 'max'] })['think']).toBe('max');
  });

  test('says nothing to a model that does not think', () => {
    expect(body({ effort: 'max' }, { capabilities: { thinking: false } })).not.toHaveProperty('think');
  });
});

describe('provider options', () => {
  test('are put into the body as they are, and win', () => {
    const ollama = { think: 'of_2030', keep_alive: '1h', format: 'json', logprobs: true };
    const sent = toOllamaRequest(
      requestOf({ effort: 'high', output: { name: 'a', schema: {} }, providerOptions: { ollama } }),
      qwen,
    );
    expect(sent).toMatchObject(ollama);
  });

  test('of a call come over those of the model, one by one, inside the parameters too', () => {
    const options = { keep_alive: 5, options: { temperature: 1, seed: 1 } };
    const sent = body({ providerOptions: { ollama: { options: { temperature: 0 } } } }, { options });
    expect(sent).toMatchObject({ keep_alive: 5, options: { temperature: 0, seed: 1, num_ctx: 8_192 } });
  });

  test('of other providers are none of ours', () => {
    expect(JSON.stringify(body({ providerOptions: { openai: { store: false } } }))).not.toContain('store');
  });

  test.for(['model', 'messages', 'tools', 'stream', 'truncate', 'shift'])('cannot replace %s', (name) => {
    const request = () => checkRequest(requestOf({ providerOptions: { ollama: { [name]: 1 } } }), {});
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`\`${name}\` is set by`);
  });

  test.for(['num_ctx', 'num_predict'])('cannot replace the parameter %s', (name) => {
    const request = () => checkRequest(requestOf(), { options: { [name]: 1 } });
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`\`${name}\` is set by`);
  });

  test('must have parameters that are an object', () => {
    expect(() => checkRequest(requestOf({ providerOptions: { ollama: { options: 5 } } }), {})).toThrow('an object');
  });
});

test('a request without messages is an error, because the server would only load the model', () => {
  expect(() => checkRequest(requestOf({ messages: [] }), {})).toThrow('at least one message');
});

describe('a history written by others', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;
  const written = (origin: { readonly provider: string; readonly model: string }): readonly TranscriptMessage[] => [
    { role: 'user', content: [{ type: 'text', text: 'Read a' }, image] },
    {
      role: 'assistant',
      origin,
      content: [
        { type: 'thinking', text: 'Hm', native: { type: 'thinking', signature: 'abc' } },
        { type: 'text', text: 'Sure.', native: { citations: [] } },
        { type: 'opaque', kind: 'server_tool_use', native: { type: 'server_tool_use', id: 's1' } },
        { type: 'tool_call', id: 'call_1|fc_1', name: 'read', args: { path: 'a' }, native: { thoughtSignature: 'x' } },
        { type: 'tool_call', id: 'toolu_2', name: 'read', rawArgs: '{"path', argsError: 'Unexpected end' },
      ],
    },
    {
      role: 'tool',
      content: [
        { type: 'tool_result', toolCallId: 'call_1|fc_1', name: 'read', content: [image], isError: false },
        { type: 'tool_result', toolCallId: 'toolu_2', name: 'read', content: 'no such file', isError: true },
      ],
    },
  ];

  test.for(['anthropic', 'openai', 'google', 'ollama'])('by %s is a request as the server takes it', (provider) => {
    const sent = body({ system: 'Be brief.', tools, messages: written({ provider, model: 'other' }) });
    const text = JSON.stringify(sent);
    expect(text).not.toMatch(/signature|thoughtSignature|citations|server_tool_use|Hm/);
    expect(sent['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user', images: ['aGk='] },
      { role: 'assistant', tool_calls: [{ id: 'call_1|fc_1' }, { id: 'toolu_2' }] },
      { role: 'tool', tool_call_id: 'call_1|fc_1' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'Error: no such file' },
      { role: 'user', images: ['aGk='] },
    ]);
  });
});

test('keeps its prefix from turn to turn', () => {
  const full: readonly TranscriptMessage[] = [
    { role: 'user', content: [{ type: 'text', text: 'a' }] },
    { role: 'assistant', content: [{ type: 'tool_call', id: '1', name: 'read', args: {} }] },
    { role: 'tool', content: [{ type: 'tool_result', toolCallId: '1', name: 'read', content: 'A', isError: false }] },
    { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
    { role: 'user', content: [{ type: 'text', text: 'c' }] },
  ];
  const { messages: whole } = toOllamaRequest(requestOf({ system: 's', tools, messages: full }), qwen);
  for (const turn of [1, 3, 4]) {
    const { messages } = toOllamaRequest(requestOf({ system: 's', tools, messages: full.slice(0, turn) }), qwen);
    expect(whole.slice(0, messages.length)).toEqual(messages);
  }
});
