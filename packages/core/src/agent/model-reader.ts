import type { Clock } from '../durable.ts';
import { ModelError, messageOf } from '../errors.ts';
import type { Model, ModelEvent, ModelRequest } from '../model.ts';

/** How long a model or a tool may take to stop after an abort before nobody waits for it any more. */
export const abandonAfterMs = 2_000;

/** What the reader needs besides the model. */
export interface ModelReaderOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
}

/**
 * Reads one model call event by event, and can be interrupted at any time, also where the model ignores its signal.
 * Time that the consumer takes between two reads does not count as idle.
 */
export class ModelReader {
  readonly #model: Model;
  readonly #request: Omit<ModelRequest, 'signal'>;
  readonly #options: ModelReaderOptions;
  /** Opened by the first read, so that a `stream()` that throws is an answer like any other. */
  #iterator: AsyncIterator<ModelEvent> | undefined;
  /** Aborts the request: the run's signal and the idle timer both end in it. */
  readonly #controller = new AbortController();
  #interruption: 'aborted' | 'timeout' | undefined;
  #hasStarted = false;
  /** Nothing is waited for any more: the interruption came before the call, or its grace time is over. */
  #isOver = false;
  #waiting: { readonly since: number; readonly reject: (error: unknown) => void } | undefined;
  #cancelTimer: () => void = () => undefined;

  constructor(model: Model, request: Omit<ModelRequest, 'signal'>, options: ModelReaderOptions) {
    this.#model = model;
    this.#request = request;
    this.#options = options;
    options.signal.addEventListener('abort', this.#onAbort);
    if (options.signal.aborted) this.#onAbort();
    else this.#watch(options.idleTimeoutMs);
  }

  /** True once the model has sent anything. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /**
   * The next event, or `undefined` where the stream ended without one.
   *
   * @throws ModelError
   */
  async next(): Promise<ModelEvent | undefined> {
    if (this.#isOver) throw this.#interruptionError(undefined);
    try {
      const read = await this.#read();
      this.#waiting = undefined;
      const event = read.done === true ? undefined : asEvent(read.value);
      this.#hasStarted ||= event !== undefined;
      // An end that arrives after all says what the call has used.
      if (this.#interruption !== undefined && event?.type !== 'end') throw this.#interruptionError(undefined);
      return event;
    } catch (error) {
      throw this.#interruption === undefined ? asModelError(error) : this.#interruptionError(error);
    }
  }

  /** Ends the call and releases everything: resolves when the model has cleaned up, or is stuck in it. Never throws. */
  close(): Promise<void> {
    const { signal, clock } = this.#options;
    signal.removeEventListener('abort', this.#onAbort);
    this.#cancelTimer();
    this.#controller.abort();
    const closed = closeIterator(this.#iterator);
    if (this.#iterator === undefined || this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.timer(abandonAfterMs, resolve);
      void closed.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** One promise a read, so that nothing piles up on a promise that lives as long as the call. */
  #read(): Promise<IteratorResult<ModelEvent, unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { since: this.#options.clock.now(), reject };
      this.#iterator ??= this.#open();
      this.#iterator.next().then(resolve, reject);
    });
  }

  #open(): AsyncIterator<ModelEvent> {
    return this.#model.stream({ ...this.#request, signal: this.#controller.signal })[Symbol.asyncIterator]();
  }

  #watch(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.timer(delayMs, () => this.#onTimer());
  }

  #onTimer(): void {
    const { clock, idleTimeoutMs } = this.#options;
    const idleMs = this.#waiting === undefined ? 0 : clock.now() - this.#waiting.since;
    if (idleMs >= idleTimeoutMs) this.#interrupt('timeout');
    else this.#watch(idleTimeoutMs - idleMs);
  }

  readonly #onAbort = (): void => this.#interrupt('aborted');

  /** Aborts the request, and gives the model a moment to report what it used. */
  #interrupt(interruption: 'aborted' | 'timeout'): void {
    if (this.#interruption !== undefined) return;
    this.#interruption = interruption;
    this.#cancelTimer();
    this.#controller.abort();
    // A call that was interrupted before it began is never made.
    if (this.#iterator === undefined) {
      this.#isOver = true;
      return;
    }
    this.#cancelTimer = this.#options.clock.timer(abandonAfterMs, () => {
      this.#isOver = true;
      this.#waiting?.reject(new ModelError('aborted', 'The model did not stop when its signal fired.'));
    });
  }

  #interruptionError(cause: unknown): ModelError {
    const reported = ModelError.isInstance(cause) ? cause : undefined;
    const contentStarted = this.#hasStarted || reported?.contentStarted === true;
    const details = { cause, contentStarted, usage: reported?.usage };
    if (this.#interruption === 'aborted') return new ModelError('aborted', 'The model call was aborted.', details);
    const message = `The model sent nothing for ${this.#options.idleTimeoutMs} ms. Raise \`idleTimeoutMs\` if it needs longer.`;
    return new ModelError('timeout', message, details);
  }
}

/** What a model yields, where it is an event at all. */
function asEvent(value: ModelEvent | null): ModelEvent {
  if (typeof value === 'object' && value !== null) return value;
  throw new ModelError('protocol', `The model yielded ${value === null ? 'null' : typeof value}, which is no event.`);
}

async function closeIterator(iterator: AsyncIterator<ModelEvent> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // An iterator that was interrupted may throw its abort here once more.
  }
}

function asModelError(error: unknown): ModelError {
  if (ModelError.isInstance(error)) return error;
  return new ModelError('protocol', `The model threw something that is no ModelError: ${messageOf(error)}`, {
    cause: error,
  });
}
