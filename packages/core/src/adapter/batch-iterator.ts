import type { ModelEvent } from '../model.ts';

/** A call as a source of events, some at a time: as many as one chunk of the network holds. */
export interface EventBatches {
  /**
   * The next events, in order; none where a chunk completes none.
   *
   * @returns `undefined` after the last.
   * @throws ModelError, once, and is over then.
   */
  next(): Promise<readonly ModelEvent[] | undefined>;
  /** Ends the request where it still goes on; a pending `next()` settles. Never throws, and may be called again. */
  close(): void;
  /** @throws ModelError with `aborted` where the caller's signal has fired. */
  throwIfAborted(): void;
}

const doneResult: IteratorResult<ModelEvent, void> = { done: true, value: undefined };
const doneAnyway = () => doneResult;
const noEvents: readonly ModelEvent[] = [];

/**
 * Gives the events of a call one by one. Nothing is sent before the first `next()`.
 *
 * Written by hand, for two reasons: the `return()` of a generator waits for the pending `next()`, and this one ends the
 * request at once and the pending `next()` with it; and a generator costs several turns of the microtask queue for each
 * event, where this costs one for an event that has arrived.
 */
export class BatchIterator implements AsyncIterableIterator<ModelEvent, void> {
  readonly #batches: EventBatches;
  #batch: readonly ModelEvent[] = noEvents;
  /** Place of the next event in the batch. */
  #at = 0;
  #isOver = false;
  #isReturned = false;
  /** Calls of `next()` that have not settled; the last of them settles with `#lastStep`. */
  #waiting = 0;
  #lastStep: Promise<unknown> = Promise.resolve();

  constructor(batches: EventBatches) {
    this.#batches = batches;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls made before an earlier one has settled wait for their turn. */
  next(): Promise<IteratorResult<ModelEvent, void>> {
    if (this.#waiting > 0 || this.#at === this.#batch.length) return this.#enqueue();
    try {
      return Promise.resolve(this.#take());
    } catch (error) {
      this.#fail();
      return Promise.reject(error);
    }
  }

  return(): Promise<IteratorResult<ModelEvent, void>> {
    this.#isReturned = true;
    this.#end();
    this.#batches.close();
    return Promise.resolve(doneResult);
  }

  #enqueue(): Promise<IteratorResult<ModelEvent, void>> {
    this.#waiting++;
    const step = this.#lastStep.then(() => this.#step()).finally(() => this.#waiting--);
    this.#lastStep = step.catch(doneAnyway);
    return step;
  }

  async #step(): Promise<IteratorResult<ModelEvent, void>> {
    try {
      while (!this.#isOver) {
        if (this.#at < this.#batch.length) return this.#take();
        const batch = await this.#batches.next();
        if (this.#isReturned) break;
        if (batch === undefined) this.#end();
        else this.#open(batch);
      }
      return doneResult;
    } catch (error) {
      if (this.#isReturned) return doneResult;
      this.#fail();
      throw error;
    }
  }

  #open(batch: readonly ModelEvent[]): void {
    this.#batch = batch;
    this.#at = 0;
  }

  /** The next event of the batch, which has one. After an abort none comes out, also of those that have arrived. */
  #take(): IteratorResult<ModelEvent, void> {
    this.#batches.throwIfAborted();
    const value = this.#batch[this.#at++];
    // The end is the last event: an abort after it changes nothing any more.
    if (value === undefined || value.type === 'end') this.#end();
    return value === undefined ? doneResult : { done: false, value };
  }

  #fail(): void {
    this.#end();
    this.#batches.close();
  }

  #end(): void {
    this.#isOver = true;
    this.#open(noEvents);
  }
}
