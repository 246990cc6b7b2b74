import type { SessionEvent } from '../src/session/event.ts';
import type { SessionStore } from '../src/session/store.ts';

/** All events of a session, as its store gives them back. */
export async function logOf(store: SessionStore, sessionId: string): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) events.push(event);
  return events;
}
