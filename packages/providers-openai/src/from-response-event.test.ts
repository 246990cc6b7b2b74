import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { call, finish, item, start, text } from '../test/sse.ts';
import type { RawEvent } from '../test/sse.ts';
import { fromResponseEvent, newResponseAnswer } from './from-response-event.ts';
import type { ResponseAnswer } from './from-response-event.ts';
import { readResponseEvent } from './response-wire.ts';

function convert(events: readonly RawEvent[], answer: ResponseAnswer = newResponseAnswer()): readonly ModelEvent[] {
  return events.flatMap((event) => {
    const wire = readResponseEvent(JSON.stringify(event));
    return wire === undefined || wire.type === 'failed' ? [] : fromResponseEvent(wire, answer);
  });
}

function blocksOf(events: readonly RawEvent[]): readonly unknown[] {
  return convert(events).flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

test('gives a text answer as deltas, one block and one end', () => {
  expect(convert([start, ...text(0, 'Hel', 'lo'), finish({ service_tier: 'default' })])).toEqual([
    { type: 'text_delta', text: 'Hel' },
    { type: 'text_delta', text: 'lo' },
    {
      type: 'block',
      block: {
        type: 'text',
        text: 'Hello',
        native: {
          item: { id: 'msg_0', type: 'message', role: 'assistant', status: 'completed' },
          part: { type: 'output_text', annotations: [] },
        },
      },
    },
    {
      type: 'end',
      stop: 'end',
      rawStop: 'completed',
      usage: { input: 7, output: 5, raw: { input_tokens: 7, output_tokens: 5, total_tokens: 12 } },
      responseId: 'resp_1',
      model: 'gpt-of-test-2026-01-01',
      serviceTier: 'default',
    },
  ]);
});

test('names the tool of a call before its first argument, gives its arguments parsed, and stops for it', () => {
  expect(convert([start, ...call(0, 'call_1', '{"path":', '"a"}'), finish()])).toMatchObject([
    { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '' },
    { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '{"path":' },
    { type: 'tool_call_delta', id: 'call_1', name: 'read', json: '"a"}' },
    { type: 'block', block: { type: 'tool_call', id: 'call_1', name: 'read', args: { path: 'a' } } },
    { type: 'end', stop: 'tool_calls', rawStop: 'completed' },
  ]);
});

describe('a tool call', () => {
  const done = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'read', arguments: '' };

  test('without arguments has an empty object', () => {
    expect(blocksOf(item(0, done))).toMatchObject([{ args: {} }]);
  });

  test('whose arguments only came when it was done streams them then', () => {
    const events = convert(item(0, { ...done, arguments: '{"path":"a"}' }));
    expect(events).toMatchObject([{ json: '' }, { json: '{"path":"a"}' }, { block: { args: { path: 'a' } } }]);
  });

  test('whose end leaves the arguments out has those that had streamed', () => {
    const delta = { type: 'response.function_call_arguments.delta', delta: '{"path":"a"}' };
    expect(blocksOf(item(0, { ...done, arguments: undefined }, delta))).toMatchObject([{ args: { path: 'a' } }]);
  });

  test('whose JSON does not parse keeps the text and says why', () => {
    const [broken] = blocksOf(item(0, { ...done, arguments: '{"path": "a' }));
    expect(broken).toMatchObject({ rawArgs: '{"path": "a', argsError: expect.stringMatching(/JSON/) });
    expect(broken).not.toHaveProperty('args');
  });

  test('keeps what else the vendor wrote about it', () => {
    expect(blocksOf(item(0, { ...done, namespace: 'files', caller: null, status: 'completed' }))).toMatchObject([
      { native: { type: 'function_call', id: 'fc_1', namespace: 'files', status: 'completed' } },
    ]);
  });

  test('with free text has that as its one argument', () => {
    const custom = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'patch', input: 'say "a"' };
    const delta = { type: 'response.custom_tool_call_input.delta', delta: 'say "a"' };
    expect(convert([...item(0, custom, delta), finish()]).filter(({ type }) => type !== 'ping')).toMatchObject([
      { type: 'tool_call_delta', id: 'call_1', name: 'patch', json: '{"input":"say \\"a\\""}' },
      { type: 'block', block: { args: { input: 'say "a"' }, native: { type: 'custom_tool_call' } } },
      { type: 'end', stop: 'tool_calls' },
    ]);
  });
});

describe('reasoning', () => {
  const done = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
  const summaryDelta = (summary_index: number, delta: string) => ({
    type: 'response.reasoning_summary_text.delta',
    summary_index,
    delta,
  });

  test('without text is a block that keeps the whole item, as it was when done', () => {
    const added = { type: 'response.output_item.added', output_index: 0, item: { ...done, encrypted_content: 'gA' } };
    expect(blocksOf([added, { type: 'response.output_item.done', output_index: 0, item: done }])).toEqual([
      { type: 'thinking', text: '', native: done },
    ]);
  });

  test('shows the parts of its summary as paragraphs', () => {
    const summary = ['One.', 'Two.'].map((part) => ({ type: 'summary_text', text: part }));
    const events = convert(
      item(0, { ...done, summary }, summaryDelta(0, 'On'), summaryDelta(0, 'e.'), summaryDelta(1, 'Two.')),
    );
    expect(events).toMatchObject([
      { type: 'thinking_delta', text: 'On' },
      { type: 'thinking_delta', text: 'e.' },
      { type: 'thinking_delta', text: '\n\nTwo.' },
      { type: 'block', block: { type: 'thinking', text: 'One.\n\nTwo.', native: { summary } } },
    ]);
  });

  test('in the open is shown too', () => {
    const content = [{ type: 'reasoning_text', text: 'Hm' }];
    const delta = { type: 'response.reasoning_text.delta', content_index: 0, delta: 'Hm' };
    expect(convert(item(0, { ...done, content }, delta))).toMatchObject([
      { type: 'thinking_delta', text: 'Hm' },
      { block: { text: 'Hm', native: { content } } },
    ]);
  });
});

test('shows a refusal as text, and stops for it', () => {
  const content = [{ type: 'refusal', refusal: 'I cannot.' }];
  const delta = { type: 'response.refusal.delta', content_index: 0, delta: 'I cannot.' };
  expect(convert([...item(0, { type: 'message', id: 'msg_1', content }, delta), finish()])).toMatchObject([
    { type: 'text_delta', text: 'I cannot.' },
    { type: 'block', block: { type: 'text', text: 'I cannot.', native: { part: { type: 'refusal' } } } },
    { type: 'end', stop: 'refusal' },
  ]);
});

test.for([
  ['max_output_tokens', 'length'],
  ['content_filter', 'refusal'],
  ['max_messages', 'pause'],
  ['steered', 'pause'],
  ['of_2030', 'length'],
])('an answer that is incomplete for %s stops with %s', ([reason, stop]) => {
  const end = finish({ status: 'incomplete', incomplete_details: { reason } });
  expect(convert([...call(0, 'call_1', '{"pa'), end]).at(-1)).toMatchObject({ type: 'end', stop, rawStop: reason });
});

test('keeps items that only the vendor understands whole', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } };
  expect(blocksOf(item(0, search))).toEqual([{ type: 'opaque', kind: 'web_search_call', native: search }]);
});

test('keeps the phase and the annotations of a message', () => {
  const annotations = [{ type: 'url_citation', url: 'https://example.com' }];
  const message = { type: 'message', id: 'msg_1', phase: 'commentary' };
  const content = [{ type: 'output_text', text: 'So.', annotations, logprobs: [{ token: 'So' }] }];
  expect(blocksOf(item(0, { ...message, content }))).toEqual([
    { type: 'text', text: 'So.', native: { item: message, part: { type: 'output_text', annotations } } },
  ]);
});

test('gives each part of a message as a block', () => {
  const content = ['One.', 'Two.'].map((part) => ({ type: 'output_text', text: part, annotations: [] }));
  const textDelta = (content_index: number, delta: string) => ({
    type: 'response.output_text.delta',
    content_index,
    delta,
  });
  const events = item(0, { type: 'message', id: 'msg_1', content }, textDelta(0, 'One.'), textDelta(1, 'Two.'));
  expect(blocksOf(events)).toMatchObject([{ text: 'One.' }, { text: 'Two.' }]);
});

describe('of gateways', () => {
  test('items whose ids change in every event are told by their places', () => {
    let id = 0;
    const rotated = [...text(0, 'a', 'b'), ...call(1, 'call_1', '{}')].map((event) => ({
      ...event,
      item_id: `id-${id++}`,
      ...(event['item'] ? { item: { ...event['item'], id: `id-${id++}` } } : {}),
    }));
    expect(blocksOf(rotated)).toMatchObject([
      { type: 'text', text: 'ab' },
      { type: 'tool_call', id: 'call_1' },
    ]);
  });

  test('items that run at once keep their own pieces', () => {
    const [first, second] = [call(0, 'call_1', '{"a":1}'), call(1, 'call_2', '{"b":2}')];
    const mixed = first.flatMap((event, index) => [event, ...second.slice(index, index + 1)]);
    expect(blocksOf(mixed)).toMatchObject([
      { id: 'call_1', args: { a: 1 } },
      { id: 'call_2', args: { b: 2 } },
    ]);
  });

  test('text of which less had streamed than there is comes out whole', () => {
    const [added, delta, done] = text(0, 'Hello');
    const short = { ...delta, type: 'response.output_text.delta', delta: 'Hel' };
    const events = convert([added, short, done].filter((event): event is RawEvent => event !== undefined));
    expect(events).toMatchObject([
      { type: 'text_delta', text: 'Hel' },
      { type: 'text_delta', text: 'lo' },
      { type: 'block', block: { text: 'Hello' } },
    ]);
  });

  test('a message whose end contradicts what had streamed stays as it was shown', () => {
    const [added, delta, done] = text(0, 'Hello');
    const other = { ...delta, type: 'response.output_text.delta', delta: 'Bye' };
    const events = convert([added, other, done].filter((event): event is RawEvent => event !== undefined));
    expect(events).toMatchObject([{ text: 'Bye' }, { block: { text: 'Bye' } }]);
  });

  test('an item without an end is finished by the end of the response', () => {
    expect(convert([...text(0, 'a').slice(0, -1), finish()])).toMatchObject([
      { type: 'text_delta' },
      { type: 'block', block: { text: 'a' } },
      { type: 'end' },
    ]);
  });

  test('an item whose place is used again is finished by that', () => {
    expect(blocksOf([...text(0, 'a').slice(0, -1), ...text(0, 'b')])).toMatchObject([{ text: 'a' }, { text: 'b' }]);
  });

  test('items that come with the end alone come out of it', () => {
    const output = [{ type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'Hello' }] }];
    expect(convert([start, finish({ output })])).toMatchObject([
      { type: 'text_delta', text: 'Hello' },
      { type: 'block', block: { text: 'Hello' } },
      { type: 'end' },
    ]);
  });

  test('a response without token counts has a usage that claims none', () => {
    expect(convert([finish({ usage: null })])).toMatchObject([{ usage: {} }]);
  });

  test('events of types that came later show that the model is alive', () => {
    const events = convert([{ type: 'response.of_2030.in_progress' }, { type: 'keepalive' }]);
    expect(events).toEqual([{ type: 'ping' }, { type: 'ping' }]);
  });
});

test.for([
  ['text that is no JSON', '<html>', SyntaxError],
  ['JSON that is no object', '[1]', TypeError],
  ['an object without a type', '{"a":1}', TypeError],
  ['an item that is none', '{"type":"response.output_item.done","output_index":0,"item":null}', TypeError],
  ['a delta without a place', '{"type":"response.output_text.delta","delta":"a"}', TypeError],
] as const)('refuses %s', ([, frame, errorClass]) => {
  expect(() => readResponseEvent(frame)).toThrow(errorClass);
});

test('refuses a delta for an item that was never added', () => {
  const delta = { type: 'response.output_text.delta', output_index: 3, content_index: 0, delta: 'a' };
  expect(() => convert([start, delta])).toThrow('Output item 3 goes on without having been added.');
});

test('says that content has started only once some has come out', () => {
  const answer = newResponseAnswer();
  convert([start, ...text(0, 'a').slice(0, 1)], answer);
  expect(answer.contentStarted).toBe(false);
  convert(text(0, 'a').slice(1, 2), answer);
  expect(answer.contentStarted).toBe(true);
});
