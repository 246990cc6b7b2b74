import { describe, expect, test } from 'vitest';
import { ModelError } from '@harness-sdk/core';
import type { ModelRequest } from '@harness-sdk/core';
import { requestOf } from '../test/collect.ts';
import { prefixesOf, requestModel, tools } from '../test/request.ts';
import type { RequestModel } from './request-model.ts';
import { knownModel } from './model-info.ts';
import { toChatRequest } from './to-chat-request.ts';

const compatible: RequestModel = {
  id: 'acme/wonder',
  provider: 'openrouter',
  ...knownModel('acme/wonder', false),
  hasOpenAIModels: false,
  options: {},
};

function body(request: Partial<ModelRequest>, model: RequestModel = compatible): Record<string, unknown> {
  return { ...toChatRequest(requestOf(request), model) };
}

test('of a bare request says only what it must', () => {
  expect(body({})).toEqual({
    model: 'acme/wonder',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Hello' }],
  });
});

test('asks Mistral for no counts, which it sends in any case', () => {
  expect(body({}, { ...compatible, provider: 'mistral' })).not.toHaveProperty('stream_options');
});

test('limits the output by the name that the server knows', () => {
  expect(body({ maxOutputTokens: 500 })).toMatchObject({ max_tokens: 500 });
  const atOpenAI = body({ maxOutputTokens: 500 }, requestModel('gpt-5.5'));
  expect(atOpenAI).toMatchObject({ max_completion_tokens: 500 });
  expect(atOpenAI).not.toHaveProperty('max_tokens');
});

test('has a cache key at OpenAI only', () => {
  expect(body({})).not.toHaveProperty('prompt_cache_key');
  expect(body({}, requestModel('gpt-5.5'))).toHaveProperty('prompt_cache_key');
});

test('has tools as functions, and a choice by name', () => {
  expect(body({ tools, toolChoice: { name: 'read' } })).toMatchObject({
    tools: [
      { type: 'function', function: { name: 'write', description: 'Writes', parameters: { type: 'object' } } },
      { type: 'function', function: { name: 'read', parameters: { type: 'object', properties: {} } } },
    ],
    tool_choice: { type: 'function', function: { name: 'read' } },
  });
  expect(body({ tools, toolChoice: 'required' })['tool_choice']).toBe('required');
  expect(body({ toolChoice: 'required' })).not.toHaveProperty('tool_choice');
});

test('has effort, output schema and system prompt in their places', () => {
  const output = { name: 'answer', schema: { type: 'object' } };
  expect(body({ effort: 'max', output, system: 'Be brief.' })).toMatchObject({
    reasoning_effort: 'high',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: { type: 'object' }, strict: false },
    },
    messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
  });
});

describe('provider options', () => {
  test('are those of the provider by its name, and win', () => {
    const openrouter = {
      reasoning_effort: 'xhigh',
      response_format: { type: 'json_object' },
      provider: { sort: 'price' },
    };
    const output = { name: 'answer', schema: {} };
    expect(body({ effort: 'low', output, providerOptions: { openrouter, openai: { store: true } } })).toMatchObject(
      openrouter,
    );
    expect(body({ providerOptions: { openai: { store: true } } })).not.toHaveProperty('store');
  });

  test('add to the options of the stream, which keep asking for the counts', () => {
    const sent = body({ providerOptions: { openrouter: { stream_options: { include_obfuscation: false } } } });
    expect(sent['stream_options']).toEqual({ include_usage: true, include_obfuscation: false });
    const atMistral = { ...compatible, provider: 'mistral' };
    const given = { stream_options: { a: 1 } };
    expect(body({ providerOptions: { mistral: given } }, atMistral)).toMatchObject(given);
  });

  test.for([[null], [5], ['a'], [[]]])(
    'must have an object as the options of the stream, not %j',
    ([stream_options]) => {
      expect(() => body({ providerOptions: { openrouter: { stream_options } } })).toThrow('`stream_options`');
    },
  );

  test.for(['model', 'messages', 'max_tokens', 'max_completion_tokens', 'stream', 'n'])('cannot replace %s', (name) => {
    const request = () => body({ providerOptions: { openrouter: { [name]: 1 } } });
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`providerOptions.openrouter: \`${name}\` is set by`);
  });
});

test('keeps its prefix from turn to turn', () => {
  const bodies = prefixesOf().map((messages) => body({ system: 'Be brief.', tools, messages }));
  for (const [index, { messages, ...rest }] of bodies.entries()) {
    const { messages: nextMessages, ...nextRest } = bodies[index + 1] ?? { messages, ...rest };
    const given = messages as readonly unknown[];
    expect(JSON.stringify(nextRest)).toBe(JSON.stringify(rest));
    expect(JSON.stringify((nextMessages as readonly unknown[]).slice(0, given.length))).toBe(JSON.stringify(given));
  }
});
