import { AgentError } from '../errors.ts';
import type { SessionEvent } from './event.ts';
import type { SessionStore } from './store.ts';

/** Keeps sessions in this process; they end with it. The default of `run()`. */
export function memoryStore(): SessionStore {
  const sessions = new Map<string, SessionEvent[]>();
  return {
    async append(sessionId, expectedSeq, events) {
      const log = sessions.get(sessionId) ?? [];
      if (log.length !== expectedSeq) {
        throw new AgentError(
          'session_conflict',
          `Session "${sessionId}" is at event ${log.length}, not ${expectedSeq}: another run is writing to it. Wait for that run, or start a new session.`,
        );
      }
      // A copy on the way in and on the way out: nobody else holds what is stored.
      for (const event of structuredClone(events)) log.push(event);
      sessions.set(sessionId, log);
    },
    async *read(sessionId, { after = 0 } = {}) {
      for (const event of sessions.get(sessionId)?.slice(after) ?? []) yield structuredClone(event);
    },
    async *list() {
      yield* sessions.keys();
    },
    async delete(sessionId) {
      sessions.delete(sessionId);
    },
  };
}
