import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ModelError } from '@harness-sdk/core';
import type { ModelRequest } from '@harness-sdk/core';
import { requestOf } from '../test/collect.ts';
import { prefixesOf, requestModel, tools } from '../test/request.ts';
import { toResponseRequest } from './to-response-request.ts';

function body(request: Partial<ModelRequest>, modelId = 'gpt-5.5'): Record<string, unknown> {
  return { ...toResponseRequest(requestOf(request), requestModel(modelId)) };
}

test('of a bare request says only what it must', () => {
  expect(body({ cache: false })).toEqual({
    model: 'gpt-5.5',
    stream: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
  });
});

test('asks for no reasoning of a model that does none', () => {
  expect(body({ effort: 'high' }, 'gpt-4o')).not.toHaveProperty('include');
  expect(body({ effort: 'high' }, 'gpt-4o')).not.toHaveProperty('reasoning');
  expect(body({}, 'gpt-of-2030')).toHaveProperty('include');
});

test('has the system prompt as instructions, and the output limit that was asked for', () => {
  expect(body({ system: 'Be brief.', maxOutputTokens: 500 })).toMatchObject({
    instructions: 'Be brief.',
    max_output_tokens: 500,
  });
  expect(body({ system: ' \n' })).not.toHaveProperty('instructions');
});

describe('tools', () => {
  test('stand in declared order, each with a schema of an object, and are not strict', () => {
    expect(body({ tools })['tools']).toEqual([
      {
        type: 'function',
        name: 'write',
        description: 'Writes',
        parameters: { type: 'object', properties: { path: { type: 'string' } } },
        strict: false,
      },
      {
        type: 'function',
        name: 'read',
        description: 'Reads',
        parameters: { type: 'object', properties: {} },
        strict: false,
      },
    ]);
  });

  test.for(['auto', 'none', 'required'] as const)('are chosen by %s', (toolChoice) => {
    expect(body({ tools, toolChoice })['tool_choice']).toBe(toolChoice);
  });

  test('are chosen by name', () => {
    expect(body({ tools, toolChoice: { name: 'read' } })['tool_choice']).toEqual({ type: 'function', name: 'read' });
  });

  test('are not chosen from where there are none', () => {
    expect(body({ toolChoice: 'none' })).not.toHaveProperty('tool_choice');
  });

  test('of the vendor stand behind those of the request', () => {
    const sent = body({ tools, providerOptions: { openai: { tools: [{ type: 'web_search' }] } } });
    expect(sent['tools']).toMatchObject([{ name: 'write' }, { name: 'read' }, { type: 'web_search' }]);
  });
});

test('has an output schema as a format, strict where the API will take it so', () => {
  const strict = {
    type: 'object',
    properties: { a: { type: 'number' } },
    required: ['a'],
    additionalProperties: false,
  };
  expect(body({ output: { name: 'the answer', schema: strict } })['text']).toEqual({
    format: { type: 'json_schema', name: 'the_answer', schema: strict, strict: true },
  });
  expect(body({ output: { name: 'answer', schema: { type: 'object' } } })['text']).toMatchObject({
    format: { strict: false },
  });
});

test('puts provider options over effort and format', () => {
  const openai = {
    reasoning: { summary: 'auto' },
    text: { verbosity: 'low' },
    include: ['web_search_call.results', 'reasoning.encrypted_content'],
    store: true,
    of_2030: [1],
  };
  expect(body({ effort: 'max', output: { name: 'a', schema: {} }, providerOptions: { openai } })).toMatchObject({
    reasoning: { effort: 'xhigh', summary: 'auto' },
    text: { format: { name: 'a' }, verbosity: 'low' },
    include: ['reasoning.encrypted_content', 'web_search_call.results'],
    store: true,
    of_2030: [1],
  });
});

test('leaves the options of other providers alone', () => {
  expect(JSON.stringify(body({ providerOptions: { anthropic: { thinking: 1 } } }))).not.toContain('thinking');
});

test.for(['model', 'input', 'instructions', 'max_output_tokens', 'tool_choice', 'stream'])(
  'does not let provider options replace %s',
  (name) => {
    const request = () => body({ providerOptions: { openai: { [name]: 1 } } });
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`\`${name}\` is set by`);
  },
);

describe('the prompt cache', () => {
  test('has a key that stays through a session, and differs between sessions', () => {
    const key = (request: Partial<ModelRequest>) => body(request)['prompt_cache_key'];
    const [first, ...later] = prefixesOf().map((messages) => key({ system: 'a', tools, messages }));
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set([first, ...later]).size).toBe(1);
    expect(key({ system: 'b', tools, messages: prefixesOf()[0] ?? [] })).not.toBe(first);
    expect(key({ system: 'a', tools })).not.toBe(first);
  });

  test.for([
    ['30m', { prompt_cache_options: { ttl: '30m' } }],
    ['12h', { prompt_cache_options: { ttl: '12h' } }],
    ['24h', { prompt_cache_retention: '24h' }],
  ] as const)('%s asks for that lifetime', ([cache, expected]) => {
    expect(body({ cache })).toMatchObject(expected);
  });

  test('has no key where it is turned off, nor at servers that do not know it', () => {
    expect(body({ cache: false })).not.toHaveProperty('prompt_cache_key');
    const model = { ...requestModel('grok-4.3'), hasOpenAIModels: false };
    expect(toResponseRequest(requestOf(), model)).not.toHaveProperty('prompt_cache_key');
  });

  test('has no other lifetimes', () => {
    expect(() => body({ cache: '5m' })).toThrow('"5m"');
  });

  test('keeps its prefix from turn to turn', () => {
    const hashes = prefixesOf().map((messages) => {
      const { input, ...rest } = body({ system: 'Be brief.', tools, messages });
      return { items: input as readonly object[], rest: hash(rest) };
    });
    for (const [index, { items, rest }] of hashes.entries()) {
      const next = hashes[index + 1];
      if (next === undefined) continue;
      expect(next.rest).toBe(rest);
      expect(hash(next.items.slice(0, items.length))).toBe(hash(items));
    }
  });

  function hash(value: unknown): string {
    return createHash('sha256').update(JSON.stringify(value)).digest('hex');
  }
});

test('of the same request is the same, byte for byte', () => {
  const request = { system: 'a', tools, effort: 'high', providerOptions: { openai: { store: false } } } as const;
  expect(JSON.stringify(body(request))).toBe(JSON.stringify(body(request)));
});
