import { AgentError, messageOf } from '../errors.ts';
import { eventVersion, type EventDraft, type SessionEvent } from './event.ts';
import { foldEvents } from './fold-events.ts';
import { redactEvent, type RedactText } from './redact-event.ts';
import { emptyState, evolve, type SessionState } from './state.ts';
import type { SessionStore } from './store.ts';

/** An open session: its log in the store, and the state that the log folds to. */
export class SessionLog {
  readonly sessionId: string;
  readonly #store: SessionStore;
  readonly #redact: RedactText | undefined;
  #state: SessionState = emptyState;
  /** Events of the last turn by key: what a repeated step finds committed. */
  readonly #committed = new Map<string, SessionEvent>();
  #isDetached = false;
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * A log that has not been read yet: {@link load} it before the first append.
   *
   * @param redact - What every text goes through before it is stored, or anything rests on it.
   */
  constructor(store: SessionStore, sessionId: string, redact?: RedactText) {
    this.#store = store;
    this.sessionId = sessionId;
    this.#redact = redact;
  }

  /**
   * Reads the session from the store; one that does not exist is empty.
   *
   * @throws AgentError `session_corrupt` where the events are not a whole log of this version.
   * @throws AgentError `store_failed`
   */
  async load(): Promise<void> {
    const events: SessionEvent[] = [];
    try {
      for await (const event of this.#store.read(this.sessionId)) events.push(event);
    } catch (error) {
      throw asStoreError(error, `Session "${this.sessionId}" could not be read`);
    }
    // Whoever gave it up meanwhile has gone on without these events.
    if (this.#isDetached) throw tooLate(this.sessionId, 'read');
    this.#keep(events, foldEvents(events, this.sessionId));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The committed event of a step, where the session got past it. */
  committed(key: string): SessionEvent | undefined {
    return this.#committed.get(key);
  }

  /** The key, or where a crash made us repeat its step, the key with a number behind it. */
  freeKey(key: string): string {
    let candidate = key;
    for (let number = 2; this.#committed.has(candidate); number++) candidate = `${key}/${number}`;
    return candidate;
  }

  /**
   * Adds events at the end, in the order of the calls.
   *
   * @param at - Milliseconds since the epoch.
   * @throws AgentError `session_conflict` or `store_failed`; the state is unchanged then.
   */
  append(at: number, drafts: readonly EventDraft[]): Promise<readonly SessionEvent[]> {
    const appended = this.#tail.then(() => this.#append(at, drafts));
    this.#tail = appended.catch(() => undefined);
    return appended;
  }

  /** True where events change the state only. */
  get isDetached(): boolean {
    return this.#isDetached;
  }

  /** From now on events change the state only: for the end of a run whose store has failed. */
  detach(): void {
    this.#isDetached = true;
  }

  /** Detached from a store that does not answer: what was asked of it last is not waited for, and comes to nothing here. */
  abandon(): void {
    this.detach();
    this.#tail = Promise.resolve();
  }

  /** Detached, and empty as well: for the end of a run that never was in the log. */
  forget(): void {
    this.detach();
    this.#state = emptyState;
  }

  async #append(at: number, drafts: readonly EventDraft[]): Promise<readonly SessionEvent[]> {
    const { seq } = this.#state;
    const events = drafts.map((draft, index): SessionEvent => ({
      v: eventVersion,
      seq: seq + index + 1,
      at,
      ...this.#withoutSecrets(draft),
    }));
    // First, so that nothing is stored that could not be read back.
    const after = events.reduce(evolve, this.#state);
    if (!this.#isDetached) {
      try {
        await this.#store.append(this.sessionId, seq, events);
      } catch (error) {
        throw asStoreError(error, `Session "${this.sessionId}" could not be written`);
      }
      // Whoever gave it up meanwhile has gone on without these events.
      if (this.#isDetached) throw tooLate(this.sessionId, 'written');
    }
    this.#keep(events, after);
    return events;
  }

  /** The end of a run whose store, or whose redaction, has failed is stored nowhere. */
  #withoutSecrets(draft: EventDraft): EventDraft {
    return this.#redact === undefined || this.#isDetached ? draft : redactEvent(draft, this.#redact);
  }

  #keep(events: readonly SessionEvent[], state: SessionState): void {
    for (const event of events) {
      if (event.type === 'model_started') this.#committed.clear();
      this.#committed.set(event.key, event);
    }
    this.#state = state;
  }
}

function tooLate(sessionId: string, what: string): AgentError {
  return new AgentError('store_failed', `Session "${sessionId}" was ${what} too late: its run was stopped before.`);
}

function asStoreError(error: unknown, what: string): AgentError {
  if (AgentError.isInstance(error)) return error;
  return new AgentError('store_failed', `${what}: ${messageOf(error)}`, { cause: error });
}
