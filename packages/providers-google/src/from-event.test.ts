import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { checkAnswer } from '@harness-sdk/core/testing';
import { finish, fragment, text } from '../test/sse.ts';
import type { RawEvent, RawPart } from '../test/sse.ts';
import { endAnswer, fromGoogleEvent, hasStopped, newAnswer } from './from-event.ts';
import type { Answer } from './from-event.ts';
import { readWireEvent } from './wire.ts';

function convert(events: readonly RawEvent[], answer: Answer = newAnswer()): readonly ModelEvent[] {
  return events.flatMap((event) => {
    const wire = readWireEvent(JSON.stringify(event));
    return wire === undefined ? [] : fromGoogleEvent(wire, answer);
  });
}

/** The events of a whole answer. */
function answerOf(...events: readonly RawEvent[]): readonly ModelEvent[] {
  const answer = newAnswer();
  const converted = convert(events, answer);
  const all = [...converted, ...endAnswer(answer)];
  checkAnswer(all);
  return all;
}

function blocksOf(...parts: readonly RawPart[]): readonly unknown[] {
  const events = answerOf(...parts.map((part) => fragment(part)), finish());
  return events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

test('gives a text answer as deltas, one block and one end', () => {
  expect(answerOf(text('Hel'), text('lo'), finish())).toEqual([
    { type: 'text_delta', text: 'Hel' },
    { type: 'text_delta', text: 'lo' },
    { type: 'ping' },
    { type: 'block', block: { type: 'text', text: 'Hello' } },
    {
      type: 'end',
      stop: 'end',
      rawStop: 'STOP',
      usage: {
        input: 7,
        output: 5,
        raw: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 },
      },
      responseId: 'response1',
      model: 'gemini-2.5-flash',
    },
  ]);
});

describe('fragments', () => {
  test('of thoughts and of text make a block each, in order', () => {
    expect(blocksOf({ text: 'Hm', thought: true }, { text: '…', thought: true }, { text: 'a' }, { text: 'b' })).toEqual(
      [
        { type: 'thinking', text: 'Hm…', native: { thought: true } },
        { type: 'text', text: 'ab' },
      ],
    );
  });

  test('that are signed are blocks of their own, also without text', () => {
    const parts = [
      { text: 'a' },
      { text: 'b', thoughtSignature: 's1' },
      { text: 'c' },
      { text: '', thoughtSignature: 's2' },
    ];
    expect(blocksOf(...parts)).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', native: { thoughtSignature: 's1' } },
      { type: 'text', text: 'c' },
      { type: 'text', text: '', native: { thoughtSignature: 's2' } },
    ]);
  });

  test('of a thought that are signed keep what they are', () => {
    expect(blocksOf({ text: 'Hm', thought: true, thoughtSignature: 's' })).toEqual([
      { type: 'thinking', text: 'Hm', native: { thought: true, thoughtSignature: 's' } },
    ]);
  });

  test('without content show that the model is alive, and nothing else', () => {
    expect(convert([text(''), fragment(), { usageMetadata: { promptTokenCount: 1 } }])).toEqual([
      { type: 'ping' },
      { type: 'ping' },
      { type: 'ping' },
    ]);
  });

  test('come several at once', () => {
    expect(convert([fragment({ text: 'a', thought: true }, { text: 'b' })])).toEqual([
      { type: 'thinking_delta', text: 'a' },
      { type: 'block', block: { type: 'thinking', text: 'a', native: { thought: true } } },
      { type: 'text_delta', text: 'b' },
    ]);
  });
});

describe('a function call', () => {
  test('without an id gets one that is made of the answer and its place', () => {
    const call = { functionCall: { name: 'read', args: { path: 'a' } } };
    expect(blocksOf(call, call)).toEqual([
      { type: 'tool_call', id: 'response1_1', name: 'read', args: { path: 'a' }, native: { functionCall: {} } },
      { type: 'tool_call', id: 'response1_2', name: 'read', args: { path: 'a' }, native: { functionCall: {} } },
    ]);
  });

  test('with an id keeps it, and says that it was sent', () => {
    expect(blocksOf({ functionCall: { id: 'abc', name: 'read', args: {} } })).toMatchObject([
      { id: 'abc', native: { functionCall: { id: 'abc' } } },
    ]);
  });

  test('keeps its signature, and what else the vendor wrote', () => {
    const part = { functionCall: { name: 'read', args: {}, of2030: 1 }, thoughtSignature: 's', more: 2 };
    expect(blocksOf(part)).toMatchObject([{ native: { functionCall: { of2030: 1 }, thoughtSignature: 's', more: 2 } }]);
  });

  test('without arguments has an empty object', () => {
    expect(blocksOf({ functionCall: { name: 'now' } })).toMatchObject([{ args: {} }]);
    expect(blocksOf({ functionCall: { name: 'now', args: null } })).toMatchObject([{ args: {} }]);
  });

  test('streams its arguments whole, behind the text before it', () => {
    const events = answerOf(text('Sure.'), fragment({ functionCall: { name: 'read', args: { path: 'a' } } }), finish());
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block', 'tool_call_delta', 'block', 'ping', 'end']);
    expect(events[2]).toEqual({ type: 'tool_call_delta', id: 'response1_1', name: 'read', json: '{"path":"a"}' });
    expect(events.at(-1)).toMatchObject({ stop: 'tool_calls', rawStop: 'STOP' });
  });
});

describe('a function call in pieces', () => {
  const begin = { functionCall: { name: 'read', willContinue: true }, thoughtSignature: 's' };
  const piece = (stringValue: string, willContinue = true) => ({
    functionCall: { partialArgs: [{ jsonPath: '$.path', stringValue, willContinue }], willContinue: true },
  });
  const close = { functionCall: {} };

  test('is one call, with its signature', () => {
    const events = answerOf(
      ...[begin, piece('a/'), piece('b'), piece('', false), close].map((part) => fragment(part)),
      finish(),
    );
    expect(events.filter(({ type }) => type === 'block')).toEqual([
      {
        type: 'block',
        block: {
          type: 'tool_call',
          id: 'response1_1',
          name: 'read',
          args: { path: 'a/b' },
          native: { functionCall: {}, thoughtSignature: 's' },
        },
      },
    ]);
    expect(events.filter(({ type }) => type === 'tool_call_delta')).toHaveLength(6);
  });

  test('can end with its last value, or begin with its first', () => {
    const whole = { functionCall: { name: 'read', partialArgs: [{ jsonPath: '$.path', stringValue: 'a' }] } };
    expect(blocksOf(whole)).toMatchObject([{ args: { path: 'a' } }]);
    const last = { functionCall: { partialArgs: [{ jsonPath: '$.path', stringValue: 'a' }] } };
    expect(blocksOf(begin, last, whole)).toMatchObject([{ args: { path: 'a' } }, { args: { path: 'a' } }]);
  });

  test.for<readonly [string, RawPart]>([
    ['the next call', { functionCall: { name: 'write', args: {} } }],
    ['text', { text: 'a' }],
    ['a part of another kind', { executableCode: { code: '1' } }],
  ])('is ended by %s', ([, next]) => {
    expect(blocksOf(begin, piece('a'), next)[0]).toMatchObject({ type: 'tool_call', args: { path: 'a' } });
  });

  test('that the output limit cut off is no call that could run', () => {
    const answer = newAnswer();
    convert([fragment(begin), fragment(piece('a/')), finish('MAX_TOKENS')], answer);
    const events = endAnswer(answer);
    expect(events).toMatchObject([
      { type: 'tool_call_delta', json: '{"path":"a/"' },
      { block: { rawArgs: '{"path":"a/"', argsError: 'The arguments were cut off.' } },
      { type: 'end', stop: 'length' },
    ]);
  });

  test('that never began is nothing, or none of the API', () => {
    expect(blocksOf(close)).toEqual([]);
    expect(() => blocksOf(piece('a'))).toThrow('A function call goes on without having begun.');
  });
});

describe('what only the vendor understands', () => {
  test('is kept whole, in its place, under the name of its content', () => {
    const code = { executableCode: { code: '1', id: 'x' }, thoughtSignature: 's' };
    const result = { codeExecutionResult: { output: '1', id: 'x' } };
    const image = { thought: true, inlineData: { mimeType: 'image/png', data: 'aGk=' } };
    expect(blocksOf({ text: 'a' }, code, result, { text: 'b' }, image)).toEqual([
      { type: 'text', text: 'a' },
      { type: 'opaque', kind: 'executableCode', native: code },
      { type: 'opaque', kind: 'codeExecutionResult', native: result },
      { type: 'text', text: 'b' },
      { type: 'opaque', kind: 'inlineData', native: image },
    ]);
  });

  test('can be a signature alone', () => {
    expect(blocksOf({ thoughtSignature: 's' })).toEqual([
      { type: 'opaque', kind: 'thoughtSignature', native: { thoughtSignature: 's' } },
    ]);
  });

  test('about its sources comes once, at the end', () => {
    const with_ = (event: RawEvent, metadata: object): RawEvent => {
      const [candidate] = event['candidates'] as readonly object[];
      return { ...event, candidates: [{ ...candidate, ...metadata }] };
    };
    const events = answerOf(
      with_(text('a'), { groundingMetadata: {}, urlContextMetadata: { urlMetadata: [1] } }),
      with_(text('b'), { groundingMetadata: { groundingChunks: [1] } }),
      with_(finish(), { groundingMetadata: { groundingChunks: [1, 2] } }),
    );
    expect(events.flatMap((event) => (event.type === 'block' ? [event.block] : []))).toEqual([
      { type: 'text', text: 'ab' },
      { type: 'opaque', kind: 'urlContextMetadata', native: { urlMetadata: [1] } },
      { type: 'opaque', kind: 'groundingMetadata', native: { groundingChunks: [1, 2] } },
    ]);
  });
});

describe('the end', () => {
  test('of an answer whose every event says that it is the last is behind all of them', () => {
    const events = answerOf(finish('STOP', { text: 'a' }), finish('STOP', { text: 'b' }));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'text_delta', 'block', 'end']);
  });

  test('of a prompt that was blocked is a refusal', () => {
    const answer = newAnswer();
    expect(convert([{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }], answer)).toEqual([{ type: 'ping' }]);
    expect(hasStopped(answer)).toBe(true);
    expect(endAnswer(answer)).toEqual([{ type: 'end', stop: 'refusal', rawStop: 'PROHIBITED_CONTENT', usage: {} }]);
  });

  test('has not come with ratings of a prompt that was not blocked, nor with a reason that is none', () => {
    const answer = newAnswer();
    convert([{ promptFeedback: { safetyRatings: [] } }, finish('FINISH_REASON_UNSPECIFIED')], answer);
    expect(hasStopped(answer)).toBe(false);
  });

  test('names the tier that served', () => {
    const event = { ...finish(), usageMetadata: { promptTokenCount: 1, serviceTier: 'flex' } };
    expect(answerOf(event).at(-1)).toMatchObject({ serviceTier: 'flex' });
  });
});

test('reads one answer where there are several', () => {
  const parts = (piece: string) => ({ parts: [{ text: piece }] });
  const candidates = [
    { index: 1, content: parts('other') },
    { index: 0, content: parts('mine'), finishReason: 'STOP' },
  ];
  expect(answerOf({ candidates }).filter(({ type }) => type === 'text_delta')).toEqual([
    { type: 'text_delta', text: 'mine' },
  ]);
});

test('says that content has started only once some has come out', () => {
  const answer = newAnswer();
  convert([text('')], answer);
  expect(answer.contentStarted).toBe(false);
  convert([text('a')], answer);
  expect(answer.contentStarted).toBe(true);
});

describe('fields of the wrong kind', () => {
  test.for<readonly [string, unknown]>([
    ['usageMetadata', [1, 2]],
    ['usageMetadata', 'none'],
    ['usageMetadata', 5],
    ['responseId', 5],
    ['modelVersion', { name: 'x' }],
    ['promptFeedback', 'none'],
    ['promptFeedback', { blockReason: {} }],
  ])('are read as if they were missing: %s %j', ([field, value]) => {
    const end = answerOf({ ...text('a'), [field]: value }, { candidates: [{ finishReason: 'STOP' }] }).at(-1);
    if (end?.type !== 'end') throw new Error('Expected an end.');
    expect(end).toMatchObject({ stop: 'end', rawStop: 'STOP' });
    expect(end[field === 'responseId' ? 'responseId' : 'model']).not.toBe(value);
    expect(end.usage.input).toBe(field === 'usageMetadata' ? undefined : 7);
  });

  test('are read so where a candidate has them', () => {
    const odd = { candidates: [{ content: null, finishReason: 5, finishMessage: {} }] };
    const answer = newAnswer();
    convert([odd], answer);
    expect(hasStopped(answer)).toBe(false);
    expect(answer.finishMessage).toBeUndefined();
  });
});

test.for([null, 'x', { stringValue: 'x' }, { jsonPath: 5, stringValue: 'x' }, { jsonPath: {}, numberValue: 1 }])(
  'a piece of arguments that has no place makes arguments that cannot be read: %j',
  (piece) => {
    const cut = fragment({ functionCall: { name: 'read', willContinue: true, partialArgs: [piece] } });
    const [block] = answerOf(cut, finish()).flatMap((event) => (event.type === 'block' ? [event.block] : []));
    expect(block).toMatchObject({ type: 'tool_call', name: 'read', argsError: expect.stringContaining('no place') });
  },
);
