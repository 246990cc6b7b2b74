import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { block, finish, start, text } from '../test/sse.ts';
import type { RawEvent } from '../test/sse.ts';
import { fromAnthropicEvent, newAnswer } from './from-event.ts';
import type { Answer } from './from-event.ts';
import { readWireEvent } from './wire.ts';

function convert(events: readonly RawEvent[], answer: Answer = newAnswer()): readonly ModelEvent[] {
  return events.flatMap((event) => {
    const wire = readWireEvent(JSON.stringify(event));
    return wire === undefined || wire.type === 'error' ? [] : fromAnthropicEvent(wire, answer);
  });
}

function blocksOf(events: readonly RawEvent[]): readonly unknown[] {
  return convert(events).flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

test('gives a text answer as deltas, one block and one end', () => {
  expect(convert([start, ...text(0, 'Hel', 'lo'), ...finish])).toEqual([
    { type: 'text_delta', text: 'Hel' },
    { type: 'text_delta', text: 'lo' },
    { type: 'block', block: { type: 'text', text: 'Hello' } },
    {
      type: 'end',
      stop: 'end',
      rawStop: 'end_turn',
      usage: { input: 7, output: 5, raw: { input_tokens: 7, output_tokens: 5 } },
      responseId: 'msg_1',
      model: 'claude-haiku-4-5-20251001',
    },
  ]);
});

test('names the tool of a call before its first argument, and gives its arguments parsed', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };
  const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
  expect(convert([start, ...block(0, call, json(''), json('{"path":'), json('"a"}'))])).toEqual([
    { type: 'tool_call_delta', id: 'toolu_1', name: 'read', json: '' },
    { type: 'tool_call_delta', id: 'toolu_1', name: 'read', json: '{"path":' },
    { type: 'tool_call_delta', id: 'toolu_1', name: 'read', json: '"a"}' },
    { type: 'block', block: { type: 'tool_call', id: 'toolu_1', name: 'read', args: { path: 'a' } } },
  ]);
});

describe('a tool call', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };

  test('without arguments has an empty object', () => {
    expect(blocksOf(block(0, call))).toMatchObject([{ args: {} }]);
  });

  test('whose input came whole at its start keeps it, and streams it too', () => {
    expect(convert(block(0, { ...call, input: { path: 'a' } }))).toMatchObject([
      { type: 'tool_call_delta', json: '' },
      { type: 'tool_call_delta', json: '{"path":"a"}' },
      { type: 'block', block: { args: { path: 'a' } } },
    ]);
  });

  test('whose JSON does not parse keeps the text and says why', () => {
    const [broken] = blocksOf(block(0, call, { type: 'input_json_delta', partial_json: '{"path": "a' }));
    expect(broken).toMatchObject({
      type: 'tool_call',
      rawArgs: '{"path": "a',
      argsError: expect.stringMatching(/JSON/),
    });
    expect(broken).not.toHaveProperty('args');
  });

  test('keeps what else the vendor wrote about it', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' };
    expect(blocksOf(block(0, { ...call, caller }))).toMatchObject([{ native: { caller } }]);
  });
});

describe('thinking', () => {
  test('keeps the signature beside its text', () => {
    const deltas = [
      { type: 'thinking_delta', thinking: 'Hm' },
      { type: 'signature_delta', signature: 'abc' },
    ];
    expect(blocksOf(block(0, { type: 'thinking', thinking: '', signature: '' }, ...deltas))).toEqual([
      { type: 'thinking', text: 'Hm', native: { type: 'thinking', signature: 'abc' } },
    ]);
  });

  test('with an omitted text keeps its signature', () => {
    const signature = { type: 'signature_delta', signature: 'abc' };
    expect(blocksOf(block(0, { type: 'thinking', thinking: '' }, signature))).toEqual([
      { type: 'thinking', text: '', native: { type: 'thinking', signature: 'abc' } },
    ]);
  });

  test('without a signature has nothing to send back', () => {
    const delta = { type: 'thinking_delta', thinking: 'Hm' };
    expect(blocksOf(block(0, { type: 'thinking', thinking: '' }, delta))).toEqual([{ type: 'thinking', text: 'Hm' }]);
  });

  test('that was redacted is kept as it is', () => {
    const redacted = { type: 'redacted_thinking', data: 'xyz' };
    expect(blocksOf(block(0, redacted))).toEqual([{ type: 'thinking', text: '', native: redacted }]);
  });
});

describe('a block that only the vendor understands', () => {
  test('is kept whole, with the input that came in pieces', () => {
    const use = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {}, extra: 1 };
    const deltas = [
      { type: 'input_json_delta', partial_json: '{"query":' },
      { type: 'input_json_delta', partial_json: '"x"}' },
    ];
    expect(blocksOf(block(0, use, ...deltas))).toEqual([
      { type: 'opaque', kind: 'server_tool_use', native: { ...use, input: { query: 'x' } } },
    ]);
  });

  test('gives no deltas that people would see', () => {
    const deltas = [
      { type: 'text_delta', text: 'a' },
      { type: 'thinking_delta', thinking: 'b' },
      { type: 'input_json_delta', partial_json: '{}' },
    ];
    expect(convert(block(0, { type: 'of_2030' }, ...deltas)).map(({ type }) => type)).toEqual(['block']);
  });

  test('takes up deltas of kinds that are not known', () => {
    const deltas = [
      { type: 'compaction_delta', content: 'The user ', encrypted_content: null },
      { type: 'compaction_delta', content: 'said hello.', encrypted_content: 'abc' },
    ];
    expect(blocksOf(block(0, { type: 'compaction', content: null }, ...deltas))).toEqual([
      {
        type: 'opaque',
        kind: 'compaction',
        native: { type: 'compaction', content: 'The user said hello.', encrypted_content: 'abc' },
      },
    ]);
  });

  test('keeps the input it started with where that of its deltas does not parse', () => {
    const use = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} };
    expect(blocksOf(block(0, use, { type: 'input_json_delta', partial_json: '{"que' }))).toMatchObject([
      { native: use },
    ]);
  });
});

test('keeps the citations of a text', () => {
  const citation = { type: 'web_search_result_location', url: 'https://example.com' };
  const deltas = [
    { type: 'citations_delta', citation },
    { type: 'text_delta', text: 'So it is.' },
  ];
  expect(blocksOf(block(0, { type: 'text', text: '', citations: [] }, ...deltas))).toEqual([
    { type: 'text', text: 'So it is.', native: { citations: [citation] } },
  ]);
});

describe('of gateways', () => {
  test('a text that came whole at the start of its block is a delta too', () => {
    expect(convert(block(0, { type: 'text', text: 'Hello' }))).toEqual([
      { type: 'text_delta', text: 'Hello' },
      { type: 'block', block: { type: 'text', text: 'Hello' } },
    ]);
  });

  test('a second start of the message changes nothing', () => {
    const once = convert([start, ...text(0, 'a'), ...finish]);
    expect(convert([start, start, ...text(0, 'a'), ...finish])).toEqual(once);
  });

  test('a block without a stop is finished by the end of the message', () => {
    const events = convert([start, ...text(0, 'a').slice(0, -1), ...finish]);
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block', 'end']);
  });

  test('an end without any stop reason is told from the content', () => {
    const call = block(0, { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} });
    expect(convert([start, ...call, { type: 'message_stop' }]).at(-1)).toMatchObject({
      type: 'end',
      stop: 'tool_calls',
    });
    expect(convert([start, { type: 'message_stop' }]).at(-1)).not.toHaveProperty('rawStop');
  });

  test('an answer without token counts has a usage that claims none', () => {
    expect(convert([{ type: 'message_start' }, { type: 'message_stop' }]).at(-1)).toMatchObject({ usage: {} });
  });

  test('events and blocks of types that came later pass by', () => {
    expect(convert([{ type: 'ping' }, { type: 'event_of_2030', index: 'x' }])).toEqual([{ type: 'ping' }]);
  });
});

test('refuses a delta for a block that never started', () => {
  const delta = { type: 'content_block_delta', index: 3, delta: { type: 'text_delta', text: 'a' } };
  expect(() => convert([start, delta])).toThrow('Content block 3 goes on without having started.');
});

test('says that content has started only once some has come out', () => {
  const answer = newAnswer();
  convert([start, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }], answer);
  expect(answer.contentStarted).toBe(false);
  convert([{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }], answer);
  expect(answer.contentStarted).toBe(true);
});

test('a fast answer has its speed as its tier, because it has a price of its own', () => {
  const tierOf = (usage: Readonly<Record<string, string>>): unknown => {
    const end = convert([
      start,
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
      { type: 'message_stop' },
    ]).at(-1);
    return end?.type === 'end' ? end.serviceTier : undefined;
  };
  expect(tierOf({ service_tier: 'standard', speed: 'fast' })).toBe('fast');
  expect(tierOf({ service_tier: 'standard', speed: 'standard' })).toBe('standard');
});

describe('what a gateway sends beside the API', () => {
  test('has the block that was left open closed where its index is used again', () => {
    const [opened, delta] = text(0, 'a');
    if (opened === undefined || delta === undefined) throw new Error('Expected the start of a block.');
    expect(blocksOf([start, opened, delta, ...text(0, 'b'), ...finish])).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
  });

  test('leaves out names that are no text', () => {
    const odd: RawEvent = { type: 'message_start', message: { id: 5, model: {}, usage: 'none' } };
    const stop: RawEvent = { type: 'message_delta', delta: { stop_reason: 5 }, usage: { service_tier: {} } };
    expect(convert([odd, stop, { type: 'message_stop' }])).toEqual([
      { type: 'end', stop: 'end', usage: { raw: { service_tier: {} } } },
    ]);
  });
});
