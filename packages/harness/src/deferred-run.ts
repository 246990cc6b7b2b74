import type { Message, Result, Run } from '@harness-sdk/core';

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
    return done();
  }

  async throw(error: unknown): Promise<IteratorResult<Message, void>> {
    await this.return();
    throw error;
  }

  async result(): Promise<Result> {
    const run = await this.#opened();
    return run.result();
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

  /** The real run, opened once. One that was to be aborted meanwhile is aborted before anything is sent. */
  #opened(): Promise<Run> {
    this.#opening ??= this.#open().then((run) => {
      this.#run = run;
      if (this.#mustAbort) run.abort();
      return run;
    });
    return this.#opening;
  }
}

/** Whoever waited for the run has been told why there is none; who closes it has nothing left to close. */
function neverOpened(): undefined {
  return undefined;
}
