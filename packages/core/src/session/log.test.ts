import { describe, expect, test } from 'vitest';
import { logOf } from '../../test/log-of.ts';
import { AgentError } from '../errors.ts';
import type { EventDraft } from './event.ts';
import { SessionLog } from './log.ts';
import { memoryStore } from './memory-store.ts';
import { emptyState, evolve } from './state.ts';
import type { SessionStore } from './store.ts';

const started: EventDraft = {
  key: 'run/1',
  type: 'run_started',
  runId: 'r',
  continues: false,
  model: { provider: 'p', id: 'm' },
  budget: {},
  tools: [],
};
const prompt = (key: string): EventDraft => ({
  key,
  type: 'prompt_added',
  content: [{ type: 'text', text: key }],
  source: 'user',
});

async function openLog(store: SessionStore = memoryStore()) {
  const log = new SessionLog(store, 's');
  await log.load();
  return { log, store };
}

describe('append', () => {
  test('gives events their place, folds them, and stores them', async () => {
    const { log, store } = await openLog();
    expect(await log.append(7, [started, prompt('a')])).toEqual([
      { v: 1, seq: 1, at: 7, ...started },
      { v: 1, seq: 2, at: 7, ...prompt('a') },
    ]);
    expect(log.state).toEqual((await logOf(store, 's')).reduce(evolve, emptyState));
    expect(log.state.seq).toBe(2);
  });

  test('keeps the order of calls that do not wait for each other', async () => {
    const { log, store } = await openLog();
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => log.append(0, [prompt(key)])));
    expect((await logOf(store, 's')).map(({ key, seq }) => `${seq}${key}`)).toEqual(['1a', '2b', '3c', '4d']);
  });

  test('that the store refuses leaves the state as it was, and the next one is tried', async () => {
    const inner = memoryStore();
    let isBroken = true;
    const append: SessionStore['append'] = async (...args) => {
      if (isBroken) throw new Error('disk full');
      await inner.append(...args);
    };
    const { log } = await openLog({ ...inner, append });
    await expect(log.append(0, [started])).rejects.toMatchObject({
      code: 'store_failed',
      message: 'Session "s" could not be written: disk full',
      cause: expect.any(Error),
    });
    expect(log.state).toBe(emptyState);
    isBroken = false;
    expect(await log.append(0, [started])).toHaveLength(1);
  });

  test('passes a conflict on as it is', async () => {
    const { log, store } = await openLog();
    const other = await openLog(store);
    await other.log.append(0, [started]);
    await expect(log.append(0, [started])).rejects.toMatchObject({ code: 'session_conflict' });
  });

  test('stores nothing that could not be read back', async () => {
    const { log, store } = await openLog();
    const broken = { ...started, key: 'x', type: 'dreamt' } as unknown as EventDraft;
    await expect(log.append(0, [started, broken])).rejects.toThrow('dreamt');
    expect(await logOf(store, 's')).toEqual([]);
    expect(log.state).toBe(emptyState);
  });

  test('once detached changes the state only', async () => {
    const { log, store } = await openLog();
    await log.append(0, [started]);
    log.detach();
    await log.append(0, [prompt('a')]);
    expect(log.state.messages).toHaveLength(1);
    expect(await logOf(store, 's')).toHaveLength(1);
  });

  test('once forgotten starts from nothing', async () => {
    const { log, store } = await openLog();
    await log.append(0, [started, prompt('a')]);
    log.forget();
    expect(log.state).toBe(emptyState);
    await log.append(0, [started]);
    expect(log.state.seq).toBe(1);
    expect(await logOf(store, 's')).toHaveLength(2);
  });
});

describe('load', () => {
  test('of a session that does not exist gives an empty one', async () => {
    expect((await openLog()).log.state).toBe(emptyState);
  });

  test('folds what is there, and goes on behind it', async () => {
    const { log, store } = await openLog();
    await log.append(0, [started, prompt('a')]);
    const again = await openLog(store);
    expect(again.log.state).toEqual(log.state);
    expect(await again.log.append(0, [prompt('b')])).toMatchObject([{ seq: 3 }]);
  });

  test('that fails half way leaves the session empty', async () => {
    const { log, store } = await openLog();
    await log.append(0, [started, prompt('a')]);
    const broken: SessionStore = {
      ...store,
      async *read(id) {
        yield* store.read(id);
        throw new Error('connection lost');
      },
    };
    const half = new SessionLog(broken, 's');
    await expect(half.load()).rejects.toSatisfy(
      (error) => AgentError.isInstance(error) && error.code === 'store_failed',
    );
    expect(half.state).toBe(emptyState);
  });
});

describe('keys', () => {
  test('are found as long as their turn lasts', async () => {
    const { log } = await openLog();
    const [first] = await log.append(0, [started]);
    expect(log.committed('run/1')).toBe(first);
    expect(log.committed('run/2')).toBeUndefined();
    const model = { provider: 'p', id: 'm' };
    const key = '1/model/1/started';
    await log.append(0, [{ key, type: 'model_started', turn: 1, attempt: 1, model, isLastTurn: false }]);
    expect(log.committed('run/1')).toBeUndefined();
    expect(log.committed(key)).toBeDefined();
  });

  test('that are taken get a number', async () => {
    const { log } = await openLog();
    expect(log.freeKey('a')).toBe('a');
    await log.append(0, [prompt('a')]);
    expect(log.freeKey('a')).toBe('a/2');
    await log.append(0, [prompt('a/2')]);
    expect(log.freeKey('a')).toBe('a/3');
  });
});
