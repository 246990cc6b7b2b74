import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { call, finish, piece, say } from '../test/lines.ts';
import type { RawLine } from '../test/lines.ts';
import { fromOllamaEvent, newAnswer } from './from-event.ts';
import type { Answer } from './from-event.ts';
import { readWireEvent } from './wire.ts';

function convert(lines: readonly RawLine[], answer: Answer = newAnswer()): readonly ModelEvent[] {
  return lines.flatMap((line) => {
    const event = readWireEvent(JSON.stringify(line));
    return event.type === 'error' ? [] : fromOllamaEvent(event.chunk, answer);
  });
}

function blocksOf(lines: readonly RawLine[], answer?: Answer): readonly unknown[] {
  return convert(lines, answer).flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

test('gives a text answer as deltas, one block and one end', () => {
  expect(convert([say('Hel'), say('lo'), finish()])).toEqual([
    { type: 'text_delta', text: 'Hel' },
    { type: 'text_delta', text: 'lo' },
    { type: 'block', block: { type: 'text', text: 'Hello' } },
    {
      type: 'end',
      stop: 'end',
      rawStop: 'stop',
      usage: { input: 7, output: 5, raw: { prompt_eval_count: 7, eval_count: 5 } },
      model: 'qwen3',
    },
  ]);
});

test('takes content in the last line too', () => {
  expect(convert([say('Hel'), finish({ message: { content: 'lo' } })])).toMatchObject([
    { text: 'Hel' },
    { text: 'lo' },
    { block: { text: 'Hello' } },
    { type: 'end' },
  ]);
});

test('takes a whole answer in one line, in the order of thinking, text and calls', () => {
  const message = { content: 'b', thinking: 'a', tool_calls: [call('read', { path: 'c' }, 'call_x')] };
  expect(convert([finish({ message })])).toMatchObject([
    { type: 'thinking_delta', text: 'a' },
    { type: 'block', block: { type: 'thinking', text: 'a' } },
    { type: 'text_delta', text: 'b' },
    { type: 'block', block: { type: 'text', text: 'b' } },
    { type: 'tool_call_delta', id: 'call_x', name: 'read', json: '{"path":"c"}' },
    { type: 'block', block: { type: 'tool_call', id: 'call_x', name: 'read', args: { path: 'c' } } },
    { type: 'end', stop: 'tool_calls', rawStop: 'stop' },
  ]);
});

test('takes thinking or calls in a line with more of the text', () => {
  const lines = [
    say('a'),
    piece({ content: 'b', tool_calls: [call('read', {})] }),
    say('c'),
    piece({ content: 'd', thinking: 'e' }),
  ];
  expect(blocksOf([...lines, finish()])).toMatchObject([
    { type: 'text', text: 'ab' },
    { type: 'tool_call', name: 'read' },
    { type: 'text', text: 'c' },
    { type: 'thinking', text: 'e' },
    { type: 'text', text: 'd' },
  ]);
});

describe('thinking', () => {
  test('in its field is a block of its own, and another one behind text', () => {
    const thoughts = [piece({ thinking: 'a' }), piece({ thinking: 'b' }), say('c'), piece({ thinking: 'd' }), finish()];
    expect(blocksOf(thoughts)).toEqual([
      { type: 'thinking', text: 'ab' },
      { type: 'text', text: 'c' },
      { type: 'thinking', text: 'd' },
    ]);
  });

  test('in tags at the start of the content is told from the text', () => {
    expect(convert(['<thi', 'nk>\nHm', '.</th', 'ink>\n\n', 'So.'].map(say))).toEqual([
      { type: 'ping' },
      { type: 'thinking_delta', text: 'Hm' },
      { type: 'thinking_delta', text: '.' },
      { type: 'ping' },
      { type: 'block', block: { type: 'thinking', text: 'Hm.' } },
      { type: 'text_delta', text: 'So.' },
    ]);
  });

  test('that has a field of its own leaves tags in the content alone', () => {
    expect(blocksOf([piece({ thinking: 'a' }), say('<think>b</think>'), finish()])).toEqual([
      { type: 'thinking', text: 'a' },
      { type: 'text', text: '<think>b</think>' },
    ]);
  });

  test('that is cut off by the limit is all there is', () => {
    expect(convert([say('<think>Hm'), finish({ done_reason: 'length' })])).toMatchObject([
      { type: 'thinking_delta', text: 'Hm' },
      { type: 'block', block: { type: 'thinking', text: 'Hm' } },
      { type: 'end', stop: 'length' },
    ]);
  });
});

describe('tool calls', () => {
  test('come one or several in a line, each with an id', () => {
    const lines = [
      piece({ tool_calls: [call('read', { path: 'a' }, 'call_x'), call('read', { path: 'b' }, 'call_y')] }),
      piece({ tool_calls: [call('list', {}, 'call_z')] }),
      finish(),
    ];
    expect(blocksOf(lines)).toEqual([
      { type: 'tool_call', id: 'call_x', name: 'read', args: { path: 'a' } },
      { type: 'tool_call', id: 'call_y', name: 'read', args: { path: 'b' } },
      { type: 'tool_call', id: 'call_z', name: 'list', args: {} },
    ]);
  });

  test('without ids are numbered through the conversation, the same each time', () => {
    const lines = [piece({ tool_calls: [call('a', {}), call('b', {})] }), piece({ tool_calls: [call('c', {})] })];
    expect(blocksOf(lines)).toMatchObject([{ id: 'call_1' }, { id: 'call_2' }, { id: 'call_3' }]);
    expect(blocksOf(lines, newAnswer(7))).toMatchObject([{ id: 'call_8' }, { id: 'call_9' }, { id: 'call_10' }]);
  });

  test('never share an id, whatever the server gives them', () => {
    const ids = ['call_2', undefined, 'call_2', '', 'call_1'];
    const [...blocks] = blocksOf([piece({ tool_calls: ids.map((id) => call('a', {}, id)) })]);
    const found = blocks.map((block) => (block as { readonly id: string }).id);
    expect(new Set(found).size).toBe(5);
    expect(found[0]).toBe('call_2');
    expect(found).not.toContain('');
  });

  test('end the text in front of them', () => {
    expect(blocksOf([say('Sure.<'), piece({ tool_calls: [call('a', {})] }), say('Done.'), finish()])).toMatchObject([
      { type: 'text', text: 'Sure.<' },
      { type: 'tool_call' },
      { type: 'text', text: 'Done.' },
    ]);
  });

  test('end what might have become a tag', () => {
    expect(blocksOf([say('<thi'), piece({ tool_calls: [call('a', {})] })])).toMatchObject([
      { type: 'text', text: '<thi' },
      { type: 'tool_call' },
    ]);
  });

  test.for([
    ['left out', undefined, { args: {} }],
    ['null', null, { args: {} }],
    ['text', '{"path":"a"}', { args: { path: 'a' } }],
    ['no text', '', { args: {} }],
    ['no object', [1], { args: [1] }],
  ] as const)('may have arguments that are %s', ([, args, expected]) => {
    expect(blocksOf([piece({ tool_calls: [call('a', args)] })])).toMatchObject([expected]);
  });

  test('with text that does not parse keep it and say why', () => {
    const [block] = blocksOf([piece({ tool_calls: [call('a', '{"path": "a')] })]);
    expect(block).toMatchObject({ rawArgs: '{"path": "a', argsError: expect.stringMatching(/JSON/) });
    expect(block).not.toHaveProperty('args');
  });

  test.for([{ function: { arguments: {} } }, { function: null }, {}, null, 'read'])(
    'without a name are none: %j',
    (nameless) => {
      expect(() => convert([piece({ tool_calls: [nameless] })])).toThrow('Expected a tool call to have a name.');
    },
  );
});

test('a line that says nothing shows that the model is at work, and does not count as content', () => {
  const answer = newAnswer();
  expect(convert([say(''), piece({ content: null, thinking: '' })], answer)).toEqual([
    { type: 'ping' },
    { type: 'ping' },
  ]);
  expect(answer.contentStarted).toBe(false);
  convert([say('a')], answer);
  expect(answer.contentStarted).toBe(true);
});

test('an end without counts, reason and model claims none', () => {
  expect(convert([{ done: true }])).toEqual([{ type: 'end', stop: 'end', usage: {} }]);
});
