import { describe, expect, test } from 'vitest';
import type {
  AssistantBlock,
  AssistantMessage,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { toOllamaMessages } from './to-messages.ts';

const modelId = 'qwen3';
const own = { provider: 'ollama', model: modelId };
const other = { provider: 'openai', model: 'gpt-6-sol' };

function user(...texts: readonly string[]): TranscriptMessage {
  return { role: 'user', content: texts.map((text) => ({ type: 'text', text })) };
}

function assistant(content: readonly AssistantBlock[], origin: AssistantMessage['origin'] = own): AssistantMessage {
  return { role: 'assistant', content, ...(origin && { origin }) };
}

function say(text: string): AssistantBlock {
  return { type: 'text', text };
}

function call(id: string, args: object = {}): AssistantBlock {
  return { type: 'tool_call', id, name: 'read', args: { ...args } };
}

function result(toolCallId: string, content: ToolResultBlock['content'] = 'ok', isError = false): ToolResultBlock {
  return { type: 'tool_result', toolCallId, name: 'read', content, isError };
}

function results(...content: readonly ToolResultBlock[]): ToolMessage {
  return { role: 'tool', content };
}

function convert(...messages: readonly TranscriptMessage[]): readonly unknown[] {
  return toOllamaMessages(messages, modelId);
}

const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;

test('gives a conversation with a tool as messages', () => {
  const messages = convert(
    user('Read a'),
    assistant([say('Sure.'), call('call_1', { path: 'a' })]),
    results(result('call_1', 'A')),
    assistant([say('It says A.')]),
  );
  expect(messages).toEqual([
    { role: 'user', content: 'Read a' },
    {
      role: 'assistant',
      content: 'Sure.',
      tool_calls: [{ id: 'call_1', function: { name: 'read', arguments: { path: 'a' } } }],
    },
    { role: 'tool', content: 'A', tool_name: 'read', tool_call_id: 'call_1' },
    { role: 'assistant', content: 'It says A.' },
  ]);
});

describe('the user', () => {
  test('speaks in one message, behind the results of the tools', () => {
    const messages = convert(
      user('a'),
      user('b'),
      assistant([call('1')]),
      user('wait'),
      results(result('1')),
      user('go on'),
    );
    expect(messages).toMatchObject([
      { role: 'user', content: 'a\n\nb' },
      { role: 'assistant' },
      { role: 'tool', tool_call_id: '1' },
      { role: 'user', content: 'wait\n\ngo on' },
    ]);
  });

  test('shows images beside the text, as they are', () => {
    expect(convert({ role: 'user', content: [{ type: 'text', text: 'See' }, image, image] })).toEqual([
      { role: 'user', content: 'See', images: ['aGk=', 'aGk='] },
    ]);
    expect(convert({ role: 'user', content: [image] })).toEqual([{ role: 'user', content: '', images: ['aGk='] }]);
  });

  test('says nothing without content', () => {
    expect(convert(user('', 'a', ''))).toEqual([{ role: 'user', content: 'a' }]);
    expect(convert(user(''), user())).toEqual([]);
  });
});

describe('the result of a tool', () => {
  const asked = assistant([call('1')]);

  test.for<readonly [string, ToolResultBlock, string]>([
    ['text', result('1', 'A'), 'A'],
    ['nothing', result('1', ''), ''],
    ['an error', result('1', 'no such file', true), 'Error: no such file'],
    ['an error without a word', result('1', ' ', true), 'Error: the tool failed without saying why.'],
    [
      'blocks of text',
      result('1', [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B' },
      ]),
      'A\n\nB',
    ],
    ['an error in blocks', result('1', [{ type: 'text', text: 'A' }], true), 'Error: A'],
  ])('can be %s', ([, block, content]) => {
    expect(convert(user('a'), asked, results(block))).toEqual([
      { role: 'user', content: 'a' },
      expect.objectContaining({ role: 'assistant' }),
      { role: 'tool', content, tool_name: 'read', tool_call_id: '1' },
    ]);
  });

  test('has its images in the user message behind all results, with the call named', () => {
    const calls = assistant([call('1'), call('2'), call('3')]);
    const shown = results(result('1', [{ type: 'text', text: 'A' }, image]), result('2'), result('3', [image, image]));
    expect(convert(user('a'), calls, shown, user('What is it?')).slice(2)).toEqual([
      { role: 'tool', content: 'A', tool_name: 'read', tool_call_id: '1' },
      { role: 'tool', content: 'ok', tool_name: 'read', tool_call_id: '2' },
      { role: 'tool', content: '', tool_name: 'read', tool_call_id: '3' },
      {
        role: 'user',
        content: 'The image in the result of read (1).\n\nThe 2 images in the result of read (3).\n\nWhat is it?',
        images: ['aGk=', 'aGk=', 'aGk='],
      },
    ]);
  });

  test('stands where its call stood, however the results came', () => {
    const calls = assistant([call('1'), call('2'), call('3')]);
    const messages = convert(user('a'), calls, results(result('3')), results(result('1'), result('2')));
    expect(messages.slice(2)).toMatchObject([{ tool_call_id: '1' }, { tool_call_id: '2' }, { tool_call_id: '3' }]);
  });

  test.for<readonly [string, readonly TranscriptMessage[]]>([
    ['at the end', [user('a'), assistant([call('1')])]],
    ['in front of the user', [user('a'), assistant([call('1')]), user('b')]],
    ['in front of the next answer', [user('a'), assistant([call('1')]), assistant([say('b')])]],
  ])('is made up for a call without one %s', ([, messages]) => {
    const [, , answered] = toOllamaMessages(messages, modelId);
    expect(answered).toMatchObject({ role: 'tool', tool_call_id: '1', tool_name: 'read' });
    expect(answered?.content).toContain('Error: Outcome unknown');
    // What comes after is still there, behind it.
    expect(toOllamaMessages(messages, modelId)).toHaveLength(messages.length + 1);
  });

  test('is left out where there was no such call, and where it is the second', () => {
    const messages = convert(
      user('a'),
      assistant([call('1')]),
      results(result('9'), result('1', 'first'), result('1', 'second')),
    );
    expect(messages.slice(2)).toMatchObject([{ tool_call_id: '1', content: 'first' }]);
  });
});

describe('the arguments of a call', () => {
  test.for<readonly [string, Partial<Extract<AssistantBlock, { type: 'tool_call' }>>, unknown]>([
    ['arguments', { args: { a: [1] } }, { a: [1] }],
    ['no arguments', {}, {}],
    ['arguments that are no object', { args: [1] }, { value: [1] }],
    ['null', { args: null }, { value: null }],
    ['text that does not parse', { rawArgs: '{"a', argsError: 'Unexpected end' }, { unparsed_input: '{"a' }],
  ])('are an object for %s', ([, fields, expected]) => {
    const block = { type: 'tool_call', id: '1', name: 'read', ...fields } as AssistantBlock;
    expect(convert(user('a'), assistant([block]), results(result('1')))[1]).toMatchObject({
      tool_calls: [{ function: { arguments: expected } }],
    });
  });
});

describe('what a model wrote before', () => {
  const thinking = { type: 'thinking', text: 'Hm', native: { signature: 'abc' } } as const;
  const content: readonly AssistantBlock[] = [
    thinking,
    { type: 'thinking', text: '' },
    { type: 'text', text: 'So', native: { citations: [] } },
    { type: 'opaque', kind: 'web_search', native: { type: 'web_search' } },
    say('.'),
    { type: 'tool_call', id: 'call|fc:1 ü', name: 'read', args: {}, native: { caller: 'x' } },
  ];
  const withoutThinking = {
    role: 'assistant',
    content: 'So.',
    tool_calls: [{ id: 'call|fc:1 ü', function: { name: 'read', arguments: {} } }],
  };

  test.for([
    ['itself', own],
    ['itself under its other name', { provider: 'ollama', model: 'qwen3:latest' }],
  ] as const)('goes back with its thinking to %s', ([, origin]) => {
    expect(convert(assistant(content, origin))[0]).toEqual({ ...withoutThinking, thinking: 'Hm' });
  });

  test.for([
    ['another provider', other],
    ['another model of this one', { provider: 'ollama', model: 'qwen3:8b' }],
    ['nobody', undefined],
  ] as const)('goes without thinking and anything native when it was written by %s', ([, origin]) => {
    const message: AssistantMessage = { role: 'assistant', content, ...(origin && { origin }) };
    expect(convert(message)[0]).toEqual(withoutThinking);
  });

  test('keeps the id of a call, the same in its result', () => {
    const [, answered] = convert(assistant(content, other), results(result('call|fc:1 ü', 'A')));
    expect(answered).toEqual({ role: 'tool', content: 'A', tool_name: 'read', tool_call_id: 'call|fc:1 ü' });
  });

  test('is left out where nothing of it can be sent', () => {
    expect(convert(user('a'), assistant([thinking], other), assistant([say('')]), user('b'))).toEqual([
      { role: 'user', content: 'a\n\nb' },
    ]);
  });

  test('goes on in one message where nobody spoke in between', () => {
    expect(
      convert(user('a'), assistant([say('b')]), assistant([say('c'), call('1')]), results(result('1'))),
    ).toMatchObject([{}, { role: 'assistant', content: 'bc', tool_calls: [{ id: '1' }] }, { role: 'tool' }]);
  });
});

test('leaves the history as it is', () => {
  const messages = [user('a'), assistant([say('b')]), assistant([call('1')]), results(result('1', [image]))];
  const before = structuredClone(messages);
  convert(...messages);
  expect(messages).toEqual(before);
});
