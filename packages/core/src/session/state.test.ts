import { describe, expect, test } from 'vitest';
import type { AssistantBlock } from '../transcript.ts';
import type { EventBody, ModelFinished, SessionEvent } from './event.ts';
import { runOf } from './change-run.ts';
import { denialsOf, emptyState, evolve, lastTurnPrompt, type SessionState } from './state.ts';

const model = { provider: 'p', id: 'm' };
const started: EventBody = { type: 'run_started', runId: 'r', continues: false, model, budget: {}, tools: [] };
const prompt = (text: string): EventBody => ({
  type: 'prompt_added',
  content: [{ type: 'text', text }],
  source: 'user',
});

function fold(bodies: readonly EventBody[], from: SessionState = emptyState): SessionState {
  return bodies
    .map((body, index): SessionEvent => ({
      v: 1,
      seq: from.seq + index + 1,
      at: 1_000 + index,
      key: `k${index}`,
      ...body,
    }))
    .reduce(evolve, from);
}

function finished(content: readonly AssistantBlock[], change: Partial<ModelFinished> = {}): EventBody {
  const usage = { input: 10, output: 2 };
  return {
    type: 'model_finished',
    turn: 1,
    attempt: 1,
    model,
    content,
    stop: 'end',
    usage,
    isLastTurn: false,
    ...change,
  };
}

const call = (name: string, id: string, args: ToolArgs = {}): AssistantBlock => ({ type: 'tool_call', id, name, args });
type ToolArgs = { readonly [key: string]: number };
const answered = (toolCallId: string, content: string = ''): EventBody => ({
  type: 'tool_finished',
  toolCallId,
  name: 't',
  content,
  isError: false,
  outcome: 'ok',
});

describe('evolve', () => {
  test('changes neither the state nor the event', () => {
    const events = [started, prompt('Go.'), finished([call('t', 'a'), call('t', 'b')]), answered('b'), answered('a')];
    let state: SessionState = emptyState;
    for (const [index, body] of events.entries()) {
      const event: SessionEvent = { v: 1, seq: index + 1, at: 0, key: `k${index}`, ...body };
      const before = plain(state);
      const next = evolve(deepFreeze(state), deepFreeze(structuredClone(event)));
      expect(plain(state)).toEqual(before);
      state = next;
    }
    expect([...state.messages].map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  test('keeps results in the order of the calls, whatever order they come in', () => {
    const state = fold([started, prompt('Go.'), finished([call('t', 'a'), call('t', 'b')]), answered('b', 'B')]);
    expect([...state.calls].map(({ result }) => result?.content)).toEqual([undefined, 'B']);
    expect(state.messages).toHaveLength(2);
    const whole = fold([answered('a', 'A')], state);
    expect([...whole.calls]).toEqual([]);
    expect(whole.messages.at(-1)).toMatchObject({ role: 'tool', content: [{ content: 'A' }, { content: 'B' }] });
  });

  test('ignores the answer to a call that nobody made', () => {
    const before = fold([started, prompt('Go.')]);
    expect(fold([answered('x')], before).messages).toEqual(before.messages);
  });

  test('ignores a second answer to a call', () => {
    const once = fold([started, prompt('Go.'), finished([call('t', 'a'), call('t', 'b')]), answered('a', 'first')]);
    const twice = fold([answered('a', 'second'), answered('b')], once);
    expect(twice.messages.at(-1)).toMatchObject({ content: [{ content: 'first' }, { content: '' }] });
  });

  test('puts the prompt of the last turn into the transcript with its answer', () => {
    const state = fold([started, prompt('Go.'), finished([{ type: 'text', text: 'So far.' }], { isLastTurn: true })]);
    expect(state.messages.slice(1)).toEqual([lastTurnPrompt, expect.objectContaining({ role: 'assistant' })]);
  });

  test('takes a refused answer out of the transcript, its calls too, but not its text from the run', () => {
    const content: AssistantBlock[] = [{ type: 'text', text: 'I will not.' }, call('t', 'a')];
    const state = fold([started, prompt('Go.'), finished(content, { stop: 'refusal' })]);
    expect(state.messages).toHaveLength(1);
    expect([...state.calls]).toEqual([]);
    expect(state.run).toMatchObject({ text: 'I will not.', toolCalls: 0, turns: 1 });
  });

  test('counts the same call in a row by what it says, not by how it is written', () => {
    const turn = (id: string, args: ToolArgs): EventBody[] => [finished([call('t', id, args)]), answered(id)];
    const repeats = (state: SessionState): number => state.streak.count;
    const same = fold([started, prompt('Go.'), ...turn('a', { x: 1, y: 2 }), ...turn('b', { y: 2, x: 1 })]);
    expect(repeats(same)).toBe(2);
    expect(repeats(fold(turn('c', { x: 1, y: 3 }), same))).toBe(1);
    expect(repeats(fold([finished([call('u', 'c', { x: 1, y: 2 })])], same))).toBe(1);
    expect(repeats(fold([prompt('Again.')], same))).toBe(0);
    expect(repeats(fold([started], same))).toBe(0);
  });

  test('counts calls that do not parse by their text', () => {
    const raw = (id: string, rawArgs: string): AssistantBlock => ({
      type: 'tool_call',
      id,
      name: 't',
      rawArgs,
      argsError: 'bad',
    });
    const state = fold([started, prompt('Go.'), finished([raw('a', '{'), raw('b', '{'), raw('c', '{ ')])]);
    expect([...state.calls].map(({ repeats }) => repeats)).toEqual([1, 2, 1]);
  });

  test('starts each run with nothing used, and keeps the conversation', () => {
    const first = fold([started, prompt('One.'), finished([{ type: 'text', text: 'A.' }])]);
    const second = fold([{ ...started, runId: 'r2' }, prompt('Two.')], first);
    expect(second.messages).toHaveLength(3);
    expect(second.run).toMatchObject({
      runId: 'r2',
      turns: 0,
      toolCalls: 0,
      text: '',
      ledger: { usage: {}, byModel: {} },
    });
    expect(second.turn).toBe(first.turn);
  });

  test('takes up a run with its totals, under what its new process says', () => {
    const first = fold([started, prompt('One.'), finished([call('t', 'a')])]);
    const again: EventBody = {
      ...started,
      continues: true,
      model: { provider: 'p', id: 'n' },
      budget: { maxTurns: 9 },
    };
    const second = fold([again], first);
    expect(second.run).toMatchObject({
      runId: 'r',
      turns: 1,
      toolCalls: 1,
      budget: { maxTurns: 9 },
      model: { id: 'n' },
    });
    expect(second.calls).toEqual(first.calls);
  });

  test('counts an attempt whose end is missing as one of unknown cost', () => {
    const begun: EventBody = { type: 'model_started', turn: 1, attempt: 1, model, isLastTurn: false };
    const priced = finished([call('t', 'a')], { price: { usd: 1, basis: 'catalog' } });
    const before = fold([started, prompt('Go.'), priced, answered('a'), begun]);
    expect(before.run?.ledger.cost).toEqual({ usd: 1, basis: 'catalog' });
    const ends: EventBody[] = [
      { type: 'run_finished', runId: 'r', stopReason: 'error' },
      { ...started, continues: true },
    ];
    for (const end of ends) {
      const { run } = fold([end], before);
      expect(run?.ledger).toMatchObject({ cost: undefined, knownUsd: 1, byModel: { 'p/m': { calls: 2 } } });
      expect(run).not.toHaveProperty('attempt');
    }
    const local = fold([started, prompt('Go.'), { ...begun, worstCaseUsd: 0 }, ends[0]!]);
    expect(local.run?.ledger.cost).toEqual({ usd: 0, basis: 'local' });
  });

  test('keeps the last decision about a call among the denials', () => {
    const decided = (toolCallId: string, decision: 'allow' | 'deny', reason: string): EventBody => ({
      type: 'tool_decided',
      toolCallId,
      name: 't',
      decision: { decision, tier: 'mode', reason },
    });
    const once = fold([started, decided('a', 'deny', 'no'), decided('b', 'deny', 'no'), decided('a', 'deny', 'never')]);
    expect(denialsOf(runOf(once)).map(({ toolUseId, reason }) => [toolUseId, reason])).toEqual([
      ['b', 'no'],
      ['a', 'never'],
    ]);
    expect(denialsOf(runOf(fold([decided('b', 'allow', 'yes')], once)))).toHaveLength(1);
  });

  test('refuses an event of a type that it does not know', () => {
    const dreamt = { ...started, type: 'dreamt' } as unknown as EventBody;
    expect(() => fold([started, dreamt])).toThrow('found "dreamt"');
  });
});

/** A state as data that nothing can change any more. */
function plain(state: SessionState): unknown {
  const { messages, calls, run } = state;
  const data = {
    ...state,
    messages: [...messages],
    calls: [...calls],
    run: run && { ...run, denials: [...run.denials] },
  };
  return structuredClone(data);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
