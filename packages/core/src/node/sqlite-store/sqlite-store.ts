import { resolve } from 'node:path';
import { checkOptions } from '../../check-options.ts';
import { AgentError, OptionError } from '../../errors.ts';
import type { SessionEvent } from '../../session/event.ts';
import type { SessionStore } from '../../session/store.ts';
import { StoreConnection } from './store-connection.ts';
import type { EventPage } from './store-request.ts';

/** What {@link sqliteStore} takes. */
export interface SqliteStoreOptions {
  /** The database file. It is made where there is none, with its directory, for this user alone. */
  readonly path: string;
  /** Longest wait for another process that writes, in milliseconds. Default 5 000. */
  readonly busyTimeoutMs?: number;
}

/** Keeps sessions in a SQLite database. */
export interface SqliteStore extends SessionStore {
  list(): AsyncGenerator<string, void>;
  /** Finishes what was asked, and lets go of the file. The store opens it again when it is used again. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Longest session id, in characters. */
const longestId = 500;

/**
 * Keeps sessions in a SQLite database on a local disk. What `append` has acknowledged survives the death of the process
 * and of the machine (WAL, `synchronous=FULL`). Several processes may use one file: each append is fenced.
 *
 * The disk is waited for in a thread of its own, which starts with the first call; appends that come together share one
 * commit. Every event carries a checksum, so that damage is an error and never another history.
 *
 * @throws OptionError for wrong options. Methods throw AgentError `store_failed`, `session_conflict` or `session_corrupt`.
 *
 * @example
 * await using store = sqliteStore({ path: 'sessions.db' });
 * const { sessionId } = await run('Hello', { model, session: store }).result();
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  checkOptions('sqliteStore', options, {
    path: { type: 'string', required: true },
    busyTimeoutMs: { type: 'number', min: 0, integer: true },
  });
  const { path, busyTimeoutMs = 5000 } = options;
  if (path === '' || path === ':memory:' || path.includes('\0')) {
    const message = `Expected \`path\` of sqliteStore to name a file, got ${JSON.stringify(path)}. For sessions in memory, use memoryStore().`;
    throw new OptionError('path', message);
  }
  const connection = new StoreConnection({ path: resolve(path), busyTimeoutMs });
  const close = (): Promise<void> => connection.close();
  return {
    async append(sessionId, expectedSeq, events) {
      checkId(sessionId);
      const stored = events.map((event) => ({ seq: event.seq, key: toText(event.key), body: JSON.stringify(event) }));
      await connection.ask({ type: 'append', sessionId, expectedSeq, events: stored });
    },
    async *read(sessionId, { after = 0 } = {}) {
      checkId(sessionId);
      let page: EventPage = { bodies: [], lastSeq: after, lastSum: undefined, isLast: false };
      while (!page.isLast) {
        page = await nextPage(connection, sessionId, page);
        // The thread has compared each with its checksum: it is what JSON.stringify made of an event.
        for (const body of page.bodies) yield JSON.parse(body) as SessionEvent;
      }
    },
    async *list() {
      for (let after = 0, isLast = false; !isLast;) {
        const reply = await connection.ask({ type: 'list', after });
        if (reply.type !== 'sessions') throw unexpected(reply.type);
        yield* reply.page.sessionIds;
        ({ last: after, isLast } = reply.page);
      }
    },
    async delete(sessionId) {
      checkId(sessionId);
      await connection.ask({ type: 'delete', sessionId });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function nextPage(
  connection: StoreConnection,
  sessionId: string,
  { lastSeq: after, lastSum: sum }: EventPage,
): Promise<EventPage> {
  const reply = await connection.ask({ type: 'read', sessionId, after, sum });
  if (reply.type !== 'events') throw unexpected(reply.type);
  return reply.page;
}

function unexpected(type: string): AgentError {
  return new AgentError('internal', `The thread of the store answered with ${type}.`);
}

/** Ids stand in file names, logs and terminals sooner or later, so nothing is taken that could break those. */
function checkId(sessionId: string): void {
  const isGood = sessionId !== '' && sessionId.length <= longestId && !/[\p{Cc}\p{Cs}]/u.test(sessionId);
  if (isGood) return;
  const shown = JSON.stringify(sessionId.length > longestId ? `${sessionId.slice(0, 40)}…` : sessionId);
  const message = `Expected a session id of 1 to ${longestId} characters without control characters, got ${shown}.`;
  throw new OptionError('sessionId', message);
}

/** Keys hold ids that models chose: whatever they are, different keys stay different in the database. */
function toText(key: string): string {
  return JSON.stringify(key);
}
