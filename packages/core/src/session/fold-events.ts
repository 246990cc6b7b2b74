import { AgentError, messageOf } from '../errors.ts';
import { eventVersion, type SessionEvent } from './event.ts';
import { emptyState, evolve, type SessionState } from './state.ts';

/**
 * The state that a whole log folds to.
 *
 * @throws AgentError `session_corrupt` where the events are not a log of this version from its beginning.
 */
export function foldEvents(events: readonly SessionEvent[], sessionId: string): SessionState {
  let state = emptyState;
  try {
    for (const event of events) state = evolve(state, checkedEvent(event, state.seq));
  } catch (error) {
    const message = `Session "${sessionId}" cannot be read after event ${state.seq}: ${messageOf(error)}`;
    throw new AgentError('session_corrupt', message, { cause: error });
  }
  return state;
}

function checkedEvent(event: SessionEvent, lastSeq: number): SessionEvent {
  const { v, seq } = event;
  if (v === eventVersion && seq === lastSeq + 1) return event;
  const expected = `version ${eventVersion} and seq ${lastSeq + 1}`;
  throw new TypeError(`Expected an event of ${expected}, found version ${v} and seq ${seq}.`);
}
