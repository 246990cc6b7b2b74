import { describe, expect, test } from 'vitest';
import type {
  AssistantBlock,
  AssistantMessage,
  JsonObject,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { assistant, call, image, result, results, say, user } from '../test/transcript.ts';
import { toChatMessages } from './to-chat-messages.ts';

const own = { provider: 'openrouter', model: 'acme/wonder' };
const other = { provider: 'anthropic', model: 'claude-opus-5-5' };

function convert(...messages: readonly TranscriptMessage[]): readonly unknown[] {
  return toChatMessages(messages, undefined, { provider: own.provider, modelId: own.model });
}

function written(content: readonly AssistantBlock[], origin: AssistantMessage['origin'] = own): AssistantMessage {
  return assistant(content, origin);
}

const url = 'data:image/png;base64,aGk=';

test('gives a conversation with a tool as messages', () => {
  const messages = toChatMessages(
    [
      user('Read a'),
      written([say('Sure.'), call('call_1', { path: 'a' })]),
      results(result('call_1', 'A')),
      written([say('It says A.')]),
    ],
    'Be brief.',
    { provider: own.provider, modelId: own.model },
  );
  expect(messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Read a' },
    {
      role: 'assistant',
      content: 'Sure.',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'A' },
    { role: 'assistant', content: 'It says A.' },
  ]);
});

test('has no system message without a system prompt', () => {
  expect(toChatMessages([user('a')], ' \n', { provider: 'x', modelId: 'y' })).toEqual([{ role: 'user', content: 'a' }]);
});

describe('the user', () => {
  test('speaks in one message, behind the results of the tools', () => {
    const messages = convert(user('a', 'b'), written([call('1')]), user('wait'), results(result('1')), user('go on'));
    expect(messages).toMatchObject([
      { role: 'user', content: 'a\n\nb' },
      { role: 'assistant', content: null },
      { role: 'tool' },
      { role: 'user', content: 'wait\n\ngo on' },
    ]);
  });

  test('shows images', () => {
    expect(convert({ role: 'user', content: [{ type: 'text', text: 'See' }, image] })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ]);
  });

  test('says nothing without content', () => {
    expect(convert(user('', ' \n'))).toEqual([]);
  });
});

describe('the result of a tool', () => {
  test.for<readonly [string, ToolResultBlock, string]>([
    ['text', result('1', 'A'), 'A'],
    ['an error, which the text says', result('1', 'no such file', true), 'The tool failed: no such file'],
    ['nothing', result('1', []), ''],
  ])('can be %s', ([, block, content]) => {
    expect(convert(user('a'), written([call('1')]), results(block)).at(-1)).toEqual({
      role: 'tool',
      tool_call_id: '1',
      content,
    });
  });

  test('shows its images in a message of the user behind all results', () => {
    const messages = convert(
      user('a'),
      written([call('1'), call('2')]),
      results(result('1', [{ type: 'text', text: 'A' }, image]), result('2', 'B')),
      user('go on'),
    );
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: '1', content: 'A\n\nThe images of this result follow below.' },
      { role: 'tool', tool_call_id: '2', content: 'B' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Images in the result of read:' },
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: 'go on' },
        ],
      },
    ]);
  });

  test('is made up for a call without one', () => {
    expect(convert(user('a'), written([call('1')])).at(-1)).toMatchObject({
      role: 'tool',
      tool_call_id: '1',
      content: expect.stringContaining('Outcome unknown'),
    });
  });
});

describe('what the model wrote before', () => {
  const thought = (native: JsonObject): AssistantBlock => ({ type: 'thinking', text: 'Hm', native });

  test.for(['reasoning_content', 'reasoning'])('goes back to the same model with its reasoning in %s', (field) => {
    expect(convert(user('a'), written([thought({ field }), say('b')]))[1]).toEqual({
      role: 'assistant',
      content: 'b',
      [field]: 'Hm',
    });
  });

  test('goes back with its details untouched', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 'Hm', signature: 'abc', index: 0 }];
    expect(
      convert(user('a'), written([thought({ field: 'reasoning', reasoning_details }), call('1')]))[1],
    ).toMatchObject({
      content: null,
      reasoning: 'Hm',
      reasoning_details,
    });
  });

  test('goes back with its reasoning in the content, as Mistral has it', () => {
    expect(convert(user('a'), written([thought({ field: 'content' }), say('b')]))[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'b' },
      ],
    });
  });

  test.for([
    ['another model of the server', { provider: 'openrouter', model: 'acme/other' }],
    ['another provider', other],
    ['nobody', undefined],
  ] as const)('goes without reasoning when it was written by %s', ([, origin]) => {
    const search: AssistantBlock = { type: 'opaque', kind: 'web_search_call', native: { id: 'ws_1' } };
    const message: AssistantMessage = {
      role: 'assistant',
      content: [thought({ field: 'reasoning' }), search, say('b')],
      ...(origin && { origin }),
    };
    expect(convert(user('a'), message)[1]).toEqual({ role: 'assistant', content: 'b' });
  });

  test('goes without reasoning of the other API', () => {
    expect(convert(user('a'), written([thought({ type: 'reasoning', id: 'rs_1' }), say('b')]))[1]).toEqual({
      role: 'assistant',
      content: 'b',
    });
  });

  test('goes without the fields that the other API keeps beside a call, its id among them', () => {
    const native = { type: 'function_call', id: 'fc_1', status: 'completed', namespace: 'files' };
    const block: AssistantBlock = { type: 'tool_call', id: 'call_1', name: 'read', args: {}, native };
    expect(convert(user('a'), written([block]))[1]).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{}' } }],
    });
  });

  test('is left out where nothing of it can be sent', () => {
    expect(convert(user('a'), written([thought({})]), written([say(' ')]))).toEqual([{ role: 'user', content: 'a' }]);
  });

  test('goes back with the ids and the fields that the server gave its calls', () => {
    const extra_content = { google: { thought_signature: 'abc' } };
    const block: AssistantBlock = {
      type: 'tool_call',
      id: 'functions.read:0',
      name: 'read',
      args: {},
      native: { extra_content },
    };
    expect(convert(user('a'), written([block]), results(result('functions.read:0')))).toMatchObject([
      {},
      { tool_calls: [{ id: 'functions.read:0', extra_content }] },
      { tool_call_id: 'functions.read:0' },
    ]);
  });

  test('has ids that every server takes, the same for a call and its result', () => {
    const ids = ['toolu_1', 'call|fc:1', '', 'x'.repeat(100)];
    const messages = convert(
      user('a'),
      written(
        ids.map((id) => call(id)),
        other,
      ),
      results(...ids.map((id) => result(id))),
    ) as readonly { tool_calls?: readonly { id: string }[]; tool_call_id?: string }[];
    const wireIds = messages[1]?.tool_calls?.map(({ id }) => id) ?? [];
    expect(wireIds.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
    expect(new Set(wireIds).size).toBe(4);
    expect(messages.slice(2).map(({ tool_call_id }) => tool_call_id)).toEqual(wireIds);
  });
});
