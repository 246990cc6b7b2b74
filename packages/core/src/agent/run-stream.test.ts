import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { AgentError, ModelError } from '../errors.ts';
import type { Message, Run } from '../message.ts';
import type { ModelEvent } from '../model.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { Tool, ToolContext } from '../tool.ts';
import { call, checkStream, collect, fail, hang, pause, say, scriptedModel, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { resultOf } from './result-of.ts';
import { run } from './run.ts';

function pureTool(name: string, execute: (context: ToolContext) => Promise<string>): Tool {
  const definition = { name, description: name, input: z.object({}), accessKinds: [] };
  return defineTool({ ...definition, execute: (_args, context) => execute(context) });
}

const forever = (): Promise<never> =>
  new Promise(() => {
    // Never settles.
  });

describe('before it starts', () => {
  test('a run asks nothing of anybody', async () => {
    const session = memoryStore();
    const model = scriptedModel(['Hi.']);
    const pending = run('Go.', { model, session });
    await new Promise(setImmediate);
    expect(model.calls).toBe(0);
    expect(await logOf(session, pending.sessionId)).toEqual([]);
  });

  test.each<[string, (pending: Run) => Promise<unknown>]>([
    ['return()', (pending) => pending.return()],
    ['throw()', (pending) => expect(pending.throw(new RangeError('mine'))).rejects.toThrow(RangeError)],
    // The language version that this compiles for has no name for it yet.
    [
      '[Symbol.asyncDispose]()',
      (pending) => (Reflect.get(pending, Symbol.asyncDispose) as Run['return']).call(pending, undefined),
    ],
  ])('%s ends it, and it never starts', async (_name, end) => {
    const session = memoryStore();
    const model = scriptedModel(['Hi.']);
    const { signal } = new AbortController();
    const pending = run('Go.', { model, session, signal });
    await end(pending);
    expect(await pending.next()).toEqual({ done: true, value: undefined });
    expect(model.calls).toBe(0);
    expect(await logOf(session, pending.sessionId)).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('abort() makes it a run that was aborted', async () => {
    const session = memoryStore();
    const model = scriptedModel(['Hi.']);
    const pending = run('Go.', { model, session });
    pending.abort();
    const { messages, result, error } = await collect(pending);
    checkStream(messages);
    expect(result).toMatchObject({ stopReason: 'aborted', turns: 0, totalTokens: 0, totalCost: 0 });
    expect(error).toBeUndefined();
    expect(model.calls).toBe(0);
    expect((await logOf(session, pending.sessionId)).map(({ type }) => type)).toEqual([
      'run_started',
      'prompt_added',
      'run_finished',
    ]);
  });

  test('a signal that has already fired aborts it', async () => {
    const model = scriptedModel(['Hi.']);
    const signal = AbortSignal.abort();
    const { messages, result } = await collect(run('Go.', { model, signal }));
    checkStream(messages);
    expect(result?.stopReason).toBe('aborted');
    expect(model.calls).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('next()', () => {
  test('may be called many times at once: messages keep their order, then all end', async () => {
    const model = scriptedModel([[say('abcdefgh', { chunkSize: 1 })]]);
    const pending = run('Go.', { model });
    const taken = await Promise.all(Array.from({ length: 40 }, () => pending.next()));
    const messages = taken.flatMap(({ value }): Message[] => (value === undefined ? [] : [value]));
    checkStream(messages);
    expect(taken.slice(messages.length).every(({ done }) => done === true)).toBe(true);
    expect(messages.at(-1)).toMatchObject({ type: 'result', stopReason: 'end_turn' });
  });

  test('called many times at once on a run that fails throws once', async () => {
    const pending = run('Go.', { model: scriptedModel([[fail('auth')]]) });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, () => pending.next()));
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await pending.next()).toEqual({ done: true, value: undefined });
  });

  test('throws the error right after the Result, and only once', async () => {
    const pending = run('Go.', { model: scriptedModel([[fail('auth')]]) });
    const messages: Message[] = [];
    let thrown: unknown;
    try {
      for await (const message of pending) messages.push(message);
    } catch (error) {
      thrown = error;
    }
    expect(messages.at(-1)?.type).toBe('result');
    expect(ModelError.isInstance(thrown)).toBe(true);
    expect(resultOf(thrown)).toEqual(messages.at(-1));
    expect(await pending.next()).toEqual({ done: true, value: undefined });
  });

  test('on a finished run goes on saying so', async () => {
    const pending = run('Go.', { model: scriptedModel(['Hi.']) });
    await collect(pending);
    for (let time = 0; time < 3; time++) expect(await pending.next()).toEqual({ done: true, value: undefined });
  });
});

describe('the Result', () => {
  test('releases everything, also where the consumer does not come back after it', async () => {
    const clock = virtualClock({ autoAdvance: false });
    const { signal } = new AbortController();
    const pending = run('Go.', {
      model: scriptedModel(['Hi.']),
      signal,
      budget: { maxDurationMs: 3_600_000 },
      durable: inProcess({ clock }),
    });
    for (;;) {
      const { value } = await pending.next();
      if (value?.type === 'result') break;
    }
    await new Promise(setImmediate);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('result()', () => {
  test('reads the run to its end and gives its Result, as often as it is asked', async () => {
    const model = scriptedModel(['Hi.']);
    const pending = run('Go.', { model });
    const [first, second] = await Promise.all([pending.result(), pending.result()]);
    expect(first).toMatchObject({ type: 'result', text: 'Hi.', stopReason: 'end_turn' });
    expect(second).toBe(first);
    expect(await pending.result()).toBe(first);
    expect(await pending.next()).toEqual({ done: true, value: undefined });
    expect(model.calls).toBe(1);
  });

  test('rejects with the error, which holds the Result', async () => {
    const pending = run('Go.', { model: scriptedModel([[fail('quota')]]) });
    const error: unknown = await pending.result().catch((thrown: unknown) => thrown);
    expect(ModelError.isInstance(error) && error.kind).toBe('quota');
    expect(resultOf(error)).toMatchObject({ type: 'result', stopReason: 'error' });
    await expect(pending.result()).rejects.toBe(error);
  });

  test('takes what an iteration under way has not had yet', async () => {
    const pending = run('Go.', { model: scriptedModel(['Hi.']) });
    const seen: string[] = [];
    for await (const message of pending) {
      seen.push(message.type);
      expect(await pending.result()).toMatchObject({ text: 'Hi.' });
    }
    expect(seen).toEqual(['system']);
  });

  test('after a break tells how the run ended', async () => {
    const model = scriptedModel([['Hi.', hang()]]);
    const pending = run('Go.', { model });
    for await (const message of pending) if (message.type === 'text') break;
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted' });
    expect(model.openStreams).toBe(0);
  });
});

describe('return()', () => {
  test('stops the run while a next() is pending', async () => {
    const model = scriptedModel([[hang()]]);
    const pending = run('Go.', { model });
    await pending.next();
    const next = pending.next();
    await new Promise(setImmediate);
    expect(model.openStreams).toBe(1);
    await expect(pending.return()).resolves.toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(model.openStreams).toBe(0);
  });

  test('may be called twice, also at once', async () => {
    const pending = run('Go.', { model: scriptedModel([[hang()]]) });
    await pending.next();
    const done = { done: true, value: undefined };
    expect(await Promise.all([pending.return(), pending.return()])).toEqual([done, done]);
    expect(await pending.return()).toEqual(done);
  });

  test('on a finished run changes nothing', async () => {
    const session = memoryStore();
    const pending = run('Go.', { model: scriptedModel(['Hi.']), session });
    await collect(pending);
    const log = await logOf(session, pending.sessionId);
    await pending.return();
    expect(await logOf(session, pending.sessionId)).toEqual(log);
    expect(await pending.result()).toMatchObject({ stopReason: 'end_turn' });
  });

  test('swallows the error of a run that failed on the way: nobody listens', async () => {
    const model = scriptedModel([['Hi.', pause(10), fail('server')]], { clock: virtualClock() });
    const pending = run('Go.', { model });
    for await (const message of pending) if (message.type === 'text') break;
    expect(await pending.next()).toEqual({ done: true, value: undefined });
  });

  test('within a tool does not wait for ever for that tool', async () => {
    const clock = virtualClock();
    const suicidal = pureTool('suicidal', async () => {
      await pending.return();
      return 'returned';
    });
    const session = memoryStore();
    const model = scriptedModel([[call('suicidal')], 'Never asked for.']);
    const pending = run('Go.', { model, tools: [suicidal], session, durable: inProcess({ clock }) });
    await collect(pending);
    await pending.return();
    expect(model.calls).toBe(1);
    expect((await logOf(session, pending.sessionId)).at(-1)).toMatchObject({ stopReason: 'aborted' });
  });
});

describe('break', () => {
  test('inside a chunk ends the model call before the loop is left', async () => {
    const model = scriptedModel([[say('abcdefghij', { chunkSize: 1 })]]);
    const chunks: string[] = [];
    for await (const message of run('Go.', { model })) {
      if (message.type !== 'text') continue;
      chunks.push(message.text);
      if (chunks.length === 3) break;
    }
    expect(chunks).toEqual(['a', 'b', 'c']);
    expect(model.openStreams).toBe(0);
  });

  test('at a tool use keeps the tool from starting', async () => {
    let ran = false;
    const tool = pureTool('tool', async () => {
      ran = true;
      return '';
    });
    const session = memoryStore();
    const pending = run('Go.', { model: scriptedModel([[call('tool')]]), tools: [tool], session });
    for await (const message of pending) if (message.type === 'tool_use') break;
    expect(ran).toBe(false);
    expect(await logOf(session, pending.sessionId)).toContainEqual(
      expect.objectContaining({ type: 'tool_finished', outcome: 'aborted' }),
    );
  });

  test('at a tool use keeps the tool from starting, however long the consumer takes to decide', async () => {
    let ran = false;
    const tool = pureTool('tool', async () => {
      ran = true;
      return '';
    });
    for await (const message of run('Go.', { model: scriptedModel([[call('tool')]]), tools: [tool] })) {
      if (message.type !== 'tool_use') continue;
      for (let round = 0; round < 20; round++) await new Promise(setImmediate);
      break;
    }
    expect(ran).toBe(false);
  });

  test('at the Result is a run that ended well', async () => {
    const session = memoryStore();
    const pending = run('Go.', { model: scriptedModel(['Hi.']), session });
    for await (const message of pending) if (message.type === 'result') break;
    const log = await logOf(session, pending.sessionId);
    expect(log.filter(({ type }) => type === 'run_finished')).toEqual([
      expect.objectContaining({ stopReason: 'end_turn' }),
    ]);
  });
});

describe('abort()', () => {
  test('inside a tool that calls it ends the run with that tool answered', async () => {
    const model = scriptedModel([[call('tool')], 'Never asked for.']);
    const tool = pureTool('tool', async () => {
      pending.abort();
      return 'finished all the same';
    });
    const pending = run('Go.', { model, tools: [tool] });
    const { messages, result, toolResults } = await collect(pending);
    checkStream(messages);
    expect(toolResults).toEqual([expect.objectContaining({ outcome: 'aborted', content: 'finished all the same' })]);
    expect(result?.stopReason).toBe('aborted');
    expect(model.calls).toBe(1);
  });

  test('called at any message of the run never starts another model call', async () => {
    const script = [[say('abc', { chunkSize: 1 }), call('tool')], [call('tool')], 'Done.'];
    const tool = pureTool('tool', async () => 'fine');
    const { messages: all } = await collect(run('Go.', { model: scriptedModel(script), tools: [tool] }));
    for (let index = 0; index < all.length; index++) {
      const model = scriptedModel(script);
      const pending = run('Go.', { model, tools: [tool] });
      const messages: Message[] = [];
      let callsThen = -1;
      for await (const message of pending) {
        if (messages.push(message) - 1 !== index) continue;
        callsThen = model.calls;
        pending.abort();
      }
      checkStream(messages);
      expect(model.calls).toBe(callsThen);
      expect(model.openStreams).toBe(0);
    }
  });

  test('after the end changes nothing', async () => {
    const pending = run('Go.', { model: scriptedModel(['Hi.']) });
    const result = await pending.result();
    pending.abort();
    expect(await pending.result()).toBe(result);
    expect(result.stopReason).toBe('end_turn');
  });

  test('ends a wait for the next attempt at once', async () => {
    const clock = virtualClock();
    const startedAt = clock.now();
    const model = scriptedModel([[fail('rate_limit', { retryAfterMs: 60_000 })], 'Never asked for.']);
    const pending = run('Go.', { model, durable: inProcess({ clock }) });
    const messages: Message[] = [];
    for await (const message of pending) {
      messages.push(message);
      if (message.type === 'system' && message.subtype === 'retry') queueMicrotask(() => pending.abort());
    }
    checkStream(messages);
    expect(messages.at(-1)).toMatchObject({ stopReason: 'aborted' });
    expect(clock.now()).toBe(startedAt);
    expect(clock.pendingTimers).toBe(0);
    expect(model.calls).toBe(1);
  });

  test('also stops a model that ignores its signal while the consumer is slow', async () => {
    const clock = virtualClock({ autoAdvance: false });
    const stuck = {
      ...scriptedModel([]),
      async *stream(): AsyncGenerator<ModelEvent> {
        for (let index = 0; index < 17; index++) yield { type: 'text_delta', text: 'x' };
        await forever();
      },
    };
    const pending = run('Go.', { model: stuck, durable: inProcess({ clock }) });
    while ((await pending.next()).value?.type !== 'text');
    // The queue is full, so that nobody waits for the model when the grace time ends.
    await new Promise(setImmediate);
    pending.abort();
    await clock.advance(10_000);
    const collected = collect(pending);
    await clock.advance(10_000);
    expect((await collected).result?.stopReason).toBe('aborted');
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['beforeModel', 'afterModel', 'beforeTool', 'afterTool', 'onStop'] as const)(
    'does not wait for a %s hook that never answers',
    async (name) => {
      const clock = virtualClock();
      const model = scriptedModel([[call('tool')], 'Done.']);
      const tool = pureTool('tool', async () => 'secret');
      const hook = (): Promise<never> => {
        queueMicrotask(() => pending.abort());
        return forever();
      };
      const pending = run('Go.', { model, tools: [tool], hooks: { [name]: hook }, durable: inProcess({ clock }) });
      const { messages, result, error } = await collect(pending);
      checkStream(messages, { replacesAnswers: name === 'afterModel' });
      expect(result?.stopReason).toBe('aborted');
      expect(error).toBeUndefined();
      // What the hook was to change or withhold is not shown.
      expect(name === 'afterTool' && JSON.stringify(messages).includes('secret')).toBe(false);
    },
  );

  test.each(['decide', 'validate', 'access'] as const)('does not wait for a %s() that never answers', async (name) => {
    const model = scriptedModel([[call('tool')], 'Done.']);
    const stuck = (): Promise<never> => {
      queueMicrotask(() => pending.abort());
      return forever();
    };
    const tool = { ...pureTool('tool', async () => ''), ...(name === 'decide' ? {} : { [name]: stuck }) };
    const permissions = {
      decide: name === 'decide' ? stuck : () => ({ decision: 'allow', tier: 'mode', reason: '' }) as const,
    };
    const pending = run('Go.', { model, tools: [tool], permissions });
    const { messages, result, toolResults } = await collect(pending);
    checkStream(messages);
    expect(result).toMatchObject({ stopReason: 'aborted', denials: [] });
    expect(toolResults).toHaveLength(1);
  });

  test('gives signals an AbortError as their reason, as fetch and its like expect it', async () => {
    const reasons: unknown[] = [];
    const tool = pureTool('tool', async ({ signal }) => {
      pending.abort();
      reasons.push(signal.reason);
      signal.throwIfAborted();
      return '';
    });
    const pending = run('Go.', { model: scriptedModel([[call('tool')]]), tools: [tool] });
    const { toolResults } = await collect(pending);
    expect(reasons).toEqual([expect.objectContaining({ name: 'AbortError' })]);
    expect(reasons[0]).toBeInstanceOf(Error);
    expect(toolResults).toEqual([expect.objectContaining({ outcome: 'aborted', content: 'The run was aborted.' })]);
  });
});

describe('the caller’s signal', () => {
  test('stops the run, and no listener is left on it', async () => {
    const controller = new AbortController();
    const model = scriptedModel([['Hi.', hang()]]);
    const pending = run('Go.', { model, signal: controller.signal });
    const messages: Message[] = [];
    for await (const message of pending) {
      messages.push(message);
      if (message.type === 'text') queueMicrotask(() => controller.abort(new Error('enough')));
    }
    checkStream(messages);
    expect(messages.at(-1)).toMatchObject({ stopReason: 'aborted' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(model.openStreams).toBe(0);
  });

  test('may be shared by many runs', async () => {
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => run('Go.', { model: scriptedModel(['Hi.']), signal }).result()));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('an engine that cannot be made rejects the first next(), without a Result', async () => {
  const durable = (): never => {
    throw new AgentError('internal', 'no engine');
  };
  const { messages, error } = await collect(run('Go.', { model: scriptedModel(['Hi.']), durable }));
  expect(error?.message).toBe('no engine');
  expect(messages).toEqual([]);
});
