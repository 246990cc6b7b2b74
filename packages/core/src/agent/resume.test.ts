import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { AgentError } from '../errors.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import type { Tool, ToolEffect } from '../tool.ts';
import { call, checkStream, collect, cut, fail, reportUsage, scriptedModel, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { resultOf } from './result-of.ts';
import { resume, run } from './run.ts';

const ran: string[] = [];
const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };

function worker(effect: ToolEffect): Tool {
  return defineTool({
    name: 'work',
    description: 'Works.',
    input: z.object({ n: z.number().default(0) }),
    accessKinds: ['write'],
    effect,
    execute: ({ n }, { idempotencyKey }) => {
      ran.push(idempotencyKey);
      return `worked ${n}`;
    },
  });
}

const script = [['Look:', call('work', { n: 1 }), call('work', { n: 2 })], 'Done.'] as const;

/** A store as a process leaves it that dies right after the event of the given type. */
async function diedAfter(type: SessionEvent['type'], tools: readonly Tool[] = [worker('once')]): Promise<SessionStore> {
  const whole = memoryStore();
  await run('Go.', { model: scriptedModel(script), tools, permissions, session: whole, sessionId: 's' }).result();
  const events = await logOf(whole, 's');
  const left = memoryStore();
  const length = events.findIndex((event) => event.type === type) + 1;
  await left.append('s', 0, events.slice(0, length));
  ran.length = 0;
  return left;
}

describe('a session that is finished', () => {
  test('gives its Result again, and nothing else', async () => {
    const session = memoryStore();
    const first = await run('Go.', { model: scriptedModel(['Done.']), session, sessionId: 's' }).result();
    const log = await logOf(session, 's');
    const model = scriptedModel([]);
    const { messages, error } = await collect(resume('s', { model, session }));
    expect(messages).toEqual([first]);
    expect(error).toBeUndefined();
    expect(model.calls).toBe(0);
    expect(await logOf(session, 's')).toEqual(log);
  });

  test('by an error throws that error again', async () => {
    const session = memoryStore();
    const model = scriptedModel([[fail('auth', { statusCode: 401 })]]);
    const first = await run('Go.', { model, session, sessionId: 's' }).result().catch(resultOf);
    const { messages, error } = await collect(resume('s', { model, session }));
    expect(messages).toEqual([first]);
    expect(error).toMatchObject({ code: 'model_failed', kind: 'auth', statusCode: 401 });
    expect(resultOf(error)).toEqual(first);
  });
});

describe('a session that cannot be taken up', () => {
  test('because there is none is an error, and leaves the store as it was', async () => {
    const session = memoryStore();
    const { messages, result, error } = await collect(resume('nobody', { model: scriptedModel([]), session }));
    checkStream(messages);
    expect(error).toMatchObject({ code: 'session_not_found', message: expect.stringContaining('"nobody"') });
    expect(result).toMatchObject({ stopReason: 'error', turns: 0, totalTokens: 0, totalCost: 0, text: '' });
    expect(await logOf(session, 'nobody')).toEqual([]);
  });

  test.each<[string, (events: readonly SessionEvent[]) => readonly unknown[]]>([
    ['has a gap', (events) => events.toSpliced(1, 1)],
    ['has an event twice', (events) => [...events.slice(0, 2), ...events.slice(1)]],
    ['is of another version', (events) => events.map((event) => ({ ...event, v: 2 }))],
    [
      'has an event of an unknown type',
      (events) => events.map((event) => (event.seq === 3 ? { ...event, type: 'dreamt' } : event)),
    ],
    ['has an event that is none', (events) => events.map((event) => (event.seq === 3 ? null : event))],
    [
      'has an event without its fields',
      (events) => events.map(({ v, seq, at, key, type }) => ({ v, seq, at, key, type })),
    ],
  ])('because its log %s is an error, and nothing is added to it', async (_name, damage) => {
    const session = await diedAfter('tool_started');
    const events = await logOf(session, 's');
    const appended: unknown[] = [];
    const damaged: SessionStore = {
      append: async (...args) => void appended.push(args),
      async *read() {
        yield* damage(events) as readonly SessionEvent[];
      },
      delete: (id) => session.delete(id),
    };
    const { messages, error } = await collect(resume('s', { model: scriptedModel([]), session: damaged }));
    checkStream(messages);
    expect(error).toMatchObject({ code: 'session_corrupt', message: expect.stringContaining('"s"') });
    expect(appended).toEqual([]);
  });

  test('because it cannot be read is an error, and the run in it is not closed', async () => {
    const session = await diedAfter('tool_started');
    const events = await logOf(session, 's');
    const appended: unknown[] = [];
    const broken: SessionStore = {
      append: async (...args) => void appended.push(args),
      async *read() {
        yield* events;
        throw new Error('connection lost');
      },
      delete: (id) => session.delete(id),
    };
    for (const pending of [
      resume('s', { model: scriptedModel([]), session: broken }),
      run('Go.', { model: scriptedModel([]), session: broken, sessionId: 's' }),
    ]) {
      const { messages, result, error } = await collect(pending);
      checkStream(messages);
      expect(error).toMatchObject({ code: 'store_failed', message: expect.stringContaining('connection lost') });
      expect(result).toMatchObject({ turns: 0, text: '' });
    }
    expect(appended).toEqual([]);
  });

  test('because another process is faster is a conflict, and the Result is not that of the other run', async () => {
    const session = await diedAfter('tool_started');
    const append: SessionStore['append'] = async (id, seq, events) => {
      if (events[0]?.type === 'run_started') throw new AgentError('session_conflict', 'Too late.');
      await session.append(id, seq, events);
    };
    const before = await logOf(session, 's');
    const { messages, result, error } = await collect(
      resume('s', { model: scriptedModel([]), session: { ...session, append } }),
    );
    checkStream(messages);
    expect(error?.code).toBe('session_conflict');
    expect(result).toMatchObject({ turns: 0, toolCalls: 0, text: '' });
    expect(await logOf(session, 's')).toEqual(before);
  });
});

describe('a run whose process died', () => {
  test('goes on where it was: what is answered stays answered, what never ran runs', async () => {
    const session = await diedAfter('tool_finished');
    const { messages, result, toolResults } = await collect(
      resume('s', { model: scriptedModel([script[1]]), tools: [worker('once')], permissions, session }),
    );
    checkStream(messages, { isContinuation: true });
    expect(messages[0]).toMatchObject({ type: 'system', subtype: 'session_resume' });
    expect(toolResults).toEqual([expect.objectContaining({ toolUseId: 'call_2', content: 'worked 2' })]);
    expect(ran).toEqual(['s/1/tool/call_2']);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 2, toolCalls: 2, text: 'Done.' });
  });

  test('in the middle of a model call makes that call anew, and its cost is unknown', async () => {
    const session = await diedAfter('model_started');
    const model = scriptedModel(['Done.']);
    const { messages, result } = await collect(resume('s', { model, session }));
    checkStream(messages, { isContinuation: true });
    expect(model.requests[0]?.messages).toHaveLength(1);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 1, totalCost: undefined });
    expect(result?.usageByModel['scripted/scripted-1']?.calls).toBe(2);
    const turns = (await logOf(session, 's')).flatMap((event) => (event.type === 'model_started' ? [event.turn] : []));
    expect(turns).toEqual([1, 2]);
  });

  test('while it waited for another attempt makes one', async () => {
    const whole = memoryStore();
    const durable = inProcess({ clock: virtualClock() });
    await run('Go.', { model: scriptedModel([[cut()], 'Done.']), session: whole, sessionId: 's', durable }).result();
    const events = await logOf(whole, 's');
    const session = memoryStore();
    await session.append('s', 0, events.slice(0, events.findIndex(({ type }) => type === 'model_failed') + 1));
    const { result } = await collect(resume('s', { model: scriptedModel(['Done.']), session }));
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Done.' });
  });

  test.each<[ToolEffect, number, string]>([
    ['once', 0, 'unknown'],
    ['idempotent', 1, 'ok'],
    ['none', 1, 'ok'],
  ])('while a tool of the effect %s ran: the tool runs again %i times', async (effect, times, outcome) => {
    const tools = [worker(effect)];
    const session = await diedAfter('tool_started', tools);
    const { toolResults } = await collect(
      resume('s', { model: scriptedModel([script[1]]), tools, permissions, session }),
    );
    expect(ran.filter((key) => key === 's/1/tool/call_1')).toHaveLength(times);
    expect(toolResults[0]).toMatchObject({ toolUseId: 'call_1', outcome });
  });

  test('is judged again: what the policy forbids now does not run', async () => {
    const session = await diedAfter('tool_decided');
    const plan: PermissionPolicy = { decide: () => ({ decision: 'deny', tier: 'ceiling', reason: 'plan mode' }) };
    const { toolResults, result } = await collect(
      resume('s', { model: scriptedModel([script[1]]), tools: [worker('once')], session, permissions: plan }),
    );
    expect(ran).toEqual([]);
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
    expect(result?.denials).toHaveLength(2);
    const keys = (await logOf(session, 's')).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('may be taken up without its tools: their calls are answered', async () => {
    const session = await diedAfter('model_finished');
    const { messages, toolResults } = await collect(resume('s', { model: scriptedModel([script[1]]), session }));
    checkStream(messages, { isContinuation: true });
    const answer = 'There is no tool "work". The tools are: none.';
    expect(toolResults.map(({ content }) => content)).toEqual([answer, answer]);
  });

  test('keeps its totals, whatever model takes it up', async () => {
    const session = await diedAfter('tool_finished');
    const model = scriptedModel([['Done.', reportUsage({ input: 1, output: 2 })]], { id: 'other' });
    const { result } = await collect(resume('s', { model, tools: [worker('once')], permissions, session }));
    expect(Object.keys(result?.usageByModel ?? {})).toEqual(['scripted/scripted-1', 'scripted/other']);
    const calls = Object.values(result?.usageByModel ?? {}).map((share) => share.usage.input ?? 0);
    expect(result?.usage.input).toBe((calls[0] ?? 0) + 1);
  });

  test('and that is not resumed is closed by the next prompt', async () => {
    const session = await diedAfter('tool_started');
    const model = scriptedModel(['I see.']);
    const { messages, result } = await collect(run('And now?', { model, session, sessionId: 's' }));
    checkStream(messages);
    expect(result).toMatchObject({ turns: 1, toolCalls: 0 });
    const log = await logOf(session, 's');
    expect(log.flatMap((event) => (event.type === 'tool_finished' ? [event.outcome] : []))).toEqual([
      'unknown',
      'not_executed',
    ]);
    expect(log.flatMap((event) => (event.type === 'run_finished' ? [event.stopReason] : []))).toEqual([
      'aborted',
      'end_turn',
    ]);
  });
});

describe('two runs in one session', () => {
  test('one after the other continue the conversation, each with its own totals', async () => {
    const session = memoryStore();
    const model = scriptedModel(['One.', 'Two.']);
    const first = await run('First.', { model, session, sessionId: 's' }).result();
    const second = await run('Second.', { model, session, sessionId: 's' }).result();
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect([first.turns, second.turns]).toEqual([1, 1]);
    expect(second.text).toBe('Two.');
  });

  test('at once: the one that comes later wins, the other fails with a conflict and writes no more', async () => {
    const session = memoryStore();
    const gate = Promise.withResolvers<void>();
    const slow = defineTool({
      name: 'slow',
      description: 'Waits.',
      input: z.object({}),
      accessKinds: [],
      execute: () => gate.promise.then(() => 'late'),
    });
    const first = collect(
      run('First.', { model: scriptedModel([[call('slow')], 'Never.']), tools: [slow], session, sessionId: 's' }),
    );
    while ((await logOf(session, 's')).at(-1)?.type !== 'tool_started') await new Promise(setImmediate);
    const second = await run('Second.', { model: scriptedModel(['Mine.']), session, sessionId: 's' }).result();
    const log = await logOf(session, 's');
    gate.resolve();
    const { messages, error, result } = await first;
    checkStream(messages);
    expect(error?.code).toBe('session_conflict');
    expect(result?.stopReason).toBe('error');
    expect(second).toMatchObject({ stopReason: 'end_turn', text: 'Mine.' });
    expect(await logOf(session, 's')).toEqual(log);
  });
});

test('a history is only of a new session', async () => {
  const session = memoryStore();
  const history = [{ role: 'user', content: [{ type: 'text', text: 'Before.' }] }] as const;
  const model = scriptedModel(['One.', 'Two.']);
  await run('First.', { model, session, sessionId: 's', history }).result();
  expect(model.requests[0]?.messages).toHaveLength(2);
  const log = await logOf(session, 's');
  const { error, messages } = await collect(run('Second.', { model, session, sessionId: 's', history }));
  expect(messages).toEqual([]);
  expect(await logOf(session, 's')).toEqual(log);
  expect(error).toMatchObject({ code: 'invalid_option', option: 'history' });
  expect(model.calls).toBe(1);
});
