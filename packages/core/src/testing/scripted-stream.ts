import { ModelError, OptionError } from '../errors.ts';
import type { Clock } from '../durable.ts';
import type { ModelEvent } from '../model.ts';
import type { TurnPlay } from './play-turn.ts';
import type { ActPart } from './script-part.ts';

/** What one stream needs. */
export interface ScriptedStreamOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock | undefined;
  /** Called when the first event is asked for. */
  start(): Promise<TurnPlay>;
  /** Called once, when a started stream is over. */
  onClose(): void;
}

const doneResult: IteratorResult<ModelEvent, void> = { done: true, value: undefined };

/**
 * The stream of one call. Written by hand, because the `return()` of a generator waits for the pending `next()`: this one
 * ends it, as an adapter does that closes its socket.
 */
export class ScriptedStream implements AsyncIterableIterator<ModelEvent, void> {
  readonly #options: ScriptedStreamOptions;
  readonly #closing = new AbortController();
  #play: TurnPlay | undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #isStuck = false;
  #hasEnded = false;
  #lastStep: Promise<IteratorResult<ModelEvent, void>> = Promise.resolve(doneResult);

  constructor(options: ScriptedStreamOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls made before an earlier one has settled wait for their turn. */
  next(): Promise<IteratorResult<ModelEvent, void>> {
    const step = () => this.#step();
    this.#lastStep = this.#lastStep.then(step, step);
    return this.#lastStep;
  }

  return(): Promise<IteratorResult<ModelEvent, void>> {
    if (this.#isStuck) return never();
    this.#close();
    return Promise.resolve(doneResult);
  }

  async #step(): Promise<IteratorResult<ModelEvent, void>> {
    if (this.#state === 'closed') return doneResult;
    try {
      if (!this.#hasEnded) this.#throwIfAborted();
      this.#state = 'open';
      this.#play ??= await this.#interruptible(this.#options.start());
      const event = this.#play && (await this.#nextEvent(this.#play));
      if (event === undefined) return this.#finish();
      this.#hasEnded ||= event.type === 'end';
      return { done: false, value: event };
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** The next event; `undefined` where there is none any more. */
  async #nextEvent(play: TurnPlay): Promise<ModelEvent | undefined> {
    for (;;) {
      const { done, value: moment } = play.moments.next();
      if (done || this.#closing.signal.aborted) return undefined;
      if ('event' in moment) return moment.event;
      if (moment.act.type === 'drop_end') return undefined;
      await this.#perform(moment.act, play);
    }
  }

  async #perform(act: Exclude<ActPart, { readonly type: 'drop_end' }>, play: TurnPlay): Promise<void> {
    switch (act.type) {
      case 'pause':
        return this.#pause(act.ms);
      case 'wait':
        await this.#interruptible(Promise.resolve(act.until()));
        return;
      case 'hang':
        this.#isStuck = act.ignoresAbort;
        await (act.ignoresAbort ? never() : this.#interruptible(never()));
        return;
      case 'failure':
        throw new ModelError(act.kind, act.message, {
          contentStarted: play.contentStarted,
          usage: play.usage(),
          ...act.details,
        });
      case 'throw':
        // A script may throw anything, to show what happens then.
        throw act.value;
      default:
        act satisfies never;
    }
  }

  async #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    if (clock === undefined) {
      throw new OptionError('clock', 'The script has a pause(), so scriptedModel needs the option `clock`.');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.timer(ms, resolve);
    try {
      await this.#interruptible(promise);
    } finally {
      cancel();
    }
  }

  /** Waits for a promise, or until the stream is returned, which gives `undefined`; an abort throws. */
  async #interruptible<T>(promise: Promise<T>): Promise<T | undefined> {
    const { signal } = this.#options;
    const interruption = Promise.withResolvers<undefined>();
    const interrupt = () => interruption.resolve(undefined);
    signal.addEventListener('abort', interrupt, { once: true });
    this.#closing.signal.addEventListener('abort', interrupt, { once: true });
    try {
      if (signal.aborted) interrupt();
      const value = await Promise.race([promise, interruption.promise]);
      if (!this.#closing.signal.aborted && !this.#hasEnded) this.#throwIfAborted();
      return value;
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#closing.signal.removeEventListener('abort', interrupt);
    }
  }

  #throwIfAborted(): void {
    const { signal } = this.#options;
    if (!signal.aborted) return;
    throw new ModelError('aborted', 'The model call was aborted.', {
      cause: signal.reason,
      contentStarted: this.#play?.contentStarted ?? false,
      usage: this.#play?.usage(),
    });
  }

  #finish(): IteratorResult<ModelEvent, void> {
    this.#close();
    return doneResult;
  }

  #close(): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#closing.abort();
    if (wasOpen) this.#options.onClose();
  }
}

function never(): Promise<never> {
  return new Promise(() => {
    // Never settles: that is its purpose.
  });
}
