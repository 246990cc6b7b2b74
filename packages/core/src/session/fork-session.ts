import { checkOptions } from '../check-options.ts';
import { OptionError } from '../errors.ts';
import type { SessionEvent } from './event.ts';
import { foldEvents } from './fold-events.ts';
import { notFound } from './read-events.ts';
import type { SessionStore } from './store.ts';

/** What {@link forkSession} takes. */
export interface ForkOptions {
  /** `seq` of the last event that the new session has. Default: all events. */
  readonly seq?: number;
  /** Name of the new session. Default: a new id. */
  readonly newSessionId?: string;
}

/**
 * Starts a session from the beginning of another, which stays as it is. A fork in the middle of a run is like a crash
 * there: `resume` takes the run up, and a new prompt closes it first.
 *
 * @returns Id of the new session.
 * @throws OptionError for a `seq` that the session does not have.
 * @throws AgentError `session_not_found`, or `session_conflict` where there is a session of the new name.
 *
 * @example
 * const earlier = await forkSession(store, sessionId, { seq: 12 });
 * run('Try it another way.', { ...options, session: store, sessionId: earlier });
 */
export async function forkSession(store: SessionStore, sessionId: string, options: ForkOptions = {}): Promise<string> {
  checkOptions('forkSession', options, {
    seq: { type: 'number', min: 1, integer: true },
    newSessionId: { type: 'string' },
  });
  // No run asks for it, so that no run has to get the same one again.
  // oxlint-disable-next-line no-restricted-properties
  const { seq = Infinity, newSessionId = crypto.randomUUID() } = options;
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) {
    if (event.seq > seq) break;
    events.push(event);
  }
  if (events.length === 0) throw notFound(sessionId);
  if (seq !== Infinity && events.length < seq) {
    throw new OptionError(
      'seq',
      `Expected \`seq\` to be at most ${events.length}, the last event there is, got ${seq}.`,
    );
  }
  foldEvents(events, sessionId);
  await store.append(newSessionId, 0, events);
  return newSessionId;
}
