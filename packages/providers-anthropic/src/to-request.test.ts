import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ModelError } from '@harness-sdk/core';
import type { JsonObject, ModelRequest, ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { requestOf } from '../test/collect.ts';
import { knownModel } from './model-info.ts';
import { toAnthropicRequest, toBody } from './to-request.ts';

const tools: readonly ToolSpec[] = [
  { name: 'write', description: 'Writes', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
  { name: 'read', description: 'Reads', inputSchema: { properties: {} } },
];
const mark = { type: 'ephemeral' };

function body(request: Partial<ModelRequest>, modelId = 'claude-opus-5-5'): Record<string, unknown> {
  const model = { id: modelId, ...knownModel(modelId), options: {} };
  return { ...toAnthropicRequest(requestOf(request), model) };
}

test('of a bare request says only what it must', () => {
  expect(body({ cache: false })).toEqual({
    model: 'claude-opus-5-5',
    max_tokens: 128_000,
    stream: true,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  });
});

describe('the output limit', () => {
  test.for([
    ['that was asked for', { maxOutputTokens: 500 }, 'claude-opus-5-5', 500],
    ['of the model', {}, 'claude-haiku-4-5', 64_000],
    ['that every model has, for one that is not known', {}, 'claude-of-2030', 8_192],
  ] as const)('is the one %s', ([, request, modelId, expected]) => {
    expect(body(request, modelId)['max_tokens']).toBe(expected);
  });
});

describe('tools', () => {
  test('stand in declared order, each with a schema of an object', () => {
    expect(body({ tools, cache: false })['tools']).toEqual([
      {
        name: 'write',
        description: 'Writes',
        input_schema: { type: 'object', properties: { path: { type: 'string' } } },
      },
      { name: 'read', description: 'Reads', input_schema: { type: 'object', properties: {} } },
    ]);
  });

  test.for([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    [{ name: 'read' }, { type: 'tool', name: 'read' }],
  ] as const)('are chosen by %o', ([toolChoice, expected]) => {
    expect(body({ tools, toolChoice })['tool_choice']).toEqual(expected);
  });

  test('are not chosen from where there are none', () => {
    expect(body({ toolChoice: 'none' })).not.toHaveProperty('tool_choice');
  });

  test('of the vendor stand behind those of the request', () => {
    const search = { type: 'web_search_20260318', name: 'web_search', max_uses: 3 };
    const sent = body({ tools, cache: false, providerOptions: { anthropic: { tools: [search] } } });
    expect(sent['tools']).toMatchObject([{ name: 'write' }, { name: 'read' }, search]);
  });
});

describe('the system prompt', () => {
  test('is a block', () => {
    expect(body({ system: 'Be brief.', cache: false })['system']).toEqual([{ type: 'text', text: 'Be brief.' }]);
  });

  test.for([undefined, '', ' \n'])('is left out where it says nothing: %j', (system) => {
    expect(body(system === undefined ? {} : { system })).not.toHaveProperty('system');
  });
});

describe('effort and the schema of the output', () => {
  test('share a parameter, and provider options come over both', () => {
    const output = { name: 'answer', schema: { type: 'object', properties: { a: { type: 'number', minimum: 1 } } } };
    const sent = body({
      effort: 'high',
      output,
      providerOptions: { anthropic: { output_config: { effort: 'xhigh' } } },
    });
    expect(sent['thinking']).toEqual({ type: 'adaptive' });
    expect(sent['output_config']).toEqual({
      effort: 'xhigh',
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: { a: { type: 'number', description: '{minimum: 1}' } },
          additionalProperties: false,
        },
      },
    });
  });

  test('leave the parameter out where there is neither', () => {
    expect(body({})).not.toHaveProperty('output_config');
  });

  test('with a schema that cannot be used are an error that names it', () => {
    expect(() => body({ output: { name: 'answer', schema: {} } })).toThrow(/schema of the output answer/);
  });
});

describe('provider options', () => {
  test('are put into the body as they are, and win', () => {
    const anthropic = { thinking: { type: 'disabled' }, service_tier: 'auto', of_2030: [1] };
    expect(body({ effort: 'high', providerOptions: { anthropic } })).toMatchObject(anthropic);
  });

  test('of other providers are none of ours', () => {
    expect(JSON.stringify(body({ providerOptions: { openai: { store: false } } }))).not.toContain('store');
  });

  test.for(['model', 'messages', 'system', 'max_tokens', 'tool_choice', 'stream'])('cannot replace %s', (name) => {
    const request = () => body({ providerOptions: { anthropic: { [name]: 1 } } });
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`\`${name}\` is set by`);
  });
});

describe('the prompt cache', () => {
  const history: readonly TranscriptMessage[] = [
    { role: 'user', content: [{ type: 'text', text: 'Read a' }] },
    { role: 'assistant', content: [{ type: 'tool_call', id: '1', name: 'read', args: {} }] },
    { role: 'tool', content: [{ type: 'tool_result', toolCallId: '1', name: 'read', content: 'A', isError: false }] },
    { role: 'assistant', content: [{ type: 'text', text: 'A.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'And' },
        { type: 'text', text: 'b?' },
      ],
    },
  ];

  function marked(sent: Record<string, unknown>): readonly string[] {
    const paths: string[] = [];
    JSON.stringify(sent, function visit(this: unknown, key: string, value: unknown) {
      if (key === 'cache_control') paths.push(JSON.stringify({ ...(this as object), cache_control: undefined }));
      return value;
    });
    return paths;
  }

  test('is on by default, on the system and the ends of the last two user messages', () => {
    const sent = body({ system: 'Be brief.', tools, messages: history });
    expect(sent['system']).toEqual([{ type: 'text', text: 'Be brief.', cache_control: mark }]);
    expect(marked(sent)).toHaveLength(3);
    expect(sent['messages']).toMatchObject([
      {},
      {},
      { content: [{ tool_use_id: '1', cache_control: mark }] },
      {},
      { content: [{}, { text: 'b?', cache_control: mark }] },
    ]);
  });

  test('covers the tools where there is no system', () => {
    const sent = body({ tools, messages: history.slice(0, 1) });
    expect(sent['tools']).toMatchObject([{ name: 'write' }, { name: 'read', cache_control: mark }]);
    expect(marked(sent)).toHaveLength(2);
  });

  test.for([
    ['1h', { type: 'ephemeral', ttl: '1h' }],
    ['5m', { type: 'ephemeral', ttl: '5m' }],
    [true, { type: 'ephemeral' }],
  ] as const)('%j asks for that lifetime', ([cache, expected]) => {
    expect(body({ system: 'a', cache })['system']).toMatchObject([{ cache_control: expected }]);
  });

  test('can be turned off', () => {
    expect(marked(body({ system: 'a', tools, messages: history, cache: false }))).toEqual([]);
  });

  test('has no other lifetimes', () => {
    expect(() => body({ cache: '30m' })).toThrow('"30m"');
  });

  test('keeps its prefix from turn to turn', () => {
    const full = [
      ...history,
      { role: 'assistant', content: [{ type: 'text', text: 'B. ' }] },
      { role: 'user', content: [{ type: 'text', text: 'c' }] },
    ] as const;
    for (const [turn, later] of [
      [1, 3],
      [3, 5],
      [5, 7],
    ] as const) {
      const before = body({ system: 'Be brief.', tools, messages: full.slice(0, turn) });
      const after = body({ system: 'Be brief.', tools, messages: full.slice(0, later) });
      const length = prefixOf(before).length;
      expect(hash(prefixOf(after).slice(0, length))).toBe(hash(prefixOf(before)));
    }
  });

  /** What the vendor hashes, block by block: marks are not part of it. */
  function prefixOf(sent: Record<string, unknown>): readonly string[] {
    const messages = sent['messages'] as readonly { role: string; content: readonly object[] }[];
    const blocks = messages.flatMap(({ role, content }) => content.map((block) => ({ role, ...block })));
    const all = [...(sent['tools'] as object[]), ...(sent['system'] as object[]), ...blocks];
    return all.map((block) => JSON.stringify({ ...block, cache_control: undefined }));
  }

  function hash(blocks: readonly string[]): string {
    return createHash('sha256').update(blocks.join('\n')).digest('hex');
  }
});

describe('cache marks that provider options bring', () => {
  const vendorTool = (name: string) => ({ type: 'x', name, cache_control: mark });
  const marks = (text: string) => text.split('"cache_control"').length - 1;
  const messages: readonly TranscriptMessage[] = ['one', 'two'].flatMap((text) => [
    { role: 'user', content: [{ type: 'text', text }] },
    { role: 'assistant', content: [{ type: 'text', text: 'fine' }] },
  ]);

  test.for([0, 1, 2, 3, 4])('leave room for what is left of four: %i of them', (count) => {
    const vendorTools = Array.from({ length: count }, (_, index) => vendorTool(`t${index}`));
    const request = { system: 'Be brief.', messages, providerOptions: { anthropic: { tools: vendorTools } } };
    expect(marks(JSON.stringify(body(request)))).toBe(Math.min(4, 3 + count));
  });

  test('count for the request as a whole too', () => {
    const anthropic = { cache_control: mark, tools: [vendorTool('a'), vendorTool('b')] };
    const sent = body({ system: 'Be brief.', messages, providerOptions: { anthropic } });
    expect(marks(JSON.stringify(sent))).toBe(4);
    expect(sent['messages']).toMatchObject([{}, {}, { content: [{ cache_control: mark }] }, {}]);
  });
});

describe('a body that is sent', () => {
  const send = (request: Partial<ModelRequest>) =>
    toBody(requestOf(request), { id: 'claude-x', ...knownModel('claude-x'), options: {} });

  test('holds no half of a surrogate pair', () => {
    const half = 'half \ud83d';
    const messages: readonly TranscriptMessage[] = [
      { role: 'assistant', content: [{ type: 'tool_call', id: 'a', name: 'b', args: { path: half } }] },
      { role: 'tool', content: [{ type: 'tool_result', toolCallId: 'a', name: 'b', content: half, isError: false }] },
    ];
    const sent = JSON.stringify(send({ system: half, messages }));
    expect(sent).not.toContain('\\ud83d');
    expect(sent.split('half \ufffd')).toHaveLength(4);
  });

  test('cannot be made of what is no JSON, which is not the fault of the connection', () => {
    const args: Record<string, unknown> = {};
    args['self'] = args;
    for (const wrong of [args, { count: 1n }]) {
      // What the types forbid is what is tested.
      const content = [{ type: 'tool_call', id: 'a', name: 'b', args: wrong as JsonObject }] as const;
      expect(() => send({ messages: [{ role: 'assistant', content }] })).toThrow(
        expect.objectContaining({ kind: 'invalid_request', isRetryable: false }),
      );
    }
  });
});

test('of the same request is the same, byte for byte', () => {
  const request = { system: 'a', tools, effort: 'high', providerOptions: { anthropic: { speed: 'fast' } } } as const;
  expect(JSON.stringify(body(request))).toBe(JSON.stringify(body(request)));
});
