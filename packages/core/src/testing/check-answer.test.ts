import { describe, expect, test } from 'vitest';
import type { ModelEnd, ModelEvent } from '../model.ts';
import type { AssistantBlock } from '../transcript.ts';
import { checkAnswer } from './check-answer.ts';

function text(delta: string): ModelEvent {
  return { type: 'text_delta', text: delta };
}

function thought(delta: string): ModelEvent {
  return { type: 'thinking_delta', text: delta };
}

function argumentsDelta(id: string, json: string): ModelEvent {
  return { type: 'tool_call_delta', id, name: 'Read', json };
}

function block(finished: AssistantBlock): ModelEvent {
  return { type: 'block', block: finished };
}

function callOf(fields: { readonly id?: string; readonly name?: string; readonly args?: { readonly a: number } }) {
  return block({ type: 'tool_call', id: '1', name: 'Read', ...fields });
}

function end(fields: Partial<ModelEnd> = {}): ModelEvent {
  return { type: 'end', stop: 'end', usage: {}, ...fields };
}

const calls = end({ stop: 'tool_calls' });
const unparsed = { type: 'tool_call', id: '1', name: 'Read', rawArgs: '{"a":', argsError: 'why' } as const;

describe('checkAnswer accepts', () => {
  test.each<[string, readonly ModelEvent[]]>([
    ['an answer of nothing', [end()]],
    ['text in pieces', [text('a'), text('b'), block({ type: 'text', text: 'ab' }), end()]],
    [
      'two texts with thinking between',
      [
        text('a'),
        block({ type: 'text', text: 'a' }),
        thought('t'),
        block({ type: 'thinking', text: 't', native: { signature: 's' } }),
        text('b'),
        block({ type: 'text', text: 'b' }),
        end(),
      ],
    ],
    ['thinking that is not shown', [block({ type: 'thinking', text: '', native: 'x' }), end()]],
    ['blocks only their provider knows', [block({ type: 'opaque', kind: 'search', native: {} }), end()]],
    ['a call that came whole', [callOf({ args: { a: 1 } }), calls]],
    [
      'a call in pieces, spaced as the model likes',
      [argumentsDelta('1', '{ "a"'), argumentsDelta('1', ': 1}'), callOf({ args: { a: 1 } }), calls],
    ],
    [
      'a call of no arguments',
      [argumentsDelta('1', ''), block({ type: 'tool_call', id: '1', name: 'Read', args: {} }), calls],
    ],
    [
      'calls whose pieces mix',
      [
        argumentsDelta('1', '{"a":'),
        argumentsDelta('2', '{"a":2}'),
        argumentsDelta('1', '1}'),
        callOf({ args: { a: 1 } }),
        callOf({ id: '2', args: { a: 2 } }),
        calls,
      ],
    ],
    ['a call that does not parse', [argumentsDelta('1', '{"a":'), block(unparsed), end({ stop: 'length' })]],
    [
      'every count',
      [end({ usage: { input: 0, cacheRead: 1, cacheWrites: [{ ttl: '5m', tokens: 2 }], output: 3, reasoning: 3 } })],
    ],
  ])('%s', (_name, events) => {
    expect(() => checkAnswer(events)).not.toThrow();
  });
});

describe('checkAnswer refuses', () => {
  test.each<[string, readonly ModelEvent[], string]>([
    ['no end', [text('a'), block({ type: 'text', text: 'a' })], 'expected exactly one end, found 0'],
    ['two ends', [end(), end()], 'expected exactly one end, found 2'],
    ['an event after the end', [end(), block({ type: 'text', text: '' })], 'expected the end last, found a block'],
    ['a block without deltas', [block({ type: 'text', text: 'a' }), end()], 'to make "a", found ""'],
    ['deltas after their block', [block({ type: 'text', text: 'a' }), text('a'), end()], 'to make "a", found ""'],
    ['deltas without a block', [thought('a'), end()], 'expected a thinking block for "a"'],
    [
      'another text than was streamed',
      [text('a'), block({ type: 'text', text: 'b' }), end()],
      'to make "b", found "a"',
    ],
    [
      'pieces of a call that never comes',
      [argumentsDelta('1', '{}'), end()],
      'tool call "1" was streamed but has no block',
    ],
    [
      'other arguments than were streamed',
      [argumentsDelta('1', '{"a":2}'), callOf({ args: { a: 1 } }), calls],
      'make {"a":2}',
    ],
    [
      'other raw arguments than were streamed',
      [argumentsDelta('1', '{'), block(unparsed), calls],
      'its rawArgs are {"a":',
    ],
    ['raw arguments that parse', [block({ ...unparsed, rawArgs: '{}' }), calls], 'it should stand in args'],
    ['arguments both ways', [block({ ...unparsed, args: {} }), calls], 'has arguments and rawArgs or argsError too'],
    ['no arguments at all', [callOf({}), calls], 'has no arguments, so it needs rawArgs and argsError'],
    ['a call without an id', [callOf({ id: '', args: { a: 1 } }), calls], 'a call of Read has no id'],
    ['a call without a name', [callOf({ name: '', args: { a: 1 } }), calls], 'tool call "1" has no name'],
    [
      'two calls of one id',
      [callOf({ args: { a: 1 } }), callOf({ args: { a: 1 } }), calls],
      'two tool calls have the id "1"',
    ],
    [
      'calls and a stop that denies them',
      [callOf({ args: { a: 1 } }), end()],
      'the stop is end, but there are tool calls',
    ],
    ['a stop that promises calls', [calls], 'there is no tool call'],
    ['a stop of the provider', [end({ stop: 'end_turn' as 'end' })], 'the stop "end_turn" is not one of'],
    ['half a token', [end({ usage: { cacheRead: 0.5 } })], 'usage.cacheRead is 0.5'],
    [
      'less than no tokens written',
      [end({ usage: { cacheWrites: [{ ttl: '1h', tokens: -1 }] } })],
      'cacheWrites of 1h is -1',
    ],
    ['more reasoning than output', [end({ usage: { output: 1, reasoning: 2 } })], 'usage.reasoning is 2'],
    ['a negative cost', [end({ costUsd: -1 })], 'costUsd is -1'],
    ['what is no JSON', [end({ usage: { raw: new Date(0) as never } })], 'raw is an instance of Date'],
  ])('%s', (_name, events, problem) => {
    expect(() => checkAnswer(events)).toThrow(problem);
  });
});
