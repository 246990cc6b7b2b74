import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { Message } from '../message.ts';
import type { Model, ModelEvent } from '../model.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import { call, checkStream, collect, hang, scriptedModel, virtualClock, type VirtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { run } from './run.ts';

const forever = (): Promise<never> =>
  new Promise(() => {
    // Never settles.
  });

function passed(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.timer(ms, resolve);
  });
}

/** A store that never answers again once it is to keep an event of this type. */
function stuckAt(type: string): SessionStore {
  const inner = memoryStore();
  return {
    ...inner,
    append: (id, seq, events) =>
      events.some((event) => event.type === type) ? forever() : inner.append(id, seq, events),
  };
}

describe('a store that never answers', () => {
  test.each(['run_started', 'model_started', 'model_finished', 'tool_started', 'run_finished'])(
    'at %s holds no abort: the stream ends with a Result, and the log keeps what it has',
    async (type) => {
      const clock = virtualClock({ autoAdvance: false });
      const session = stuckAt(type);
      const look = defineTool({
        name: 'look',
        description: 'Looks.',
        input: z.object({}),
        accessKinds: [],
        execute: () => 'x',
      });
      const model = scriptedModel([[call('look')], 'Done.'], { clock });
      const pending = run('Go.', { model, tools: [look], session, sessionId: 's', durable: inProcess({ clock }) });
      const collected = collect(pending);
      await clock.advance(10);
      pending.abort();
      await clock.advance(1_999);
      let hasEnded = false;
      void collected.then(() => (hasEnded = true));
      await clock.advance(0);
      expect(hasEnded).toBe(false);
      await clock.advance(2_001);
      const { messages, result, error } = await collected;
      checkStream(messages);
      expect(result).toMatchObject({ stopReason: 'error', error: { code: 'store_failed' } });
      expect(error?.message).toContain('did not answer for 2000 ms');
      expect((await logOf(session, 's')).map((event) => event.type)).not.toContain(type);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  test('holds no `break`', async () => {
    const clock = virtualClock({ autoAdvance: false });
    const model = scriptedModel([['one', 'two']], { clock });
    const pending = run('Go.', { model, session: stuckAt('model_finished'), durable: inProcess({ clock }) });
    await pending.next();
    const left = pending.return();
    await clock.advance(10_000);
    expect(await left).toEqual({ done: true, value: undefined });
  });

  test('holds no `break` while it is read', async () => {
    const clock = virtualClock({ autoAdvance: false });
    const reading = { [Symbol.asyncIterator]: () => ({ next: forever }) };
    const session = { ...memoryStore(), read: () => reading };
    const pending = run('Go.', { model: scriptedModel(['Hi.']), session, durable: inProcess({ clock }) });
    void pending.next();
    const left = pending.return();
    await clock.advance(10_000);
    expect(await left).toEqual({ done: true, value: undefined });
  });

  test('and does in time, is waited for', async () => {
    const clock = virtualClock();
    const inner = memoryStore();
    const slow: SessionStore = {
      ...inner,
      async append(id, seq, events) {
        await passed(clock, 1_500);
        await inner.append(id, seq, events);
      },
    };
    const model = scriptedModel([[hang()]], { clock });
    const pending = run('Go.', { model, session: slow, sessionId: 's', durable: inProcess({ clock }) });
    clock.timer(10_000, () => pending.abort());
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted' });
    expect((await logOf(slow, 's')).at(-1)).toMatchObject({ type: 'run_finished', stopReason: 'aborted' });
  });
});

describe('a model that cleans up after itself', () => {
  function cleaningModel(cleanUp: () => Promise<void>): Model {
    async function* stream(): AsyncGenerator<ModelEvent> {
      try {
        yield { type: 'block', block: { type: 'text', text: 'Hi.' } };
        yield { type: 'end', stop: 'end', usage: {} };
      } finally {
        await cleanUp();
      }
    }
    return { ...scriptedModel([]), stream };
  }

  test('is waited for', async () => {
    const clock = virtualClock();
    let isClean = false;
    const model = cleaningModel(async () => {
      await passed(clock, 500);
      isClean = true;
    });
    await run('Go.', { model, durable: inProcess({ clock }) }).result();
    expect(isClean).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is not waited for longer than two seconds', async () => {
    const clock = virtualClock();
    const startedAt = clock.now();
    const result = await run('Go.', { model: cleaningModel(forever), durable: inProcess({ clock }) }).result();
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Hi.' });
    expect(clock.now() - startedAt).toBe(2_000);
  });
});

test('a tool beside one whose result cannot be logged is aborted', async () => {
  const inner = memoryStore();
  const session: SessionStore = {
    ...inner,
    async append(id, seq, events) {
      if (events.some((event) => event.type === 'tool_finished')) throw new Error('disk full');
      await inner.append(id, seq, events);
    },
  };
  let reason: unknown;
  const input = z.object({});
  const quick = defineTool({
    name: 'quick',
    description: 'Quick.',
    input,
    accessKinds: ['read'],
    access: () => [],
    execute: () => 'x',
  });
  const slow = defineTool({
    name: 'slow',
    description: 'Slow.',
    input,
    accessKinds: ['read'],
    access: () => [],
    execute: (_args, { signal }) =>
      new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          resolve('stopped');
        });
      }),
  });
  const model = scriptedModel([[call('slow'), call('quick')]]);
  const { result, error } = await collect(run('Go.', { model, tools: [quick, slow], session }));
  expect(reason).toMatchObject({ why: 'failed' });
  expect(result).toMatchObject({ stopReason: 'error', error: { code: 'store_failed' } });
  expect(error?.message).toContain('disk full');
});

describe('warnings of maxDurationMs', () => {
  const warnings = (messages: readonly Message[]) =>
    messages.flatMap((message) =>
      message.type === 'system' && message.subtype === 'budget_warning' ? [message.data] : [],
    );

  test('come in order, each at its time, also while nothing else happens', async () => {
    const clock = virtualClock();
    const startedAt = clock.now();
    const model = scriptedModel([[hang()]], { clock });
    const budget = { maxDurationMs: 10_000, warnAt: [0.9, 0.25, 0.9] };
    const told: [number, number][] = [];
    const messages: Message[] = [];
    for await (const message of run('Go.', { model, budget, durable: inProcess({ clock }) })) {
      messages.push(message);
      const [data] = warnings([message]);
      if (data !== undefined) told.push([data.threshold, clock.now() - startedAt]);
    }
    checkStream(messages);
    expect(told).toEqual([
      [0.25, 2_500],
      [0.9, 9_000],
    ]);
    expect(warnings(messages)[1]).toEqual({ limit: 'maxDurationMs', threshold: 0.9, used: 9_000, max: 10_000 });
    expect(messages.at(-1)).toMatchObject({
      type: 'result',
      stopReason: 'budget',
      limit: 'maxDurationMs',
      durationMs: 10_000,
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('do not come once the run is over', async () => {
    const clock = virtualClock();
    const options = { model: scriptedModel(['Hi.'], { clock }), budget: { maxDurationMs: 10_000 } };
    const { messages } = await collect(run('Go.', { ...options, durable: inProcess({ clock }) }));
    await clock.advance(20_000);
    expect(warnings(messages)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
