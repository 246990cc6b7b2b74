import type { SessionDatabase } from './session-database.ts';
import { StoreError } from './store-error.ts';
import type { StoreReply, StoreRequest } from './store-request.ts';

type Append = Extract<StoreRequest, { readonly type: 'append' }>;

/** Performs requests in their order. Appends that follow each other share one commit. */
export function performRequests(database: SessionDatabase, requests: readonly StoreRequest[]): StoreReply[] {
  const replies: StoreReply[] = [];
  for (let next = requests[replies.length]; next !== undefined; next = requests[replies.length]) {
    if (next.type === 'append') replies.push(...commit(database, appendsFrom(requests, replies.length)));
    else replies.push(perform(database, next));
  }
  return replies;
}

function appendsFrom(requests: readonly StoreRequest[], start: number): Append[] {
  const appends: Append[] = [];
  for (const request of requests.slice(start)) {
    if (request.type !== 'append') break;
    appends.push(request);
  }
  return appends;
}

function commit(database: SessionDatabase, appends: readonly Append[]): StoreReply[] {
  const [only, ...others] = appends;
  if (only !== undefined && others.length === 0) return [settle(() => database.appendAlone(only))];
  let replies: StoreReply[] = [];
  try {
    database.transaction(() => {
      replies = appends.map((append) => settle(() => database.append(append)));
    });
    return replies;
  } catch (error) {
    // Nothing was committed, so that those that had seemed to succeed have failed as well.
    const failure = failureOf(error);
    return appends.map((_, index) => (replies[index]?.type === 'failed' ? replies[index] : failure));
  }
}

function perform(database: SessionDatabase, request: Exclude<StoreRequest, Append>): StoreReply {
  return settle(() => {
    switch (request.type) {
      case 'read':
        return { type: 'events', page: database.read(request.sessionId, request.after, request.sum) };
      case 'list':
        return { type: 'sessions', page: database.list(request.after) };
      case 'delete':
        return database.delete(request.sessionId);
      case 'close':
        return database.close();
    }
  });
}

function settle(work: () => StoreReply | void): StoreReply {
  try {
    return work() ?? { type: 'done' };
  } catch (error) {
    return failureOf(error);
  }
}

/** What SQLite says of a file that is damaged, and of a step that is in the log already. */
const corruptCodes: ReadonlySet<unknown> = new Set([11, 26, 267, 523, 779]);
const uniqueCode = 2067;

/** The failure as the store's user gets to see it. */
export function failureOf(error: unknown): Extract<StoreReply, { readonly type: 'failed' }> {
  if (error instanceof StoreError) return { type: 'failed', code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  if (corruptCodes.has(code)) {
    return { type: 'failed', code: 'session_corrupt', message: `The database is damaged: ${message}.` };
  }
  if (code === uniqueCode) {
    const conflict = `Another run has logged this step already (${message}).`;
    return { type: 'failed', code: 'session_conflict', message: conflict };
  }
  return { type: 'failed', code: 'store_failed', message: `The database failed: ${message}.` };
}
