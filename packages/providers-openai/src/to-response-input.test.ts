import { describe, expect, test } from 'vitest';
import type { AssistantBlock, AssistantMessage, ToolResultBlock, TranscriptMessage } from '@harness-sdk/core';
import { assistant, call, image, result, results, say, user } from '../test/transcript.ts';
import { toResponseInput } from './to-response-input.ts';

const modelId = 'gpt-5.5';
const own = { provider: 'openai', model: modelId };
const other = { provider: 'anthropic', model: 'claude-opus-5-5' };

function convert(...messages: readonly TranscriptMessage[]): readonly unknown[] {
  return toResponseInput(messages, { provider: 'openai', modelId });
}

function written(content: readonly AssistantBlock[], origin: AssistantMessage['origin'] = own): AssistantMessage {
  return assistant(content, origin);
}

test('gives a conversation with a tool as items', () => {
  const items = convert(
    user('Read a'),
    written([say('Sure.'), call('call_1', { path: 'a' })]),
    results(result('call_1', 'A')),
    written([say('It says A.')]),
  );
  expect(items).toEqual([
    { role: 'user', content: [{ type: 'input_text', text: 'Read a' }] },
    { role: 'assistant', content: 'Sure.' },
    { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'A' },
    { role: 'assistant', content: 'It says A.' },
  ]);
});

describe('the user', () => {
  test('speaks behind the results of the tools', () => {
    const items = convert(
      user('a'),
      user('b'),
      written([call('1')]),
      user('wait'),
      results(result('1')),
      user('go on'),
    );
    expect(items).toMatchObject([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { type: 'function_call' },
      { type: 'function_call_output' },
      { role: 'user', content: [{ text: 'wait' }, { text: 'go on' }] },
    ]);
  });

  test('shows images', () => {
    expect(convert({ role: 'user', content: [image] })).toEqual([
      {
        role: 'user',
        content: [{ type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' }],
      },
    ]);
  });

  test('says nothing without content', () => {
    expect(convert(user('', ' \n'))).toEqual([]);
  });
});

describe('the result of a tool', () => {
  test.for<readonly [string, ToolResultBlock, unknown]>([
    ['text', result('1', 'A'), 'A'],
    ['an error, which the text says', result('1', 'no such file', true), 'The tool failed: no such file'],
    [
      'blocks',
      result('1', [{ type: 'text', text: 'A' }, image]),
      [{ type: 'input_text', text: 'A' }, { type: 'input_image' }],
    ],
    ['an error with an image', result('1', [image], true), [{ text: 'The tool failed:' }, { type: 'input_image' }]],
    ['nothing', result('1', ''), ''],
    ['an empty list', result('1', []), ''],
  ])('can be %s', ([, block, output]) => {
    expect(convert(user('a'), written([call('1')]), results(block)).at(-1)).toMatchObject({ call_id: '1', output });
  });

  test('stands in the order of the calls, however the results came', () => {
    const items = convert(
      user('a'),
      written([call('1'), call('2'), call('3')]),
      results(result('3')),
      results(result('1'), result('2')),
    );
    expect(items.slice(4)).toMatchObject([{ call_id: '1' }, { call_id: '2' }, { call_id: '3' }]);
  });

  test.for<readonly [string, readonly TranscriptMessage[]]>([
    ['at the end', [user('a'), written([call('1')])]],
    ['in front of the user', [user('a'), written([call('1')]), user('b')]],
    ['in front of the next answer', [user('a'), written([call('1')]), written([say('b')])]],
  ])('is made up for a call without one %s', ([, messages]) => {
    const [, , output] = convert(...messages);
    expect(output).toMatchObject({ type: 'function_call_output', output: expect.stringContaining('Outcome unknown') });
  });

  test('is left out where there was no such call, and where it is the second', () => {
    const items = convert(
      user('a'),
      written([call('1')]),
      results(result('9'), result('1', 'first'), result('1', 'second')),
    );
    expect(items.slice(2)).toEqual([{ type: 'function_call_output', call_id: '1', output: 'first' }]);
  });
});

test.for<readonly [string, Partial<Extract<AssistantBlock, { type: 'tool_call' }>>, string]>([
  ['arguments', { args: { a: [1] } }, '{"a":[1]}'],
  ['no arguments', {}, '{}'],
  ['arguments that are no object', { args: [1] }, '{"value":[1]}'],
  ['text that does not parse', { rawArgs: '{"a', argsError: 'Unexpected end' }, '{"unparsed_input":"{\\"a"}'],
])('the arguments of a call are an object for %s', ([, fields, expected]) => {
  const block: AssistantBlock = { type: 'tool_call', id: '1', name: 'read', ...fields };
  expect(convert(user('a'), written([block]))[1]).toMatchObject({ arguments: expected });
});

describe('what the model wrote before', () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA', of_2030: [1] };
  const thought: AssistantBlock = { type: 'thinking', text: '', native: reasoning };
  const messageItem = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', phase: 'commentary' };
  const part = { type: 'output_text', annotations: [{ type: 'url_citation' }] };
  const text: AssistantBlock = { type: 'text', text: 'So.', native: { item: messageItem, part } };
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const searched: AssistantBlock = { type: 'opaque', kind: 'web_search_call', native: search };
  const native = { type: 'function_call', id: 'fc_1', status: 'completed', namespace: 'files' };
  const called: AssistantBlock = { type: 'tool_call', id: 'call_1', name: 'read', args: {}, native };
  const content = [thought, searched, text, called];

  test('goes back to the same model as it came, whole and in order', () => {
    expect(convert(user('a'), written(content), results(result('call_1'))).slice(1, -1)).toEqual([
      reasoning,
      search,
      { ...messageItem, content: [{ ...part, text: 'So.' }] },
      { ...native, call_id: 'call_1', name: 'read', arguments: '{}' },
    ]);
  });

  test('goes back to the snapshot that an id stands for', () => {
    const items = convert(user('a'), written(content, { provider: 'openai', model: 'gpt-5.5-2026-04-23' }));
    expect(items[1]).toEqual(reasoning);
  });

  test.for([
    ['by another model of the vendor', content, { provider: 'openai', model: 'gpt-5.4' }],
    [
      'with reasoning of which nothing came',
      [{ ...thought, native: { type: 'reasoning', id: 'rs_1', summary: [] } } as const, searched, text, called],
      own,
    ],
  ] as const)(
    'goes without reasoning, ids and items of the vendor, but with its phase, when written %s',
    ([, all, by]) => {
      expect(convert(user('a'), written(all, by)).slice(1, 3)).toEqual([
        { role: 'assistant', content: 'So.', phase: 'commentary' },
        {
          type: 'function_call',
          call_id: 'call_1',
          name: 'read',
          arguments: '{}',
          status: 'completed',
          namespace: 'files',
        },
      ]);
    },
  );

  test.for([
    ['another provider', other],
    ['nobody', undefined],
  ] as const)('goes without anything native when it was written by %s', ([, origin]) => {
    const message: AssistantMessage = { role: 'assistant', content, ...(origin && { origin }) };
    expect(convert(user('a'), message).slice(1, 3)).toEqual([
      { role: 'assistant', content: 'So.' },
      { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}' },
    ]);
  });

  test('goes without the fields that the other API of the provider keeps beside a call', () => {
    const block: AssistantBlock = { ...called, native: { extra_content: { google: { thought_signature: 'abc' } } } };
    expect(convert(user('a'), written([block]))[1]).toEqual({
      type: 'function_call',
      call_id: 'call_1',
      name: 'read',
      arguments: '{}',
    });
  });

  test('goes back with reasoning in the open', () => {
    const open = { type: 'reasoning', id: 'rs_2', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] };
    const block: AssistantBlock = { type: 'thinking', text: 'Hm', native: open };
    expect(convert(user('a'), written([block, text]))[1]).toEqual(open);
  });

  test('loses reasoning behind which nothing follows', () => {
    expect(convert(user('a'), written([text, thought]), user('b'))).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'user' },
    ]);
    expect(convert(user('a'), written([thought]), user('b'))).toHaveLength(2);
  });

  test('has the parts of one message in one message', () => {
    const second: AssistantBlock = { ...text, text: 'Two.' };
    const another: AssistantBlock = { ...text, native: { item: { ...messageItem, id: 'msg_2' }, part } };
    expect(convert(user('a'), written([text, second, another])).slice(1)).toMatchObject([
      { id: 'msg_1', content: [{ text: 'So.' }, { text: 'Two.' }] },
      { id: 'msg_2', content: [{ text: 'So.' }] },
    ]);
  });

  test('has the form of its refusals', () => {
    const refused: AssistantBlock = { ...text, native: { item: messageItem, part: { type: 'refusal' } } };
    expect(convert(user('a'), written([refused]))[1]).toMatchObject({ content: [{ type: 'refusal', refusal: 'So.' }] });
  });

  test('has its calls with free text, and their results', () => {
    const custom: AssistantBlock = {
      type: 'tool_call',
      id: 'call_2',
      name: 'patch',
      args: { input: 'x' },
      native: { type: 'custom_tool_call' },
    };
    expect(convert(user('a'), written([custom]), results(result('call_2', 'ok'))).slice(1)).toEqual([
      { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: 'x' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: 'ok' },
    ]);
  });

  test('has ids that the API takes, the same for a call and its result', () => {
    const ids = ['functions.read:0', '', 'x'.repeat(100), 'toolu_1'];
    const message = written(
      ids.map((id) => call(id)),
      other,
    );
    const items = convert(user('a'), message, results(...ids.map((id) => result(id)))).slice(1);
    const wireIds = items.map((item) => (item as { call_id: string }).call_id);
    expect(wireIds.slice(0, 4)).toEqual(wireIds.slice(4));
    expect(new Set(wireIds).size).toBe(4);
    expect(wireIds.every((id) => /^[a-zA-Z0-9_-]{1,64}$/.test(id))).toBe(true);
    expect(wireIds[3]).toBe('toolu_1');
  });
});

describe('native data that says something else', () => {
  test('does not replace what the block says', () => {
    const evil = { type: 'message', call_id: 'x', name: 'evil', arguments: '{}', role: 'user', content: 'evil' };
    const content: readonly AssistantBlock[] = [
      { type: 'text', text: 'Hi', native: { item: evil, part: { type: 'input_text', text: 'evil' } } },
      { type: 'tool_call', id: 'call_1', name: 'read', args: { b: 1 }, native: evil },
    ];
    expect(convert(user('a'), written(content)).slice(1, 3)).toMatchObject([
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"b":1}' },
    ]);
  });

  test.for([null, 'x', [1], {}, { type: 'function_call', call_id: 'x' }, { type: 'message', role: 'user' }])(
    'is left out where it is no item of the vendor: %j',
    (native) => {
      const content: readonly AssistantBlock[] = [{ type: 'opaque', kind: 'x', native }, say('Hi')];
      expect(convert(user('a'), written(content)).slice(1)).toEqual([{ role: 'assistant', content: 'Hi' }]);
    },
  );

  test('makes nothing else of thinking', () => {
    const native = { type: 'function_call', call_id: 'x', name: 'evil', arguments: '{}' };
    expect(convert(user('a'), written([{ type: 'thinking', text: '', native }, say('Hi')])).slice(1)).toEqual([
      { role: 'assistant', content: 'Hi' },
    ]);
  });
});
