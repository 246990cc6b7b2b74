import { describe, expect, test } from 'vitest';
import { ModelError } from '@harness-sdk/core';
import type { ModelRequest, ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { requestOf } from '../test/collect.ts';
import { knownModel } from './model-info.ts';
import { toBody, toGoogleRequest } from './to-request.ts';

const tools: readonly ToolSpec[] = [
  {
    name: 'write',
    description: 'Writes',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
    },
  },
  { name: 'read', description: 'Reads', inputSchema: { properties: {} } },
];

function body(request: Partial<ModelRequest>, modelId = 'gemini-of-2030'): Record<string, unknown> {
  const model = { id: modelId, thinking: knownModel(modelId).thinking, options: {} };
  return { ...toGoogleRequest(requestOf(request), model) };
}

test('of a bare request says only what it must', () => {
  expect(body({})).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
});

describe('the output limit', () => {
  test('is the one that was asked for, or none', () => {
    expect(body({ maxOutputTokens: 500 })['generationConfig']).toEqual({ maxOutputTokens: 500 });
    expect(body({}, 'gemini-3.8-flash')['generationConfig']).toEqual({ thinkingConfig: { includeThoughts: true } });
  });

  test('is the one that the caller knows of the model', () => {
    const model = { id: 'x', maxOutputTokens: 77, thinking: knownModel('x').thinking, options: {} };
    expect(toGoogleRequest(requestOf({}), model).generationConfig).toEqual({ maxOutputTokens: 77 });
  });
});

describe('tools', () => {
  test('stand in declared order, with schemas as JSON Schema', () => {
    expect(body({ tools })['tools']).toEqual([
      {
        functionDeclarations: [
          {
            name: 'write',
            description: 'Writes',
            parametersJsonSchema: { type: 'object', additionalProperties: false },
          },
          { name: 'read', description: 'Reads', parametersJsonSchema: { type: 'object', properties: {} } },
        ],
      },
    ]);
  });

  test.for([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [{ name: 'read' }, { mode: 'ANY', allowedFunctionNames: ['read'] }],
  ] as const)('are chosen by %o', ([toolChoice, expected]) => {
    expect(body({ tools, toolChoice })['toolConfig']).toEqual({ functionCallingConfig: expected });
  });

  test('are not chosen from where there are none', () => {
    expect(body({ toolChoice: 'none' })).not.toHaveProperty('toolConfig');
  });

  test('of the vendor stand behind those of the request', () => {
    const sent = body({ tools, providerOptions: { google: { tools: [{ googleSearch: {} }] } } });
    expect(sent['tools']).toMatchObject([{ functionDeclarations: [{}, {}] }, { googleSearch: {} }]);
    expect(body({ providerOptions: { google: { tools: [{ googleSearch: {} }] } } })['tools']).toEqual([
      { googleSearch: {} },
    ]);
  });

  test('are chosen over what provider options say, which else stands', () => {
    const functionCallingConfig = { mode: 'VALIDATED', streamFunctionCallArguments: true };
    const providerOptions = { google: { toolConfig: { functionCallingConfig, retrievalConfig: {} } } };
    expect(body({ tools, providerOptions })['toolConfig']).toEqual({ functionCallingConfig, retrievalConfig: {} });
    expect(body({ tools, providerOptions, toolChoice: 'none' })['toolConfig']).toEqual({
      functionCallingConfig: { mode: 'NONE', streamFunctionCallArguments: true },
      retrievalConfig: {},
    });
  });
});

describe('the system prompt', () => {
  test('is an instruction', () => {
    expect(body({ system: 'Be brief.' })['systemInstruction']).toEqual({ parts: [{ text: 'Be brief.' }] });
  });

  test.for([undefined, '', ' \n'])('is left out where it says nothing: %j', (system) => {
    expect(body(system === undefined ? {} : { system })).not.toHaveProperty('systemInstruction');
  });
});

test('effort and the schema of the output share a parameter, and provider options come over both', () => {
  const schema = { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'number' } } };
  const output = { name: 'answer', schema };
  const providerOptions = { google: { generationConfig: { temperature: 0, thinkingConfig: { thinkingBudget: 1 } } } };
  expect(body({ effort: 'high', output }, 'gemini-3.8-flash')['generationConfig']).toEqual({
    thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object', properties: { a: { type: 'number' } } },
  });
  expect(body({ effort: 'high', output, providerOptions })['generationConfig']).toMatchObject({
    temperature: 0,
    thinkingConfig: { thinkingBudget: 1 },
    responseMimeType: 'application/json',
  });
});

test('the schema of the output goes in words to older models where there are tools, which take none beside them', () => {
  const output = { name: 'answer', schema: { type: 'object' } };
  const sent = body({ system: 'Be brief.', tools, output }, 'gemini-2.5-flash');
  expect(sent['generationConfig']).toEqual({ thinkingConfig: { includeThoughts: true } });
  expect(sent['systemInstruction']).toEqual({
    parts: [{ text: 'Be brief.' }, { text: expect.stringContaining('JSON Schema: {"type":"object"}') }],
  });
  expect(body({ output }, 'gemini-2.5-flash')['generationConfig']).toHaveProperty('responseJsonSchema');
  expect(body({ tools, output }, 'gemini-3.8-flash')['generationConfig']).toHaveProperty('responseJsonSchema');
});

describe('provider options', () => {
  test('go into the body as they are, those of a call over those of the model', () => {
    const model = { id: 'x', thinking: knownModel('x').thinking, options: { serviceTier: 'flex', labels: { a: 'b' } } };
    const request = requestOf({ providerOptions: { google: { serviceTier: 'priority', of2030: [1] } } });
    expect(toGoogleRequest(request, model)).toMatchObject({ serviceTier: 'priority', labels: { a: 'b' }, of2030: [1] });
  });

  test('of other providers are none of ours', () => {
    expect(JSON.stringify(body({ providerOptions: { openai: { store: false } } }))).not.toContain('store');
  });

  test.for([
    ['model', { model: 'x' }],
    ['contents', { contents: [] }],
    ['systemInstruction', { systemInstruction: {} }],
    ['generationConfig.maxOutputTokens', { generationConfig: { maxOutputTokens: 1 } }],
    ['generationConfig.candidateCount', { generationConfig: { candidateCount: 2 } }],
  ] as const)('cannot replace %s', ([name, google]) => {
    const request = () => body({ providerOptions: { google } });
    expect(request).toThrow(ModelError);
    expect(request).toThrow(`\`${name}\` is set by`);
  });

  test.for([{ tools: {} }, { toolConfig: [] }, { generationConfig: 'a' }])(
    'of the wrong kind are refused: %j',
    (google) => {
      expect(() => body({ providerOptions: { google } })).toThrow('Expected');
    },
  );
});

describe('provider options in the other spelling of the API', () => {
  test.for([
    { system_instruction: {} },
    { generation_config: { maxOutputTokens: 5 } },
    { generationConfig: { max_output_tokens: 5 } },
    { generationConfig: { candidate_count: 5 } },
    { tool_config: {} },
  ])('are refused, so that none goes past what the request says: %j', (google) => {
    expect(() => body({ providerOptions: { google } })).toThrow('leave it out');
  });
});

describe('the prompt cache', () => {
  test.for([true, false])('%j is taken, and changes nothing', (cache) => {
    expect(body({ cache })).toEqual(body({}));
  });

  test('has no lifetimes', () => {
    expect(() => body({ cache: '1h' })).toThrow('"1h"');
  });

  test('keeps its prefix from turn to turn', () => {
    const history: readonly TranscriptMessage[] = [
      { role: 'user', content: [{ type: 'text', text: 'Read a' }] },
      { role: 'assistant', content: [{ type: 'tool_call', id: '1', name: 'read', args: {} }] },
      { role: 'tool', content: [{ type: 'tool_result', toolCallId: '1', name: 'read', content: 'A', isError: false }] },
      { role: 'assistant', content: [{ type: 'text', text: 'A.' }] },
      { role: 'user', content: [{ type: 'text', text: 'b' }] },
    ];
    const sent = [1, 3, 5].map((turns) => {
      const text = JSON.stringify(body({ system: 'Be brief.', tools, messages: history.slice(0, turns) }));
      return text.slice(0, text.lastIndexOf(']}'));
    });
    expect(sent[1]?.startsWith(sent[0] ?? 'nothing')).toBe(true);
    expect(sent[2]?.startsWith(sent[1] ?? 'nothing')).toBe(true);
  });
});

describe('what cannot be sent', () => {
  const model = { id: 'x', thinking: knownModel('x').thinking, options: {} };

  test('loses the halves of surrogate pairs', () => {
    const request = requestOf({ system: 'cut \ud83d', providerOptions: { google: { labels: { a: '\ude00' } } } });
    expect(toBody(request, model)).toMatchObject({
      systemInstruction: { parts: [{ text: 'cut \ufffd' }] },
      labels: { a: '\ufffd' },
    });
  });

  test('is an error of the request where it is no JSON', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    // What the types forbid is what is tested.
    const inputSchema = circle as ToolSpec['inputSchema'];
    const request = requestOf({ tools: [{ name: 'a', description: 'A', inputSchema }] });
    expect(() => toBody(request, model)).toThrow(ModelError);
    expect(() => toBody(request, model)).toThrow('cannot be sent as JSON');
  });
});

test('of the same request is the same, byte for byte', () => {
  const request = { system: 'a', tools, effort: 'high', providerOptions: { google: { serviceTier: 'flex' } } } as const;
  expect(JSON.stringify(body(request))).toBe(JSON.stringify(body(request)));
});
