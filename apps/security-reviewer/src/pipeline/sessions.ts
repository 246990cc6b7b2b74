import type { DurableEngine, Model, PriceBook, Result } from '@harness-sdk/core';
import type { UnitOptions } from '../review-unit.ts';
import type { Grant, Purse } from './purse.ts';
import { runPool } from './run-pool.ts';

/** What all sessions of a language model have in common. */
export interface SessionOptions {
  readonly model: Model;
  readonly purse: Purse;
  /** Sessions at a time. */
  readonly concurrency: number;
  readonly prices?: PriceBook | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly durable?: DurableEngine | undefined;
}

/** Failures of one request only: the next one may fare better. */
const failuresOfOne: ReadonlySet<string | undefined> = new Set([
  'content_filter',
  'context_overflow',
  'malformed_output',
]);

/** Runs a language model's sessions side by side, on one purse, until there is a reason to stop. */
export class Sessions {
  readonly #options: SessionOptions;
  /** How the provider failed, where the next session would fail the same way. */
  providerFailure: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get purse(): Purse {
    return this.#options.purse;
  }

  /** Why no session can be started; `undefined` where one can. */
  get reasonToStop(): string | undefined {
    if (this.#options.signal?.aborted === true) return 'the review was interrupted before its turn';
    if (this.providerFailure !== undefined) return 'not tried, because the provider had failed';
    const emptiness = this.purse.emptiness;
    return emptiness === undefined ? undefined : `${emptiness} before its turn`;
  }

  /**
   * Performs tasks, each in a session. Tasks may be added to the list meanwhile.
   *
   * @param perform - Runs the session within what it gets, and answers with its result.
   * @param giveUp - Called instead where no session can be started.
   */
  async forEach<Task>(
    tasks: readonly Task[],
    perform: (task: Task, options: UnitOptions, grant: Grant) => Promise<Result>,
    giveUp: (task: Task, reason: string) => void,
  ): Promise<void> {
    const { model, prices, signal, durable, concurrency } = this.#options;
    let [running, started] = [0, 0];
    await runPool(tasks, concurrency, async (task) => {
      started++;
      const reason = this.reasonToStop;
      if (reason !== undefined) return giveUp(task, reason);
      const grant = this.purse.draw(Math.min(concurrency - running, tasks.length - started + 1));
      running++;
      let result: Result | undefined;
      try {
        result = await perform(task, { model, prices, signal, durable, budget: grant }, grant);
      } finally {
        running--;
        this.purse.settle(grant, result);
      }
    });
  }

  /** Notes a failure that the next session would meet too: a wrong key, no money, no connection. */
  noteFailure({ stopReason, error }: Result): void {
    if (stopReason !== 'error' || error === undefined || failuresOfOne.has(error.kind)) return;
    this.providerFailure ??= error.message;
  }
}
