import type { ContentBlock, Message, Result, Run, SteerReceipt } from '@harness-sdk/core';

/** A finished iterator's answer. A new one each time, since a caller may write to it. */
function done(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}

/**
 * A run whose model has to be loaded first. Loading begins with the first `next()` or `result()`; where it fails, that
 * call rejects and there is no Result.
 *
 * Written by hand like core's own: `return()` must take effect while a `next()` is pending.
 */
export class DeferredRun implements Run {
  readonly sessionId: string;
  readonly #open: () => Promise<Run>;
  #opening: Promise<Run> | undefined;
  #run: Run | undefined;
  #mustAbort = false;
  /** What waits for the real run. */
  readonly #steers: WaitingSteer[] = [];
  #isClosed = false;

  /** @param open - Makes the real run, of the same session. Called at most once. */
  constructor(sessionId: string, open: () => Promise<Run>) {
    this.sessionId = sessionId;
    this.#open = open;
  }

  async next(): Promise<IteratorResult<Message, void>> {
    if (this.#isClosed) return done();
    let run: Run;
    try {
      run = await this.#opened();
    } catch (error) {
      if (this.#isClosed) return done();
      this.#isClosed = true;
      this.#refuseSteers('error');
      throw error;
    }
    return this.#isClosed ? done() : run.next();
  }

  /** Stops the run at once. One that has not begun leaves nothing behind, not even a line in the log. */
  async return(): Promise<IteratorResult<Message, void>> {
    this.#isClosed = true;
    this.abort();
    const run = await this.#opening?.catch(neverOpened);
    await run?.return();
    this.#refuseSteers('aborted');
    return done();
  }

  async throw(error: unknown): Promise<IteratorResult<Message, void>> {
    await this.return();
    throw error;
  }

  async result(): Promise<Result> {
    let run: Run;
    try {
      run = await this.#opened();
    } catch (error) {
      this.#refuseSteers('error');
      throw error;
    }
    return run.result();
  }

  /** Said before there is a model, it is passed on when there is one. */
  async steer(content: string | readonly ContentBlock[]): Promise<SteerReceipt> {
    if (this.#run !== undefined) return await this.#run.steer(content);
    if (this.#isClosed) return { delivered: false, reason: this.#mustAbort ? 'aborted' : 'error' };
    return await new Promise((resolve, reject) => {
      this.#steers.push({ content, resolve, reject });
    });
  }

  abort(): void {
    this.#mustAbort = true;
    this.#run?.abort();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #refuseSteers(reason: 'aborted' | 'error'): void {
    for (const { resolve } of this.#steers.splice(0)) resolve({ delivered: false, reason });
  }

  /** The real run, opened once. One that was to be aborted meanwhile is aborted before anything is sent. */
  #opened(): Promise<Run> {
    this.#opening ??= this.#open().then((run) => {
      this.#run = run;
      if (this.#mustAbort) run.abort();
      for (const { content, resolve, reject } of this.#steers.splice(0)) {
        try {
          run.steer(content).then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      }
      return run;
    });
    return this.#opening;
  }
}

/** Something said to a run that is not there yet. */
interface WaitingSteer {
  readonly content: string | readonly ContentBlock[];
  readonly resolve: (receipt: SteerReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** Whoever waited for the run has been told why there is none; who closes it has nothing left to close. */
function neverOpened(): undefined {
  return undefined;
}
