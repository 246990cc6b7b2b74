import type { Message } from '../message.ts';

/** Chunks that may wait for the consumer before the model's socket is held back. */
const capacity = 16;

/** Where messages go, in order. */
export interface MessageSink {
  /** Adds a message. Returns a promise only where the consumer is behind; it resolves when there is room. */
  push(message: Message): Promise<void> | undefined;
  /** Adds a message and resolves when the consumer has taken it and come back for the next. */
  deliver(message: Message): Promise<void>;
}

/**
 * Hands messages from the driver to whoever iterates, in order. Bounded: a producer that awaits what `push` and
 * `deliver` return is held back until the consumer comes for more.
 */
export class Outbox<T> {
  readonly #queue: T[] = [];
  readonly #readers: ((item: T | undefined) => void)[] = [];
  #producers: (() => void)[] = [];
  #isClosed = false;

  /** Adds an item. Returns a promise only where the queue is full; it resolves when there is room. */
  push(item: T): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader(item);
      return undefined;
    }
    this.#queue.push(item);
    return this.#queue.length < capacity ? undefined : this.#waitForConsumer();
  }

  /** Adds an item and resolves when the consumer has taken it and come back for the next. */
  async deliver(item: T): Promise<void> {
    const room = this.push(item);
    if (room !== undefined) await room;
    while (!this.#isClosed && this.#readers.length === 0) await this.#waitForConsumer();
  }

  /** The next item, or `undefined` after the last. */
  take(): Promise<T | undefined> {
    const item = this.#queue.shift();
    const taken =
      item !== undefined || this.#isClosed
        ? Promise.resolve(item)
        : new Promise<T | undefined>((resolve) => {
            this.#readers.push(resolve);
          });
    this.#wakeProducers();
    return taken;
  }

  /** Ends it. What is queued can still be taken, unless `discard` is set. */
  close(options: { readonly discard?: boolean } = {}): void {
    this.#isClosed = true;
    if (options.discard === true) this.#queue.length = 0;
    for (const reader of this.#readers.splice(0)) reader(undefined);
    this.#wakeProducers();
  }

  #waitForConsumer(): Promise<void> {
    return new Promise((resolve) => {
      this.#producers.push(resolve);
    });
  }

  #wakeProducers(): void {
    const waiting = this.#producers;
    this.#producers = [];
    for (const wake of waiting) wake();
  }
}
