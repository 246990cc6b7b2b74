/** One event as the database keeps it. */
export interface StoredEvent {
  readonly seq: number;
  readonly key: string;
  /** The event as JSON. */
  readonly body: string;
}

/** What the store asks its thread for. */
export type StoreRequest =
  | {
      readonly type: 'append';
      readonly sessionId: string;
      readonly expectedSeq: number;
      readonly events: readonly StoredEvent[];
    }
  | {
      readonly type: 'read';
      readonly sessionId: string;
      readonly after: number;
      /** Checksum of the event `after`, where the reader has it: what is read then continues that very history. */
      readonly sum: Uint8Array | undefined;
    }
  | { readonly type: 'list'; readonly after: number }
  | { readonly type: 'delete'; readonly sessionId: string }
  | { readonly type: 'close' };

/** Some events of a session, in order. */
export interface EventPage {
  readonly bodies: readonly string[];
  /** `seq` of the last of them. */
  readonly lastSeq: number;
  readonly lastSum: Uint8Array | undefined;
  readonly isLast: boolean;
}

/** Some sessions, in the order they began. */
export interface SessionPage {
  readonly sessionIds: readonly string[];
  /** Where the next page begins. */
  readonly last: number;
  readonly isLast: boolean;
}

/** What came of a request. */
export type StoreReply =
  | { readonly type: 'done' }
  | { readonly type: 'events'; readonly page: EventPage }
  | { readonly type: 'sessions'; readonly page: SessionPage }
  | { readonly type: 'failed'; readonly code: StoreFailure; readonly message: string };

/** Codes of the errors that a store throws. */
export type StoreFailure = 'session_conflict' | 'session_corrupt' | 'store_failed';

/** What the thread is started with. */
export interface StoreThreadData {
  readonly path: string;
  readonly busyTimeoutMs: number;
}
