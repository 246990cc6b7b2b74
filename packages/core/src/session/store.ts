import type { SessionEvent } from './event.ts';

/**
 * Keeps session logs. Event objects are plain JSON and must come back equal.
 */
export interface SessionStore {
  /**
   * Adds events to the end of a log, all or none; a session begins with its first event.
   *
   * Resolves when they are as durable as this store makes them.
   *
   * @param expectedSeq - `seq` of the last event the writer knows, 0 for a new session: the fence.
   * @throws AgentError `session_conflict` where the log's last `seq` is another; nothing is added then.
   * @throws AgentError `store_failed` where it could not write.
   */
  append(sessionId: string, expectedSeq: number, events: readonly SessionEvent[]): Promise<void>;
  /**
   * Events in order, those with `seq` above `after` only. A session that does not exist has none.
   *
   * @param options.after - Default 0: all.
   */
  read(sessionId: string, options?: { readonly after?: number }): AsyncIterable<SessionEvent>;
  /** Ids of all sessions, in the order they began. Absent where the store cannot tell. */
  list?(): AsyncIterable<string>;
  /** Removes a session; one that does not exist is fine. */
  delete(sessionId: string): Promise<void>;
}
