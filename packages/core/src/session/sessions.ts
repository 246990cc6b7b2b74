import { checkOptions } from '../check-options.ts';
import { OptionError } from '../errors.ts';
import type { PriceBook } from '../price.ts';
import type { SessionEvent } from './event.ts';
import { notFound } from './read-events.ts';
import { summarizeSession, type SessionSummary } from './session-summary.ts';
import type { SessionStore } from './store.ts';

/** What the methods of {@link Sessions} take. */
export interface SummaryOptions {
  /** Prices every call anew, as of its day. Default: the prices that were logged. */
  readonly prices?: PriceBook;
}

/** Looks into a store. */
export interface Sessions {
  /**
   * All sessions of the store, in the order they began, one at a time.
   *
   * @throws OptionError for a store that cannot list.
   */
  list(options?: SummaryOptions): AsyncGenerator<SessionSummary, void>;
  /** @throws AgentError `session_not_found` */
  show(sessionId: string, options?: SummaryOptions): Promise<SessionSummary>;
}

/**
 * A reader of what a store holds: which sessions, how far they are, and what they cost.
 *
 * @example
 * for await (const { sessionId, prompt, cost } of sessions(store).list()) console.log(sessionId, prompt, cost?.usd);
 */
export function sessions(store: SessionStore): Sessions {
  return {
    async *list(options = {}) {
      const { prices } = checked('list', options);
      if (store.list === undefined) {
        throw new OptionError('store', 'This store cannot list its sessions: it has no `list()`.');
      }
      for await (const sessionId of store.list()) {
        const events = await eventsOf(store, sessionId);
        // Nothing where it was deleted meanwhile.
        if (events !== undefined) yield summarizeSession(sessionId, events, prices);
      }
    },
    async show(sessionId, options = {}) {
      const { prices } = checked('show', options);
      const events = await eventsOf(store, sessionId);
      if (events === undefined) throw notFound(sessionId);
      return summarizeSession(sessionId, events, prices);
    },
  };
}

function checked(method: string, options: SummaryOptions): SummaryOptions {
  checkOptions(method, options, { prices: { type: 'object' } });
  return options;
}

async function eventsOf(
  store: SessionStore,
  sessionId: string,
): Promise<readonly [SessionEvent, ...SessionEvent[]] | undefined> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) events.push(event);
  const [first, ...others] = events;
  return first === undefined ? undefined : [first, ...others];
}
