import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { counts, delta } from '../test/sse.ts';
import { readChatChunk } from './chat-wire.ts';
import { endChat, fromChatChunk, newChatAnswer } from './from-chat-chunk.ts';

function convert(...all: readonly Record<string, unknown>[]): readonly ModelEvent[] {
  const answer = newChatAnswer();
  const events = all.flatMap((chunk) => fromChatChunk(readChatChunk(JSON.stringify(chunk)), answer));
  return [...events, ...endChat(answer)];
}

function blocksOf(...all: readonly Record<string, unknown>[]): readonly unknown[] {
  return convert(...all).flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

/** A delta with pieces of calls. */
function calls(...pieces: readonly Record<string, unknown>[]): Record<string, unknown> {
  return delta({ tool_calls: pieces });
}

function piece(index: number | undefined, id: string | undefined, name: string | undefined, json: string) {
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id, type: 'function' }),
    function: { ...(name === undefined ? {} : { name }), arguments: json },
  };
}

test('gives a text answer as deltas, one block and one end', () => {
  const first = { ...delta({ role: 'assistant', content: 'Hel' }), service_tier: 'default' };
  expect(convert(first, delta({ content: 'lo' }), delta({}, 'stop'), counts())).toEqual([
    { type: 'text_delta', text: 'Hel' },
    { type: 'text_delta', text: 'lo' },
    { type: 'block', block: { type: 'text', text: 'Hello' } },
    {
      type: 'end',
      stop: 'end',
      rawStop: 'stop',
      usage: { input: 7, output: 5, raw: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } },
      responseId: 'chatcmpl_1',
      model: 'gpt-of-test',
      serviceTier: 'default',
    },
  ]);
});

describe('tool calls', () => {
  test('stream under their id and name, and are parsed at the end', () => {
    const events = convert(
      calls(piece(0, 'call_1', 'read', '')),
      calls(piece(0, undefined, undefined, '{"path":')),
      calls(piece(0, undefined, undefined, '"a"}')),
      delta({}, 'tool_calls'),
    );
    expect(events).toMatchObject([
      { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '' },
      { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '{"path":' },
      { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '"a"}' },
      { type: 'block', block: { type: 'tool_call', id: 'call_1', name: 'read', args: { path: 'a' } } },
      { type: 'end', stop: 'tool_calls' },
    ]);
  });

  test.for<readonly [string, readonly Record<string, unknown>[]]>([
    ['start counting at 1', [calls(piece(1, 'a', 'read', '{}')), calls(piece(2, 'b', 'write', '{}'))]],
    ['come whole in one chunk', [calls(piece(0, 'a', 'read', '{}'), piece(1, 'b', 'write', '{}'))]],
    ['all have the same index', [calls(piece(0, 'a', 'read', '{}')), calls(piece(0, 'b', 'write', '{}'))]],
    ['have no index', [calls(piece(undefined, 'a', 'read', '{}')), calls(piece(undefined, 'b', 'write', '{}'))]],
    [
      'repeat their id and name',
      [
        calls(piece(0, 'a', 'read', '{')),
        calls(piece(0, 'a', 'read', '}')),
        calls(piece(1, 'b', 'write', '')),
        calls(piece(1, 'b', 'write', '{}')),
      ],
    ],
    [
      'come by turns',
      [
        calls(piece(0, 'a', 'read', '{'), piece(1, 'b', 'write', '{')),
        calls(piece(1, undefined, undefined, '}'), piece(0, undefined, undefined, '}')),
      ],
    ],
    [
      'come with arguments that are parsed',
      [
        calls({ index: 0, id: 'a', function: { name: 'read', arguments: {} } }),
        calls({ index: 1, id: 'b', function: { name: 'write', arguments: {} } }),
      ],
    ],
  ])('that %s are told apart', ([, all]) => {
    expect(blocksOf(...all)).toEqual([
      { type: 'tool_call', id: 'a', name: 'read', args: {} },
      { type: 'tool_call', id: 'b', name: 'write', args: {} },
    ]);
  });

  test('without an id get one', () => {
    expect(blocksOf(calls(piece(0, undefined, 'read', '{}'), piece(1, '', 'write', '{}')))).toMatchObject([
      { id: 'call_1', name: 'read' },
      { id: 'call_2', name: 'write' },
    ]);
  });

  test('that do not parse keep their text', () => {
    expect(blocksOf(calls(piece(0, 'a', 'read', '{"pa')))).toMatchObject([
      { rawArgs: '{"pa', argsError: expect.stringMatching(/JSON/) },
    ]);
  });

  test('keep what else the server says of them', () => {
    const extra_content = { google: { thought_signature: 'abc' } };
    expect(blocksOf(calls({ ...piece(0, 'a', 'read', '{}'), extra_content }))).toMatchObject([
      { native: { extra_content } },
    ]);
  });

  test.for(['stop', 'eos', 'tool_calls', undefined])('decide the stop where the server says %s', (reason) => {
    const events = convert(calls(piece(0, 'a', 'read', '{}')), delta({}, reason));
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'tool_calls' });
  });

  test('that the output limit may have cut off stop with length', () => {
    const events = convert(calls(piece(0, 'a', 'read', '{}')), delta({}, 'length'));
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'length' });
  });
});

describe('reasoning', () => {
  test.for(['reasoning_content', 'reasoning'])('in %s is kept with the field that it came in', (field) => {
    expect(convert(delta({ [field]: 'Hm' }), delta({ content: 'a', [field]: null }), delta({}, 'stop'))).toMatchObject([
      { type: 'thinking_delta', text: 'Hm' },
      { type: 'text_delta', text: 'a' },
      { type: 'block', block: { type: 'thinking', text: 'Hm', native: { field } } },
      { type: 'block', block: { type: 'text', text: 'a' } },
      { type: 'end' },
    ]);
  });

  test('in parts of the content, as Mistral sends it, is told from the text', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'a' },
    ];
    expect(blocksOf(delta({ content }), delta({ content: 'b' }))).toEqual([
      { type: 'thinking', text: 'Hm', native: { field: 'content' } },
      { type: 'text', text: 'ab' },
    ]);
  });

  test('in details is put together by index and type, with its signature', () => {
    const detail = (fields: object) => ({ type: 'reasoning.text', index: 0, format: 'anthropic-claude-v1', ...fields });
    const blocks = blocksOf(
      delta({ reasoning: null, reasoning_details: [detail({ text: '', signature: '' })] }),
      delta({ reasoning: 'Hm', reasoning_details: [detail({ text: 'Hm' })] }),
      delta({ reasoning: ' so', reasoning_details: [detail({ text: ' so' })] }),
      delta({ reasoning_details: [detail({ signature: 'abc' })] }),
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'xyz', id: 'call_1' }] }),
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'uvw', id: 'call_2' }] }),
    );
    expect(blocks).toEqual([
      {
        type: 'thinking',
        text: 'Hm so',
        native: {
          field: 'reasoning',
          reasoning_details: [
            detail({ text: 'Hm so', signature: 'abc' }),
            { type: 'reasoning.encrypted', index: 1, data: 'xyz', id: 'call_1' },
            { type: 'reasoning.encrypted', index: 1, data: 'uvw', id: 'call_2' },
          ],
        },
      },
    ]);
  });

  test('in details alone is shown as well', () => {
    expect(convert(delta({ reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }] }))).toMatchObject([
      { type: 'thinking_delta', text: 'Hm' },
      { block: { type: 'thinking', text: 'Hm' } },
      { type: 'end' },
    ]);
  });
});

test('takes the name of a call also from a later piece', () => {
  const blocks = blocksOf(calls(piece(0, 'a', undefined, '')), calls(piece(0, undefined, 'read', '{}')));
  expect(blocks).toEqual([{ type: 'tool_call', id: 'a', name: 'read', args: {} }]);
});

test('shows a refusal as text, and stops for it', () => {
  expect(convert(delta({ refusal: '' }), delta({ refusal: 'I cannot.' }), delta({}, 'stop'))).toMatchObject([
    { type: 'text_delta', text: 'I cannot.' },
    { type: 'block', block: { text: 'I cannot.' } },
    { type: 'end', stop: 'refusal', rawStop: 'stop' },
  ]);
});

test.for([
  ['content_filter', 'refusal'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['eos', 'end'],
  ['stop_sequence', 'stop_sequence'],
  ['of_2030', 'end'],
])('the finish reason %s means %s', ([reason, stop]) => {
  expect(convert(delta({ content: 'a' }), delta({}, reason)).at(-1)).toMatchObject({ stop, rawStop: reason });
});

test('takes the last counts, however often they come', () => {
  const early = { ...delta({}, 'stop'), usage: { prompt_tokens: 7, completion_tokens: 1 } };
  expect(convert(early, counts(), counts()).at(-1)).toMatchObject({ usage: { input: 7, output: 5 } });
  const inGroq = { ...delta({}, 'stop'), x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } } };
  expect(convert(inGroq).at(-1)).toMatchObject({ usage: { input: 3, output: 4 } });
});

test('passes over chunks without choices, and finds what they say beside them', () => {
  const filter = { id: '', model: '', choices: [], prompt_filter_results: [] };
  expect(convert(filter, delta({ content: 'a' }), delta({}, 'stop')).at(-1)).toMatchObject({
    responseId: 'chatcmpl_1',
    model: 'gpt-of-test',
  });
});

test.for([
  ['text that is no JSON', '<html>', SyntaxError],
  ['JSON that is no object', '1', TypeError],
  ['an object that is no chunk', '{"a":1}', TypeError],
] as const)('refuses %s', ([, frame, errorClass]) => {
  expect(() => readChatChunk(frame)).toThrow(errorClass);
});

test.for([
  ['{"error":{"message":"a"}}', { message: 'a' }],
  ['{"error":"a","choices":[]}', 'a'],
  ['{"object":"error","message":"a"}', { object: 'error', message: 'a' }],
] as const)('finds the error in %s', ([frame, error]) => {
  expect(readChatChunk(frame).error).toEqual(error);
});
