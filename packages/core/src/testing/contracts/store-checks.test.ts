import { describe, expect, test } from 'vitest';
import { AgentError } from '../../errors.ts';
import type { SessionEvent } from '../../session/event.ts';
import { memoryStore } from '../../session/memory-store.ts';
import type { SessionStore } from '../../session/store.ts';
import { storeContract } from './index.ts';
import { runChecks } from './run-checks.ts';
import { storeChecks } from './store-checks.ts';
import type { StoreSubject } from './store-checks.ts';

storeContract('memoryStore', () => ({ store: memoryStore() }));

storeContract('a store that outlives its process', () => {
  const store = memoryStore();
  return { store, reopen: () => store };
});

/** A right store with some of its methods replaced. */
function storeWith(replace: (right: SessionStore) => Partial<SessionStore>): () => StoreSubject {
  return () => {
    const right = memoryStore();
    return { store: { ...right, ...replace(right) }, patienceMs: 50 };
  };
}

async function eventsOf(store: SessionStore, id: string): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(id)) events.push(event);
  return events;
}

async function* inOrder(events: Iterable<SessionEvent>): AsyncGenerator<SessionEvent> {
  yield* events;
}

function replaced(events: readonly SessionEvent[], part: string | RegExp, by: string): readonly SessionEvent[] {
  // Only text inside the events has changed.
  return JSON.parse(JSON.stringify(events).replaceAll(part, by)) as readonly SessionEvent[];
}

/** The one log of a store without a fence, copies or ids. */
function plainLog() {
  const logs = new Map<string, SessionEvent[]>();
  const logOf = (id: string) => logs.get(id) ?? [];
  return {
    logOf,
    add: (id: string, events: readonly SessionEvent[]) => void logs.set(id, [...logOf(id), ...events]),
  };
}

function conflict(): AgentError {
  return new AgentError('session_conflict', 'Another writer was here.');
}

/** Each breaks one promise; the name is of the check that must notice. */
const brokenStores: readonly [string, string, () => StoreSubject][] = [
  [
    'throws for an unknown session',
    'a session that does not exist has no events',
    storeWith((right) => ({
      async *read(id, options) {
        let isEmpty = true;
        for await (const event of right.read(id, options)) {
          isEmpty = false;
          yield event;
        }
        if (isEmpty) throw new AgentError('session_not_found', id);
      },
    })),
  ],
  [
    'reads the newest first',
    'events of every type come back equal and in order, over several appends',
    storeWith((right) => ({
      async *read(id) {
        yield* inOrder((await eventsOf(right, id)).toReversed());
      },
    })),
  ],
  [
    'knows only some fields',
    'events of every type come back equal and in order, over several appends',
    storeWith((right) => ({
      append: (id, expectedSeq, events) =>
        right.append(
          id,
          expectedSeq,
          events.map(({ at: _at, ...event }) => event as SessionEvent),
        ),
    })),
  ],
  [
    'mends lone surrogates',
    'any JSON comes back equal',
    storeWith((right) => ({
      append: (id, expectedSeq, events) =>
        right.append(id, expectedSeq, replaced(events, String.raw`\ud800`, '\ufffd')),
    })),
  ],
  [
    'cuts long events',
    'large events and many of them come back equal',
    storeWith((right) => ({
      append: (id, expectedSeq, events) => right.append(id, expectedSeq, replaced(events, /é{1000000,}/g, 'é')),
    })),
  ],
  [
    'takes after as the first to read',
    'after leaves out what the reader has',
    storeWith((right) => ({
      async *read(id, { after = 0 } = {}) {
        yield* right.read(id, { after: Math.max(0, after - 1) });
      },
    })),
  ],
  [
    'has no fence',
    'an append with a wrong expectedSeq is a session_conflict and adds nothing',
    storeWith((right) => ({
      append: async (id, _expectedSeq, events) => right.append(id, (await eventsOf(right, id)).length, events),
    })),
  ],
  [
    'has a fence only against those behind',
    'an append with a wrong expectedSeq is a session_conflict and adds nothing',
    storeWith((right) => ({
      async append(id, expectedSeq, events) {
        const { length } = await eventsOf(right, id);
        await right.append(id, Math.min(expectedSeq, length), events);
      },
    })),
  ],
  [
    'refuses with a plain error',
    'an append with a wrong expectedSeq is a session_conflict and adds nothing',
    storeWith((right) => ({
      append: (id, expectedSeq, events) =>
        right.append(id, expectedSeq, events).catch(() => Promise.reject(new Error('UNIQUE constraint failed'))),
    })),
  ],
  [
    'adds what it refuses',
    'an append with a wrong expectedSeq is a session_conflict and adds nothing',
    storeWith((right) => ({
      async append(id, expectedSeq, events) {
        const { length } = await eventsOf(right, id);
        await right.append(id, length, events);
        if (length !== expectedSeq) throw conflict();
      },
    })),
  ],
  [
    'checks first and writes later',
    'of writers with the same expectedSeq exactly one wins',
    storeWith(() => {
      const { logOf, add } = plainLog();
      return {
        async append(id, expectedSeq, events) {
          if (logOf(id).length !== expectedSeq) throw conflict();
          await Promise.resolve();
          add(id, structuredClone(events));
        },
        read: (id, { after = 0 } = {}) => inOrder(structuredClone(logOf(id).slice(after))),
      };
    }),
  ],
  [
    'refuses everybody where two meet',
    'of writers with the same expectedSeq exactly one wins',
    storeWith((right) => {
      let writers = 0;
      return {
        async append(id, expectedSeq, events) {
          writers++;
          await new Promise(setImmediate);
          const hasRivals = writers > 1;
          await new Promise(setImmediate);
          writers--;
          if (hasRivals) throw conflict();
          await right.append(id, expectedSeq, events);
        },
      };
    }),
  ],
  [
    'does not tell upper case from lower',
    'sessions do not see each other',
    storeWith((right) => ({
      append: (id, ...rest) => right.append(id.toLowerCase(), ...rest),
      read: (id, options) => right.read(id.toLowerCase(), options),
    })),
  ],
  [
    'deletes nothing',
    'delete removes a session, that one alone, and its id can begin again',
    storeWith(() => ({ async delete() {} })),
  ],
  [
    'deletes by prefix',
    'delete removes a session, that one alone, and its id can begin again',
    storeWith((right) => ({
      async delete(id) {
        for (const other of [id, `${id}-not`]) await right.delete(other);
      },
    })),
  ],
  [
    'remembers where a deleted session was',
    'delete removes a session, that one alone, and its id can begin again',
    storeWith((right) => {
      const deleted = new Set<string>();
      return {
        async append(id, expectedSeq, events) {
          if (deleted.has(id)) throw conflict();
          await right.append(id, expectedSeq, events);
        },
        async delete(id) {
          deleted.add(id);
          await right.delete(id);
        },
      };
    }),
  ],
  [
    'cannot delete what is not there',
    'deleting a session that does not exist is fine',
    storeWith((right) => ({
      async delete(id) {
        if ((await eventsOf(right, id)).length === 0) throw new AgentError('session_not_found', id);
        await right.delete(id);
      },
    })),
  ],
  [
    'keeps the objects it was given',
    'changing an event after it was appended does not change the log',
    storeWith(() => {
      const { logOf, add } = plainLog();
      return {
        append: async (id, _expectedSeq, events) => add(id, events),
        read: (id) => inOrder(structuredClone(logOf(id))),
      };
    }),
  ],
  [
    'gives out the objects it keeps',
    'changing an event that was read does not change the log',
    storeWith(() => {
      const { logOf, add } = plainLog();
      return {
        append: async (id, _expectedSeq, events) => add(id, structuredClone(events)),
        read: (id) => inOrder(logOf(id)),
      };
    }),
  ],
  [
    'throws what the file system throws',
    'a session id with odd characters works, or is refused with an AgentError',
    storeWith((right) => ({
      async append(id, ...rest) {
        if (id.includes('\u0000')) throw new TypeError('The argument must be a string without null bytes.');
        await right.append(id, ...rest);
      },
    })),
  ],
  [
    'takes a path for an id',
    'a session id with odd characters works, or is refused with an AgentError',
    storeWith((right) => ({
      append: (id, expectedSeq, events) => right.append(id.replace('../', ''), expectedSeq, events),
      read: (id, options) => right.read(id.replace('../', ''), options),
    })),
  ],
  [
    'is locked by a reader that goes away',
    'a reader that stops early leaves the store usable',
    storeWith((right) => {
      let unlocked = Promise.resolve();
      return {
        async append(...input) {
          await unlocked;
          await right.append(...input);
        },
        async *read(id, options) {
          const lock = Promise.withResolvers<void>();
          unlocked = lock.promise;
          for await (const event of right.read(id, options)) yield event;
          lock.resolve();
        },
      };
    }),
  ],
  [
    'begins anew when it is written to',
    'a read during which another writes gives whole events from the first on',
    storeWith((right) => ({
      async *read(id, options) {
        const before = await eventsOf(right, id);
        for (const [index, event] of before.entries()) {
          yield event;
          if (index === 0 && (await eventsOf(right, id)).length > before.length) yield* right.read(id, options);
        }
      },
    })),
  ],
  [
    'loses all when it is opened again',
    'what was appended is there for whoever opens the store again',
    () => ({ store: memoryStore(), reopen: () => memoryStore() }),
  ],
];

describe('the contract of a store', () => {
  test.each(brokenStores)('notices a store that %s', async (_store, name, makeSubject) => {
    const outcomes = await runChecks(storeChecks, makeSubject);
    expect(outcomes.filter(({ outcome }) => outcome === 'failed').map((failed) => failed.name)).toContain(name);
  });

  test('has no check that no store can fail', () => {
    const failed = new Set(brokenStores.map(([, name]) => name));
    expect(storeChecks.map(({ name }) => name).filter((name) => !failed.has(name))).toEqual([]);
  });

  test('skips what a store cannot do, with the reason', async () => {
    const outcomes = await runChecks(storeChecks, () => ({ store: memoryStore() }));
    expect(outcomes.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      {
        name: 'what was appended is there for whoever opens the store again',
        outcome: 'skipped',
        reason: 'this store keeps nothing',
      },
    ]);
  });
});
