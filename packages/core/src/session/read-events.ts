import { checkOptions } from '../check-options.ts';
import { AgentError } from '../errors.ts';
import type { SessionEvent } from './event.ts';
import type { SessionStore } from './store.ts';

/** What {@link events} takes. */
export interface EventsOptions {
  readonly session: SessionStore;
  /** `seq` of the last event the reader has; every message says as `eventSeq` which event it comes from. Default 0. */
  readonly after?: number;
}

/**
 * The events of a session that a reader does not have yet, for one that lost its connection. Ends with the last event
 * that is in the log; ask again with its `seq` for what comes later.
 *
 * @throws OptionError for wrong options, at once.
 * @throws AgentError `session_not_found`
 */
export function events(sessionId: string, options: EventsOptions): AsyncGenerator<SessionEvent, void> {
  checkOptions('events', options, {
    session: { type: 'object', required: true },
    after: { type: 'number', min: 0, integer: true },
  });
  return readEvents(sessionId, options.session, options.after ?? 0);
}

async function* readEvents(sessionId: string, store: SessionStore, after: number): AsyncGenerator<SessionEvent, void> {
  let isKnown = false;
  for await (const event of store.read(sessionId, { after })) {
    isKnown = true;
    yield event;
  }
  if (!isKnown && !(await hasEvents(store, sessionId))) throw notFound(sessionId);
}

async function hasEvents(store: SessionStore, sessionId: string): Promise<boolean> {
  for await (const _event of store.read(sessionId)) return true;
  return false;
}

/** There is no such session. */
export function notFound(sessionId: string): AgentError {
  return new AgentError('session_not_found', `There is no session ${JSON.stringify(sessionId)} in the store.`);
}
