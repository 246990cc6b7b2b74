import type { ToolCallBlock, ToolResultBlock } from '../transcript.ts';
import type { CallApproval } from './approvals.ts';
import type { ChildGrant } from './event.ts';
import { PersistentArray } from './persistent-array.ts';

/** The sub-agent that a call has started. */
export interface StartedChild {
  readonly childSessionId: string;
  /** What it may use. */
  readonly grant: ChildGrant;
}

/** One tool call on its way to its answer. */
export interface CallState {
  readonly call: ToolCallBlock;
  /** Why it must not run; it is answered with this instead. */
  readonly barred?: 'cut_off' | 'last_turn' | 'repetition';
  /** How many times in a row the same call was made, this time included. */
  readonly repeats: number;
  /** The intent was logged: it may have run. */
  readonly isStarted: boolean;
  readonly approval?: CallApproval;
  readonly child?: StartedChild;
  readonly result?: ToolResultBlock;
}

/** The calls of one turn, in their order. It keeps what it was: `with` gives a changed list in logarithmic time. */
export class CallList implements Iterable<CallState> {
  /** Calls that have a result. */
  readonly answered: number;
  readonly #calls: PersistentArray<CallState>;
  /** Place of each call by its id. The ids of a turn never change, so that all versions share it. */
  readonly #places: ReadonlyMap<string, number>;
  /** Every call before this place is answered. */
  readonly #firstOpen: number;

  private constructor(
    calls: PersistentArray<CallState>,
    places: ReadonlyMap<string, number>,
    progress: { readonly answered: number; readonly firstOpen: number },
  ) {
    this.#calls = calls;
    this.#places = places;
    this.answered = progress.answered;
    this.#firstOpen = progress.firstOpen;
  }

  /** A turn's calls, none of them answered. Their ids are unique. */
  static of(calls: readonly CallState[]): CallList {
    const places = new Map(calls.map(({ call }, index) => [call.id, index]));
    return new CallList(PersistentArray.of(calls), places, { answered: 0, firstOpen: 0 });
  }

  get length(): number {
    return this.#calls.length;
  }

  get(id: string): CallState | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#calls.at(place);
  }

  /** The list with one call changed; the same list where it has no such call. A result stays once it is there. */
  with(id: string, change: Partial<Omit<CallState, 'call'>>): CallList {
    const place = this.#places.get(id);
    if (place === undefined) return this;
    const before = this.#calls.at(place);
    const calls = this.#calls.with(place, { ...before, ...change });
    const isAnswer = before.result === undefined && change.result !== undefined;
    let firstOpen = this.#firstOpen;
    while (firstOpen < calls.length && calls.at(firstOpen).result !== undefined) firstOpen++;
    return new CallList(calls, this.#places, { answered: this.answered + (isAnswer ? 1 : 0), firstOpen });
  }

  /** The calls without a result, in their order. */
  *open(): Generator<CallState, void> {
    for (let place = this.#firstOpen; place < this.length; place++) {
      const call = this.#calls.at(place);
      if (call.result === undefined) yield call;
    }
  }

  /** As JSON it is an array. */
  toJSON(): CallState[] {
    return [...this];
  }

  [Symbol.iterator](): Iterator<CallState> {
    return this.#calls[Symbol.iterator]();
  }
}
