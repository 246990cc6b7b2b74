import { describe, expect, test } from 'vitest';
import type {
  AssistantBlock,
  AssistantMessage,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { toAnthropicMessages } from './to-messages.ts';

const modelId = 'claude-opus-5-5';
const own = { provider: 'anthropic', model: modelId };
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

function convert(...messages: readonly TranscriptMessage[]): unknown {
  return toAnthropicMessages(messages, modelId);
}

const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;
const theirImage = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };

test('gives a conversation with a tool as turns', () => {
  const messages = convert(
    user('Read a'),
    assistant([say('Sure.'), call('toolu_1', { path: 'a' })]),
    results(result('toolu_1', 'A')),
    assistant([say('It says A.')]),
  );
  expect(messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Read a' }] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Sure.' },
        { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'A' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'It says A.' }] },
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
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { role: 'assistant' },
      { role: 'user', content: [{ tool_use_id: '1' }, { text: 'wait' }, { text: 'go on' }] },
    ]);
  });

  test('shows images', () => {
    expect(convert({ role: 'user', content: [{ type: 'text', text: 'See' }, image] })).toMatchObject([
      { content: [{ text: 'See' }, theirImage] },
    ]);
  });

  test('says nothing without content', () => {
    expect(convert(user('', ' \n'), user('a', ''))).toEqual([{ role: 'user', content: [{ type: 'text', text: 'a' }] }]);
    expect(convert(user(' '))).toEqual([]);
  });
});

describe('the result of a tool', () => {
  const asked = assistant([call('1')]);

  test.for<readonly [string, ToolResultBlock, unknown]>([
    ['text', result('1', 'A'), { content: 'A' }],
    ['an error', result('1', 'no such file', true), { content: 'no such file', is_error: true }],
    [
      'blocks',
      result('1', [{ type: 'text', text: 'A' }, image]),
      { content: [{ type: 'text', text: 'A' }, theirImage] },
    ],
    ['an image alone', result('1', [image]), { content: [theirImage] }],
    ['blocks, some without content', result('1', [{ type: 'text', text: ' ' }, image]), { content: [theirImage] }],
    ['nothing', result('1', ''), {}],
    ['whitespace', result('1', ' \n'), {}],
    ['an empty list', result('1', []), {}],
    [
      'an error without a word',
      result('1', '', true),
      { content: 'The tool failed without saying why.', is_error: true },
    ],
  ])('can be %s', ([, block, expected]) => {
    expect(convert(user('a'), asked, results(block))).toMatchObject([
      {},
      {},
      { content: [{ type: 'tool_result', tool_use_id: '1', ...(expected as object) }] },
    ]);
  });

  test('says nothing of an error where there was none, nor of content where there is none', () => {
    const [, , answered] = toAnthropicMessages([user('a'), asked, results(result('1', ''))], modelId);
    expect(answered?.content).toEqual([{ type: 'tool_result', tool_use_id: '1' }]);
  });

  test('stands where its call stood, however the results came', () => {
    const calls = assistant([call('1'), call('2'), call('3')]);
    const messages = convert(user('a'), calls, results(result('3')), results(result('1'), result('2')));
    expect(messages).toMatchObject([
      {},
      {},
      { content: [{ tool_use_id: '1' }, { tool_use_id: '2' }, { tool_use_id: '3' }] },
    ]);
  });

  test.for<readonly [string, readonly TranscriptMessage[]]>([
    ['at the end', [user('a'), assistant([call('1')])]],
    ['in front of the user', [user('a'), assistant([call('1')]), user('b')]],
    ['in front of the next answer', [user('a'), assistant([call('1')]), assistant([say('b')])]],
  ])('is made up for a call without one %s', ([, messages]) => {
    const [, , answered] = toAnthropicMessages(messages, modelId);
    expect(answered?.role).toBe('user');
    expect(answered?.content[0]).toMatchObject({ type: 'tool_result', tool_use_id: '1', is_error: true });
    expect(JSON.stringify(answered)).toContain('Outcome unknown');
  });

  test('is left out where there was no such call, and where it is the second', () => {
    const messages = convert(
      user('a'),
      assistant([call('1')]),
      results(result('9'), result('1', 'first'), result('1', 'second')),
    );
    expect(messages).toMatchObject([{}, {}, { content: [{ tool_use_id: '1', content: 'first' }] }]);
    expect(JSON.stringify(messages)).not.toContain('"9"');
    expect(JSON.stringify(messages)).not.toContain('second');
  });
});

describe('the input of a call', () => {
  test.for<readonly [string, Partial<Extract<AssistantBlock, { type: 'tool_call' }>>, unknown]>([
    ['arguments', { args: { a: [1] } }, { a: [1] }],
    ['no arguments', {}, {}],
    ['arguments that are no object', { args: [1] }, { value: [1] }],
    ['null', { args: null }, { value: null }],
    ['text that does not parse', { rawArgs: '{"a', argsError: 'Unexpected end' }, { unparsed_input: '{"a' }],
  ])('is an object for %s', ([, fields, input]) => {
    const block = { type: 'tool_call', id: '1', name: 'read', ...fields } as AssistantBlock;
    expect(convert(user('a'), assistant([block]), results(result('1')))).toMatchObject([
      {},
      { content: [{ input }] },
      {},
    ]);
  });
});

describe('what the model wrote before', () => {
  const thinking = { type: 'thinking', text: 'Hm', native: { type: 'thinking', signature: 'abc', extra: 1 } } as const;
  const redacted = { type: 'thinking', text: '', native: { type: 'redacted_thinking', data: 'xyz' } } as const;
  const search = {
    type: 'opaque',
    kind: 'server_tool_use',
    native: { type: 'server_tool_use', id: 's1', input: { q: ['x'] } },
  } as const;
  const cited = { type: 'text', text: 'So.', native: { citations: [{ type: 'x' }] } } as const;
  const nested = {
    type: 'tool_call',
    id: '1',
    name: 'read',
    args: {},
    native: { caller: { type: 'direct' } },
  } as const;

  test('goes back as it came, in its place', () => {
    const content = [thinking, redacted, say('a'), search, cited, nested];
    expect(convert(user('a'), assistant(content), results(result('1')))).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'abc', extra: 1 },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'text', text: 'a' },
          search.native,
          { type: 'text', text: 'So.', citations: [{ type: 'x' }] },
          { type: 'tool_use', id: '1', name: 'read', input: {}, caller: { type: 'direct' } },
        ],
      },
      {},
    ]);
  });

  test('goes back to the snapshot that an id stands for', () => {
    const messages = toAnthropicMessages(
      [user('a'), assistant([thinking], { provider: 'anthropic', model: 'claude-haiku-4-5-20251001' })],
      'claude-haiku-4-5',
    );
    expect(messages[1]?.content).toHaveLength(1);
  });

  test('goes to another model of the vendor without its thinking', () => {
    const message = assistant([thinking, redacted, search, cited], {
      provider: 'anthropic',
      model: 'claude-sonnet-4-6',
    });
    expect(convert(user('a'), message)).toMatchObject([
      {},
      { content: [search.native, { type: 'text', citations: [{}] }] },
    ]);
  });

  test.for([
    ['another provider', other],
    ['nobody', undefined],
  ] as const)('goes without anything native when it was written by %s', ([, origin]) => {
    const message: AssistantMessage = {
      role: 'assistant',
      content: [thinking, redacted, search, cited, nested],
      ...(origin && { origin }),
    };
    const [, answered] = toAnthropicMessages([user('a'), message, results(result('1'))], modelId);
    expect(answered?.content).toEqual([
      { type: 'text', text: 'So.' },
      { type: 'tool_use', id: '1', name: 'read', input: {} },
    ]);
  });

  test('is left out where nothing of it can be sent', () => {
    expect(convert(user('a'), assistant([thinking], other), assistant([say('')]), user('b'))).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  test('loses text without content, and the whitespace at its end', () => {
    expect(convert(user('a'), assistant([say('\n\n'), say('b \n')]))).toMatchObject([{}, { content: [{ text: 'b' }] }]);
  });

  test('has ids that the API takes, the same for a call and its result', () => {
    const message = { ...assistant([call('call|fc:1'), call('')], other) };
    const [, asked, answered] = toAnthropicMessages(
      [user('a'), message, results(result('call|fc:1'), result(''))],
      modelId,
    );
    const ids = asked?.content.map((block) => ('id' in block ? block.id : ''));
    expect(new Set(ids).size).toBe(2);
    expect(ids?.every((id) => /^[a-zA-Z0-9_-]+$/.test(id ?? ''))).toBe(true);
    expect(answered?.content.map((block) => ('tool_use_id' in block ? block.tool_use_id : ''))).toEqual(ids);
  });

  test('goes on in one message after a pause', () => {
    const result2 = {
      type: 'opaque',
      kind: 'web_search_tool_result',
      native: { type: 'web_search_tool_result', tool_use_id: 's1' },
    } as const;
    expect(convert(user('a'), assistant([search]), assistant([result2, say('Done.')]))).toMatchObject([
      {},
      { role: 'assistant', content: [search.native, result2.native, { text: 'Done.' }] },
    ]);
  });
});

describe('native data that says something else', () => {
  const mark = { cache_control: { type: 'ephemeral' } };

  test('does not replace what the block says, and marks nothing', () => {
    const native = { type: 'image', id: 'x', name: 'evil', input: {}, text: 'evil', caller: 'kept', ...mark };
    const content: AssistantBlock[] = [
      { type: 'text', text: 'Hi', native },
      { ...call('a', { b: 1 }), native },
    ];
    expect(convert(user('Hello'), assistant(content), results(result('a')))).toMatchObject([
      {},
      {
        content: [
          { type: 'text', text: 'Hi', caller: 'kept' },
          { type: 'tool_use', id: 'a', name: 'read', input: { b: 1 }, caller: 'kept' },
        ],
      },
      { content: [{ tool_use_id: 'a' }] },
    ]);
    expect(JSON.stringify(convert(user('Hello'), assistant(content)))).not.toContain('cache_control');
  });

  test('does not make a tool call of thinking', () => {
    const native = { type: 'tool_use', id: 'x', name: 'evil', input: {} };
    const content: AssistantBlock[] = [{ type: 'thinking', text: '', native }, say('Hi')];
    expect(convert(assistant(content))).toEqual([{ role: 'assistant', content: [say('Hi')] }]);
  });

  test('is left out where it is no block at all', () => {
    const content = [null, 'x', [1]].map((native): AssistantBlock => ({ type: 'opaque', kind: 'x', native }));
    expect(convert(assistant([...content, say('Hi')]))).toEqual([{ role: 'assistant', content: [say('Hi')] }]);
  });
});
