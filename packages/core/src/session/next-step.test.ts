import { describe, expect, test } from 'vitest';
import type { AssistantBlock } from '../transcript.ts';
import type { Budget, EventBody, ModelFailed, ModelFinished, SessionEvent, ToolFacts } from './event.ts';
import { nextStep, type Step } from './next-step.ts';
import { emptyState, evolve, type SessionState } from './state.ts';

const model = { provider: 'p', id: 'm' };
const tools: readonly ToolFacts[] = [
  { name: 'read', accessKinds: ['read'], effect: 'none' },
  { name: 'pure', accessKinds: [], effect: 'once' },
  { name: 'write', accessKinds: ['read', 'write'], effect: 'once' },
  { name: 'put', accessKinds: ['write'], effect: 'idempotent' },
];

/** The state after these events, in a run with this budget. */
function after(events: readonly EventBody[], budget: Budget = {}): SessionState {
  const start: EventBody[] = [
    { type: 'run_started', runId: 'r', continues: false, model, budget, tools },
    { type: 'prompt_added', content: [{ type: 'text', text: 'Go.' }], source: 'user' },
  ];
  return [...start, ...events]
    .map((body, index): SessionEvent => ({ v: 1, seq: index + 1, at: 0, key: `k${index}`, ...body }))
    .reduce(evolve, emptyState);
}

function call(name: string, id: string, args: { readonly n?: number } = {}): AssistantBlock {
  return { type: 'tool_call', id, name, args };
}

function finished(
  content: readonly AssistantBlock[],
  stop: ModelFinished['stop'] = 'end',
  change: Partial<ModelFinished> = {},
): EventBody {
  return { type: 'model_finished', turn: 1, attempt: 1, model, content, stop, usage: {}, isLastTurn: false, ...change };
}

function failed(change: Partial<ModelFailed> = {}): EventBody {
  const error = { code: 'model_failed', message: 'no', kind: 'server' } as const;
  return { type: 'model_failed', turn: 1, attempt: 1, model, error, wasBilled: false, ...change };
}

const started = (toolCallId: string): EventBody => ({ type: 'tool_started', toolCallId, name: 'x', effect: 'once' });
const answered = (toolCallId: string): EventBody => ({
  type: 'tool_finished',
  toolCallId,
  name: 'x',
  content: '',
  isError: false,
  outcome: 'ok',
});
/** A call is asked about, and put off. */
const parked = (toolCallId: string): EventBody[] => [
  {
    type: 'approval_requested',
    toolCallId,
    name: 'x',
    args: {},
    access: [],
    decision: { decision: 'ask', tier: 'mode', reason: 'why' },
    fingerprint: 'f',
  },
  { type: 'approval_decided', toolCallId, decision: 'defer', reason: 'later', by: 'handler' },
];
const takenUp: EventBody = { type: 'run_started', runId: 'r', continues: true, model, budget: {}, tools };
const waits: EventBody = { type: 'run_finished', runId: 'r', stopReason: 'approval_required' };
const said: AssistantBlock = { type: 'text', text: 'Hi.' };

/** A step by what distinguishes it. */
function brief(step: Step): string {
  switch (step.type) {
    case 'call_model':
      return `call ${step.turn}.${step.attempt}${step.delayMs > 0 ? ` in ${step.delayMs}` : ''}${step.isLastTurn ? ' last' : ''}`;
    case 'switch_model':
      return `switch to ${step.to.id} for ${step.turn}.${step.attempt}`;
    case 'compact':
      return `compact ${step.plan.trigger} ${step.call === undefined ? 'now' : `by call ${step.call.attempt}`}`;
    case 'run_tools':
      return `run ${step.calls.map(({ call: { id } }) => id).join(' ')}`;
    case 'answer_calls':
      return `answer ${step.calls.map(({ call: { id } }) => id).join(' ')}: ${step.outcome}`;
    case 'wait_for_approvals':
      return `wait, behind: ${step.behind.map(({ call: { id } }) => id).join(' ')}`;
    case 'check_output':
      return `check output${step.canRepair ? '' : ' for the last time'}`;
    case 'finish':
      return `finish ${[step.stopReason, step.limit, step.error?.kind].filter(Boolean).join(' ')}`;
  }
}

describe('nextStep', () => {
  test.each<[string, SessionState, string]>([
    ['a prompt', after([]), 'call 1.1'],
    ['an answer', after([finished([said])]), 'finish end_turn'],
    ['an answer that says tool_calls and has none', after([finished([said], 'tool_calls')]), 'finish end_turn'],
    ['a stop sequence', after([finished([said], 'stop_sequence')]), 'finish end_turn'],
    ['a refusal', after([finished([said, call('read', 'a')], 'refusal')]), 'finish refusal'],
    ['a pause', after([finished([said], 'pause')]), 'call 1.1'],
    ['a pause that left nothing', after([finished([], 'pause')]), 'finish end_turn'],
    ['text that was cut off', after([finished([said], 'length')]), 'finish max_output'],
    [
      'calls, then text that was cut off',
      after([finished([call('read', 'a'), said], 'length'), answered('a')]),
      'call 1.1',
    ],

    ['a failure to be tried again', after([failed({ retryInMs: 250 })]), 'call 1.2 in 250'],
    ['a failure for good', after([failed()]), 'finish error server'],

    ['a read', after([finished([call('read', 'a')])]), 'run a'],
    ['reads', after([finished([call('read', 'a'), call('read', 'b', { n: 1 })])]), 'run a b'],
    ['reads and a write', after([finished([call('read', 'a'), call('pure', 'b'), call('write', 'c')])]), 'run a b'],
    ['writes', after([finished([call('write', 'a'), call('write', 'b', { n: 1 })])]), 'run a'],
    ['a write and reads', after([finished([call('write', 'a'), call('read', 'b')])]), 'run a'],
    ['an unknown tool', after([finished([call('nobody', 'a'), call('read', 'b')])]), 'run a b'],
    [
      'an answered call',
      after([finished([call('write', 'a'), call('read', 'b'), call('read', 'c', { n: 1 })]), answered('a')]),
      'run b c',
    ],
    [
      'all answered',
      after([finished([call('read', 'a'), call('read', 'b', { n: 1 })]), answered('b'), answered('a')]),
      'call 1.1',
    ],

    ['a call that was cut off', after([finished([call('read', 'a')], 'length')]), 'answer a: not_executed'],
    ['a call, and one that was cut off', after([finished([call('read', 'a'), call('read', 'b')], 'length')]), 'run a'],

    [
      'a crash during a tool that runs once',
      after([finished([call('write', 'a'), call('read', 'b')]), started('a')]),
      'answer a: unknown',
    ],
    ['a crash during an idempotent tool', after([finished([call('put', 'a')]), started('a')]), 'run a'],
    [
      'a crash during reads',
      after([finished([call('read', 'a'), call('read', 'b', { n: 1 })]), started('a'), started('b')]),
      'run a',
    ],
    ['a crash during a tool that is gone', after([finished([call('nobody', 'a')]), started('a')]), 'answer a: unknown'],
    [
      'a crash during the second of two',
      after([finished([call('read', 'a'), call('pure', 'b')]), started('b')]),
      'run a',
    ],
    ['a call that is parked', after([finished([call('write', 'a')]), ...parked('a')]), 'wait, behind: '],
    [
      'a parked call with others beside and behind it',
      after([finished([call('read', 'a'), call('read', 'b', { n: 1 }), call('write', 'c')]), ...parked('a')]),
      'run b',
    ],
    [
      'a parked call and the answers beside it',
      after([
        finished([call('read', 'a'), call('read', 'b', { n: 1 }), call('write', 'c'), call('put', 'd')]),
        ...parked('a'),
        answered('b'),
        ...parked('d'),
      ]),
      'wait, behind: c',
    ],
    [
      'a parked call in a run that has ended with it',
      after([finished([call('write', 'a')]), ...parked('a'), waits]),
      'finish approval_required',
    ],
    [
      'a parked call in a run that is taken up',
      after([finished([call('write', 'a'), call('put', 'b')]), ...parked('a'), ...parked('b'), waits, takenUp]),
      'run a',
    ],
    [
      'a parked call that is answered',
      after([finished([call('write', 'a'), call('put', 'b')]), ...parked('a'), waits, takenUp, answered('a')]),
      'run b',
    ],
  ])('after %s', (_name, state, step) => {
    expect(brief(nextStep(state))).toBe(step);
  });

  test.each<[string, SessionState, string]>([
    ['before the last turn', after([finished([call('read', 'a')]), answered('a')], { maxTurns: 3 }), 'call 1.1'],
    ['at the last turn', after([finished([call('read', 'a')]), answered('a')], { maxTurns: 2 }), 'call 1.1 last'],
    ['of one, at its turn', after([], { maxTurns: 1 }), 'call 1.1'],
    [
      'of one, with calls',
      after([finished([call('read', 'a'), call('write', 'b')])], { maxTurns: 1 }),
      'answer a b: not_executed',
    ],
    [
      'of one, when they are answered',
      after([finished([call('read', 'a')]), answered('a')], { maxTurns: 1 }),
      'finish max_turns maxTurns',
    ],
    ['of one, with an answer', after([finished([said])], { maxTurns: 1 }), 'finish end_turn'],
    [
      'at the last turn, tried again',
      after([finished([call('read', 'a')]), answered('a'), failed({ retryInMs: 1 })], { maxTurns: 2 }),
      'call 1.2 in 1 last',
    ],
    [
      'after the turn that was kept back',
      after([finished([said], 'end', { isLastTurn: true })], { maxTurns: 2 }),
      'finish max_turns maxTurns',
    ],
    [
      'after calls in the turn that was kept back',
      after([finished([call('read', 'a'), call('read', 'b')], 'end', { isLastTurn: true })], { maxTurns: 2 }),
      'answer a b: not_executed',
    ],
    [
      'after a refusal in the turn that was kept back',
      after([finished([said], 'refusal', { isLastTurn: true })], { maxTurns: 2 }),
      'finish refusal',
    ],
  ])('under a limit of turns, %s', (_name, state, step) => {
    expect(brief(nextStep(state))).toBe(step);
  });

  test('ends the run after two turns in a row that were cut off in a call', () => {
    const cut = (id: string): EventBody[] => [finished([call('read', id)], 'length'), answered(id)];
    const whole: EventBody[] = [finished([call('read', 'w', { n: 7 })]), answered('w')];
    expect(brief(nextStep(after(cut('a'))))).toBe('call 1.1');
    expect(brief(nextStep(after([...cut('a'), ...cut('b')])))).toBe('finish max_output');
    expect(brief(nextStep(after([...cut('a'), ...whole, ...cut('b')])))).toBe('call 1.1');
  });

  test('ends the run at the fifth call in a row that is the same, which does not run', () => {
    const turns = (times: number): EventBody[] =>
      Array.from({ length: times }, (_, index) => `c${index}`).flatMap((id) => [
        finished([call('read', id)]),
        answered(id),
      ]);
    expect(brief(nextStep(after(turns(4))))).toBe('call 1.1');
    const fifth = finished([call('read', 'x'), call('write', 'y')]);
    expect(brief(nextStep(after([...turns(4), fifth])))).toBe('answer x y: not_executed');
    expect(brief(nextStep(after([...turns(4), fifth, answered('x'), answered('y')])))).toBe('finish repetition');
  });

  test('gives the end again of a run that has ended', () => {
    const end: EventBody = { type: 'run_finished', runId: 'r', stopReason: 'budget', limit: 'maxCost' };
    expect(nextStep(after([end]))).toEqual({ type: 'finish', stopReason: 'budget', limit: 'maxCost' });
  });

  test('needs a run', () => {
    expect(() => nextStep(emptyState)).toThrow(TypeError);
  });

  test('changes nothing', () => {
    const state = after([finished([call('read', 'a')])]);
    const copy = structuredClone(state);
    nextStep(state);
    expect(state).toEqual(copy);
  });
});
