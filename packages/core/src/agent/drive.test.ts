import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { DurableEngine } from '../durable.ts';
import { AgentError } from '../errors.ts';
import type { Message } from '../message.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import type { Tool, ToolContext } from '../tool.ts';
import { call, checkStream, collect, fail, hang, scriptedModel, virtualClock } from '../testing/index.ts';
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

/** A store whose append throws, or does what it should and then throws, where `isBroken` says so. */
function brokenStore(isBroken: (events: readonly SessionEvent[]) => boolean, isLate: boolean = false): SessionStore {
  const inner = memoryStore();
  return {
    ...inner,
    async append(id, seq, events) {
      if (!isBroken(events)) return inner.append(id, seq, events);
      if (isLate) await inner.append(id, seq, events);
      throw new Error('disk full');
    },
  };
}

describe('the deadline', () => {
  const budget = { maxDurationMs: 5_000 };
  const limit = { stopReason: 'budget', limit: 'maxDurationMs', durationMs: 5_000 };

  test('stops a model call', async () => {
    const clock = virtualClock();
    const model = scriptedModel([['half', hang()]], { clock });
    const { messages, result, error } = await collect(run('Go.', { model, budget, durable: inProcess({ clock }) }));
    checkStream(messages);
    expect(result).toMatchObject(limit);
    expect(error).toBeUndefined();
    expect(model.openStreams).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  test('stops a tool, and what stands behind it never runs', async () => {
    const clock = virtualClock();
    const tool = pureTool('work', ({ signal }) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    });
    const write = { ...pureTool('write', async () => 'written'), accessKinds: ['write'] as const };
    const model = scriptedModel([[call('work'), call('write')], 'Never asked for.']);
    const { messages, result, toolResults } = await collect(
      run('Go.', { model, tools: [tool, write], budget, durable: inProcess({ clock }) }),
    );
    checkStream(messages);
    expect(result).toMatchObject(limit);
    expect(toolResults.map(({ outcome, content }) => [outcome, content])).toEqual([
      ['aborted', 'The run reached its time limit.'],
      ['aborted', 'The run reached its time limit. This call did not run.'],
    ]);
    expect(model.calls).toBe(1);
  });

  test('stops a wait for the next attempt', async () => {
    const clock = virtualClock();
    const model = scriptedModel([[fail('rate_limit', { retryAfterMs: 30_000 })]]);
    const { result } = await collect(run('Go.', { model, budget, durable: inProcess({ clock }) }));
    expect(result).toMatchObject(limit);
  });

  test('stops a wait for a person', async () => {
    const clock = virtualClock();
    const tool = { ...pureTool('write', async () => ''), accessKinds: ['write'] as const };
    const permissions = { decide: () => ({ decision: 'ask', tier: 'mode', reason: 'hm' }) as const };
    const model = scriptedModel([[call('write')]]);
    const asking = { model, tools: [tool], permissions, onApproval: forever, budget, durable: inProcess({ clock }) };
    const { messages, result } = await collect(run('Go.', asking));
    checkStream(messages);
    expect(result).toMatchObject({ ...limit, denials: [] });
  });

  test('that is not reached leaves no timer', async () => {
    const clock = virtualClock({ autoAdvance: false });
    const durable = inProcess({ clock });
    expect(await run('Go.', { model: scriptedModel(['Hi.']), budget, durable }).result()).toMatchObject({
      stopReason: 'end_turn',
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('that cannot be kept fails the run', async () => {
    const broken: DurableEngine = (session) => {
      const engine = inProcess()(session);
      return {
        step: engine.step.bind(engine),
        spawn: engine.spawn.bind(engine),
        all: engine.all.bind(engine),
        now: engine.now.bind(engine),
        id: engine.id.bind(engine),
        sleep: async () => Promise.reject(new Error('no timers here')),
      };
    };
    const { messages, result, error } = await collect(
      run('Go.', { model: scriptedModel([[hang()]]), budget, durable: broken }),
    );
    checkStream(messages);
    expect(result?.stopReason).toBe('error');
    expect(error?.message).toContain('no timers here');
  });
});

describe('a store that fails', () => {
  const tools = [pureTool('look', async () => 'seen')];
  const script = [['Look:', call('look'), call('look')], 'Done.'] as const;

  test.each([
    ['before it wrote', false],
    ['after it wrote', true],
  ])('at any event, %s, ends the run with that error and every call answered', async (_name, isLate) => {
    const whole = memoryStore();
    await run('Go.', { model: scriptedModel(script), tools, session: whole, sessionId: 's' }).result();
    const events = await logOf(whole, 's');
    for (const { key, type } of events) {
      const ids = { run_finished: 'run_finished' };
      // The id of a run is another each time, so its end is known by its type.
      const isIt = (event: SessionEvent): boolean => (type in ids ? event.type === type : event.key === key);
      const model = scriptedModel(script);
      const session = brokenStore((appended) => appended.some(isIt), isLate);
      const { messages, result, error } = await collect(run('Go.', { model, tools, session, sessionId: 's' }));
      checkStream(messages);
      expect(error).toMatchObject({ code: 'store_failed', message: expect.stringContaining('disk full') });
      expect(result).toMatchObject({ stopReason: 'error', error: { code: 'store_failed' } });
      expect(resultOf(error)).toEqual(result);
      expect(model.openStreams).toBe(0);
    }
  });

  test('only once leaves a whole log', async () => {
    let isBroken = true;
    const session = brokenStore((events) => {
      const isHit = isBroken && events[0]?.type === 'tool_finished';
      if (isHit) isBroken = false;
      return isHit;
    });
    await collect(run('Go.', { model: scriptedModel(script), tools, session, sessionId: 's' }));
    const log = await logOf(session, 's');
    expect(log.at(-1)).toMatchObject({ type: 'run_finished', stopReason: 'error', error: { code: 'store_failed' } });
    expect(log.filter(({ type }) => type === 'tool_finished')).toHaveLength(2);
  });

  test('throws its error also where it throws no Error', async () => {
    const session: SessionStore = {
      ...memoryStore(),
      append: async () => {
        throw Object.create(null);
      },
    };
    const { messages, error } = await collect(run('Go.', { model: scriptedModel([]), session }));
    checkStream(messages);
    expect(error?.code).toBe('store_failed');
  });
});

describe('an error', () => {
  test('is thrown after the Result, by every way of reading the run', async () => {
    const failing = () => run('Go.', { model: scriptedModel([[fail('auth')]]) });
    await expect(failing().result()).rejects.toMatchObject({ kind: 'auth' });
    const seen: Message[] = [];
    const iterate = async (): Promise<void> => {
      for await (const message of failing()) seen.push(message);
    };
    await expect(iterate()).rejects.toMatchObject({ kind: 'auth' });
    expect(seen.at(-1)?.type).toBe('result');
  });

  test('holds its Result without showing it in print', async () => {
    const error: unknown = await run('Go.', { model: scriptedModel([[fail('auth')]]) })
      .result()
      .catch((thrown: unknown) => thrown);
    expect(AgentError.isInstance(error)).toBe(true);
    expect(Object.keys(error as object)).not.toContain('result');
    expect(resultOf(error)?.stopReason).toBe('error');
    expect(resultOf(new Error('other'))).toBeUndefined();
    expect(resultOf(undefined)).toBeUndefined();
  });

  test('thrown by the same object in two runs holds the Result of the later', async () => {
    const model = scriptedModel([[fail('auth')], [fail('auth')]]);
    const results = [];
    for (const sessionId of ['a', 'b']) {
      const error: unknown = await run('Go.', { model, sessionId })
        .result()
        .catch((thrown: unknown) => thrown);
      results.push(resultOf(error)?.sessionId);
    }
    expect(results).toEqual(['a', 'b']);
  });
});
