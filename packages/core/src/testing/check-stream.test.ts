import { describe, expect, test } from 'vitest';
import type { Message, Result } from '../message.ts';
import { checkStream } from './check-stream.ts';

const base = { sessionId: 's' };

function chunk(text: string, number: number, { eventSeq = 3, attempt = 1 } = {}): Message {
  return { type: 'text', text, isPartial: true, chunk: number, attempt, eventSeq, ...base };
}

function whole(text: string, { eventSeq = 4, attempt = 1 } = {}): Message {
  return { type: 'text', text, isPartial: false, attempt, eventSeq, ...base };
}

function use(id: string, eventSeq: number = 4): Message {
  return { type: 'tool_use', id, name: 'Read', args: {}, eventSeq, ...base };
}

function answer(toolUseId: string, { eventSeq = 5, name = 'Read' } = {}): Message {
  return { type: 'tool_result', toolUseId, name, content: '', isError: false, outcome: 'ok', eventSeq, ...base };
}

function resultWith(fields: Partial<Result> = {}): Result {
  return {
    type: 'result',
    text: '',
    turns: 1,
    toolCalls: 0,
    totalTokens: 0,
    totalCost: undefined,
    usage: {},
    usageByModel: {},
    cost: undefined,
    stopReason: 'end_turn',
    pendingApprovals: [],
    denials: [],
    durationMs: 0,
    eventSeq: 9,
    ...base,
    ...fields,
  };
}

const pendingApprovals = [{ toolUseId: '1', name: 'Read', args: {}, access: [], suggestions: [], reason: 'why' }];
const start: Message = {
  type: 'system',
  subtype: 'session_start',
  data: { model: 'm', provider: 'p', tools: [] },
  eventSeq: 2,
  ...base,
};
const error = { code: 'internal', message: 'm' } as const;

describe('checkStream accepts', () => {
  test.each<[string, readonly Message[]]>([
    ['a lone result', [resultWith()]],
    ['chunks and their whole', [chunk('a', 0), chunk('b', 1), whole('ab'), resultWith({ text: 'ab' })]],
    [
      'a retry that begins anew',
      [
        chunk('a', 0),
        chunk('x', 0, { eventSeq: 5, attempt: 2 }),
        whole('x', { eventSeq: 6, attempt: 2 }),
        resultWith({ text: 'x' }),
      ],
    ],
    ['chunks of a turn that failed', [chunk('a', 0), resultWith({ stopReason: 'error', error })]],
    ['parallel results in any order', [use('1'), use('2'), answer('2'), answer('1', { eventSeq: 6 }), resultWith()]],
    ['a call that waits', [use('1'), resultWith({ stopReason: 'approval_required', pendingApprovals })]],
    [
      'a call behind one that waits',
      [use('1'), use('2'), resultWith({ stopReason: 'approval_required', pendingApprovals })],
    ],
    ['the answer to a call that a new prompt withdrew', [answer('0', { eventSeq: 1 }), start, resultWith()]],
    [
      'loose progress',
      [
        use('1'),
        answer('1', { eventSeq: 6 }),
        {
          type: 'system',
          subtype: 'tool_progress',
          data: { toolUseId: '1', name: 'Read', progress: 1 },
          eventSeq: 5,
          ...base,
        },
        resultWith(),
      ],
    ],
    ['whatever a sub-agent says', [{ ...use('7'), parentToolUseId: '1', depth: 1 }, resultWith()]],
  ])('%s', (_name, messages) => {
    expect(() => checkStream(messages)).not.toThrow();
  });

  test('results of an earlier run in a continuation alone', () => {
    const messages = [answer('1'), resultWith({ text: 'said earlier' })];
    checkStream(messages, { isContinuation: true });
    expect(() => checkStream(messages)).toThrow('tool result 1 comes without its tool use');
  });

  test('replaced answers where it is told of them alone', () => {
    const messages = [chunk('a', 0), whole('b'), resultWith({ text: 'b' })];
    checkStream(messages, { replacesAnswers: true });
    expect(() => checkStream(messages)).toThrow('"b", but its chunks make "a"');
  });
});

describe('checkStream refuses', () => {
  test.each<[string, readonly Message[], string]>([
    ['no message at all', [], 'expected exactly one result, found 0'],
    ['no result', [chunk('a', 0), whole('a')], 'expected exactly one result, found 0'],
    ['two results', [resultWith(), resultWith()], 'expected exactly one result, found 2'],
    ['a message after the result', [resultWith({ eventSeq: 1 }), whole('')], 'expected the result last'],
    ['an error under another stop reason', [resultWith({ error })], 'expected an error with the stop reason "error"'],
    ['a failure with no error', [resultWith({ stopReason: 'error' })], 'found error with none'],
    ['a text that the result has not', [chunk('a', 0), whole('a'), resultWith()], 'last whole text "a", found ""'],
    ['a call with no answer', [use('1'), resultWith()], 'tool use 1 (Read) has no result'],
    ['a call answered twice', [use('1'), answer('1'), answer('1'), resultWith()], 'tool use 1 is answered twice'],
    ['an answer before its call', [answer('1', { eventSeq: 4 }), use('1'), resultWith()], 'comes without its tool use'],
    [
      'an answer of another tool',
      [use('1'), answer('1', { name: 'Glob' }), resultWith()],
      'is of Glob, its use of Read',
    ],
    ['an id used twice', [use('1'), answer('1', { eventSeq: 4 }), use('1'), resultWith()], 'tool use 1 appears twice'],
    [
      'a call both answered and waiting',
      [use('1'), answer('1'), resultWith({ stopReason: 'approval_required', pendingApprovals })],
      'waits for approval too',
    ],
    [
      'a call without an answer before the one that waits',
      [use('0'), use('1'), resultWith({ stopReason: 'approval_required', pendingApprovals })],
      'tool use 0 (Read) has no result',
    ],
    ['a call that waits after the end', [use('1'), resultWith({ pendingApprovals })], 'expected calls that wait'],
    ['nothing that waits', [resultWith({ stopReason: 'approval_required' })], 'expected calls that wait'],
    [
      'a lost chunk',
      [chunk('a', 0), chunk('c', 2), whole('ac'), resultWith({ text: 'ac' })],
      'expected chunk 1 of text',
    ],
    ['chunks that make another text', [chunk('a', 0), whole('ab'), resultWith({ text: 'ab' })], 'its chunks make "a"'],
    ['a whole text without chunks', [whole('a'), resultWith({ text: 'a' })], 'its chunks make ""'],
    [
      'a whole text of a void attempt',
      [chunk('a', 0, { attempt: 2 }), whole('a', { attempt: 1 }), resultWith({ text: 'a' })],
      'is of attempt 1, the chunks before it of attempt 2',
    ],
    ['an eventSeq that falls', [use('1', 8), answer('1', { eventSeq: 7 }), resultWith()], 'eventSeq falls'],
    ['two sessions', [{ ...use('1'), sessionId: 'other' }, answer('1'), resultWith()], 'expected one session'],
  ])('%s', (_name, messages, problem) => {
    expect(() => checkStream(messages)).toThrow(problem);
  });

  test('and lists all that is wrong', () => {
    expect(() => checkStream([use('1'), use('2')])).toThrow(/found 0[\s\S]*use 1[\s\S]*use 2/);
  });
});
