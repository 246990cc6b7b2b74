import type { AgentError } from '../errors.ts';
import type { Message, Result, Run, SteerReceipt, StopReason } from '../message.ts';
import type { ContentBlock } from '../transcript.ts';
import { SessionLog } from '../session/log.ts';
import type { Beginning } from './begin-run.ts';
import type { Drive, RunOutcome } from './drive.ts';
import { readPrompt, type RunSettings } from './options.ts';
import { Outbox } from './outbox.ts';
import { redactHook } from './redact-hook.ts';
import { RunContext } from './run-context.ts';
import { RunStopped } from './run-stopped.ts';
import { SteerQueue } from './steer-queue.ts';

/**
 * A run as its caller holds it. Written by hand, because a native generator's `return()` waits for the pending
 * `next()`: a `break` would stop nothing.
 */
export class RunStream implements Run {
  readonly sessionId: string;
  readonly #settings: RunSettings;
  readonly #beginning: Beginning;
  readonly #drive: Drive;
  readonly #outbox = new Outbox<Message>();
  readonly #controller = new AbortController();
  readonly #steers = new SteerQueue();
  #outcome: Promise<RunOutcome> | undefined;
  #isClosed = false;
  #hasThrown = false;

  constructor(sessionId: string, settings: RunSettings, beginning: Beginning, drive: Drive) {
    this.sessionId = sessionId;
    this.#settings = settings;
    this.#beginning = beginning;
    this.#drive = drive;
  }

  async next(): Promise<IteratorResult<Message, void>> {
    const item = await this.#pull();
    if (item !== undefined) return { done: false, value: item };
    const error = await this.#failure();
    if (error === undefined || this.#hasThrown) return { done: true, value: undefined };
    this.#hasThrown = true;
    throw error;
  }

  /**
   * Stops the run at once, also while a `next()` is pending, and resolves when everything has stopped. A run that has
   * not started never does.
   */
  async return(): Promise<IteratorResult<Message, void>> {
    this.#isClosed = true;
    this.abort();
    this.#outbox.close({ discard: true });
    if (this.#outcome === undefined) this.#steers.close('aborted');
    // Whoever leaves does not hear how the run failed.
    await this.#outcome?.catch(() => undefined);
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Message, void>> {
    await this.return();
    throw error;
  }

  async result(): Promise<Result> {
    while ((await this.#pull()) !== undefined);
    const { result, error } = await this.#start();
    if (error !== undefined) throw error;
    return result;
  }

  steer(content: string | readonly ContentBlock[]): Promise<SteerReceipt> {
    return this.#steers.add(readPrompt(content));
  }

  abort(): void {
    if (!this.#controller.signal.aborted) this.#controller.abort(new RunStopped('aborted'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #pull(): Promise<Message | undefined> {
    if (!this.#isClosed) void this.#start();
    return this.#outbox.take();
  }

  /** What a consumer that is still there has to be told. */
  async #failure(): Promise<AgentError | undefined> {
    return this.#isClosed ? undefined : (await this.#start()).error;
  }

  /** Starts the driver once. Rejects only where there was no run: an option turned out to be wrong. */
  #start(): Promise<RunOutcome> {
    this.#outcome ??= this.#run();
    return this.#outcome;
  }

  async #run(): Promise<RunOutcome> {
    const { signal } = this.#settings;
    const onAbort = (): void => this.abort();
    if (signal?.aborted === true) this.abort();
    signal?.addEventListener('abort', onAbort);
    let reason: StopReason = 'error';
    try {
      const outcome = await this.#drive(
        new RunContext({
          settings: this.#settings,
          log: new SessionLog(this.#settings.session, this.sessionId, redactHook(this.#settings.hooks)),
          outbox: this.#outbox,
          controller: this.#controller,
          drive: this.#drive,
          steers: this.#steers,
        }),
        this.#beginning,
      );
      reason = outcome.result.stopReason;
      return outcome;
    } finally {
      this.#steers.close(reason);
      signal?.removeEventListener('abort', onAbort);
      this.#outbox.close();
    }
  }
}
