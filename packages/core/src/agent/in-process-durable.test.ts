import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Branch, Durable, StepSpec } from '../durable.ts';
import { virtualClock } from '../testing/index.ts';
import { inProcess, systemClock } from './in-process-durable.ts';

const spec = (key: string): StepSpec => ({ key, kind: 'tool', name: 't' });

function open(committed: Readonly<Record<string, object>> = {}) {
  const clock = virtualClock({ autoAdvance: false });
  const controller = new AbortController();
  const durable: Durable = inProcess({ clock })({
    sessionId: 's',
    signal: controller.signal,
    committed: (key) => (Object.hasOwn(committed, key) ? committed[key] : undefined),
  });
  return { clock, controller, durable };
}

/** A branch that ends when it is told to. */
function gated(key: string, log: string[] = []) {
  const gate = Promise.withResolvers<{ readonly key: string }>();
  const branch: Branch<{ readonly key: string }> = {
    spec: spec(key),
    before: async () => void log.push(`before ${key}`),
    run: () => {
      log.push(`run ${key}`);
      return gate.promise;
    },
  };
  return { branch, end: () => gate.resolve({ key }), fail: (error: unknown) => gate.reject(error) };
}

const settle = (): Promise<unknown> => new Promise(setImmediate);

describe('step', () => {
  test('runs, and gives what it gives', async () => {
    const { durable, clock } = open();
    const value = await durable.step(spec('a'), async (context) => ({
      clock: context.clock,
      aborted: context.signal.aborted,
    }));
    expect(value).toEqual({ clock, aborted: false });
  });

  test('that was committed is not run again', async () => {
    const { durable } = open({ a: { done: true } });
    const value = await durable.step<{ done: boolean }>(spec('a'), async () => {
      throw new Error('ran again');
    });
    expect(value).toEqual({ done: true });
  });

  test('is told of the abort of its run, with its reason', async () => {
    const { durable, controller } = open();
    const reasons: unknown[] = [];
    const step = durable.step(spec('a'), async ({ signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      reasons.push(signal.reason);
      return {};
    });
    controller.abort('why');
    await step;
    await durable.step(spec('b'), async ({ signal }) => ({ pushed: reasons.push(signal.reason) }));
    expect(reasons).toEqual(['why', 'why']);
  });

  test('that is over is not told any more', async () => {
    const { durable, controller } = open();
    let signal: AbortSignal | undefined;
    await durable.step(spec('a'), async (context) => {
      ({ signal } = context);
      return {};
    });
    await expect(durable.step(spec('b'), async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    controller.abort();
    expect(signal?.aborted).toBe(false);
  });

  test('adds no listener of its own, however many there are', async () => {
    const { durable, controller } = open();
    const before = getEventListeners(controller.signal, 'abort').length;
    for (let index = 0; index < 100; index++) await durable.step(spec(`${index}`), async () => ({}));
    await durable.sleep('x', 0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(before);
  });
});

describe('all', () => {
  test('starts branches in order, so many at a time, and reports each as it settles', async () => {
    const { durable } = open();
    const log: string[] = [];
    const branches = ['a', 'b', 'c'].map((key) => gated(key, log));
    const done = durable.all(
      branches.map(({ branch }) => branch),
      { limit: 2, onSettled: async (index, { key }) => void log.push(`settled ${index} ${key}`) },
    );
    await settle();
    expect(log.splice(0)).toEqual(['before a', 'before b', 'run a', 'run b']);
    branches[1]?.end();
    await settle();
    expect(log.splice(0)).toEqual(['settled 1 b', 'before c', 'run c']);
    branches[2]?.end();
    branches[0]?.end();
    await done;
    expect(log.toSorted()).toEqual(['settled 0 a', 'settled 2 c']);
  });

  test('reports one at a time', async () => {
    const { durable } = open();
    let running = 0;
    const branches = ['a', 'b', 'c'].map((key) => gated(key));
    const done = durable.all(
      branches.map(({ branch }) => branch),
      {
        limit: 3,
        onSettled: async () => {
          expect(running++).toBe(0);
          await settle();
          running--;
        },
      },
    );
    for (const { end } of branches) end();
    await done;
    expect(running).toBe(0);
  });

  test('of nothing is done', async () => {
    await expect(open().durable.all([], { limit: 8, onSettled: async () => undefined })).resolves.toBeUndefined();
  });

  test.each(['before', 'run', 'onSettled'] as const)(
    'rejects with the first error, of %s, when all have settled',
    async (where) => {
      const { durable } = open();
      const bad = gated('bad');
      const good = gated('good');
      const settled: number[] = [];
      const throwing = { ...bad.branch, before: async () => Promise.reject(new Error('first')) };
      let isOver = false;
      const done = durable
        .all([where === 'before' ? throwing : bad.branch, good.branch], {
          limit: 2,
          onSettled: async (index) => {
            settled.push(index);
            if (where === 'onSettled' && index === 0) throw new Error('first');
          },
        })
        .finally(() => {
          isOver = true;
        });
      if (where === 'run') bad.fail(new Error('first'));
      else bad.end();
      await settle();
      expect(isOver).toBe(false);
      good.end();
      await expect(done).rejects.toThrow('first');
    },
  );

  test('starts nothing more once a branch has failed', async () => {
    const { durable } = open();
    const log: string[] = [];
    const branches = ['a', 'b', 'c', 'd'].map((key) => gated(key, log));
    const done = durable.all(
      branches.map(({ branch }) => branch),
      { limit: 2, onSettled: async () => undefined },
    );
    branches[0]?.fail(new Error('broken'));
    await settle();
    branches[1]?.end();
    await expect(done).rejects.toThrow('broken');
    expect(log).toEqual(['before a', 'before b', 'run a', 'run b']);
  });
});

describe('sleep', () => {
  test('ends when its time has come', async () => {
    const { durable, clock } = open();
    let isOver = false;
    const slept = durable.sleep('a', 1_000).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await slept;
    expect(clock.pendingTimers).toBe(0);
  });

  test('ends at once when the run is aborted, and leaves no timer', async () => {
    const { durable, clock, controller } = open();
    const slept = durable.sleep('a', 1_000);
    controller.abort();
    await slept;
    expect(clock.pendingTimers).toBe(0);
    await durable.sleep('b', 1_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([0, -5])('of %i ms does not wait', async (ms) => {
    const { durable, clock } = open();
    await durable.sleep('a', ms);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('ids are fresh, and time is that of the clock', async () => {
  const { durable, clock } = open();
  expect(await durable.id('a')).not.toBe(await durable.id('a'));
  expect(await durable.now('a')).toBe(clock.now());
});

test('the clock of the machine takes back a timer, and knows waits longer than timers can be', async () => {
  const fired: string[] = [];
  const cancel = systemClock.timer(0, () => fired.push('cancelled'));
  cancel();
  const cancelLong = systemClock.timer(2 ** 40, () => fired.push('much too early'));
  await new Promise<void>((resolve) => {
    systemClock.timer(5, resolve);
  });
  cancelLong();
  expect(fired).toEqual([]);
});
