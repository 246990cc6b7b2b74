import type {
  Branch,
  Clock,
  Durable,
  DurableEngine,
  DurableSession,
  SpawnSpec,
  StepContext,
  StepSpec,
} from '../durable.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer(ms, callback) {
    // Longer delays overflow to 1 ms; 2^31 - 1 ms are 24 days.
    const timer = setTimeout(callback, Math.min(ms, 2_147_483_647));
    return () => clearTimeout(timer);
  },
};

/**
 * The default engine: steps run here and now, and the session log is their journal.
 *
 * @param options.clock - Default: the machine's.
 */
export function inProcess(options: { readonly clock?: Clock } = {}): DurableEngine {
  return (session) => new InProcessDurable(session, options.clock ?? systemClock);
}

class InProcessDurable implements Durable {
  readonly clock: Clock;
  readonly #session: DurableSession;
  /** Steps and sleeps under way, each with a way to interrupt it: one listener on the run's signal serves them all. */
  readonly #onAbort = new Set<() => void>();

  constructor(session: DurableSession, clock: Clock) {
    this.#session = session;
    this.clock = clock;
    session.signal.addEventListener('abort', () => {
      for (const interrupt of this.#onAbort) interrupt();
    });
  }

  async step<T extends object>(spec: StepSpec | SpawnSpec, run: (context: StepContext) => Promise<T>): Promise<T> {
    const committed = this.#session.committed(spec.key);
    // A key names one step for good, so what is committed under it is what that step returned.
    if (committed !== undefined) return committed as T;
    const controller = new AbortController();
    const interrupt = (): void => controller.abort(this.#session.signal.reason);
    if (this.#session.signal.aborted) interrupt();
    this.#onAbort.add(interrupt);
    try {
      return await run({ signal: controller.signal, clock: this.clock });
    } finally {
      this.#onAbort.delete(interrupt);
    }
  }

  /** The session of a sub-agent has its own journal; here it is one step of its parent. */
  spawn<T extends object>(spec: SpawnSpec, run: (context: StepContext) => Promise<T>): Promise<T> {
    return this.step(spec, run);
  }

  async all<T extends object>(
    branches: readonly Branch<T>[],
    options: { readonly limit: number; readonly onSettled: (index: number, value: T) => Promise<void> },
  ): Promise<void> {
    const queue = branches.entries();
    const failures: unknown[] = [];
    let settling: Promise<void> = Promise.resolve();
    const work = async (): Promise<void> => {
      // Every worker takes from the same iterator, so each branch runs once.
      for (const [index, branch] of queue) {
        if (failures.length > 0) return;
        try {
          await branch.before?.();
          const { spec } = branch;
          const runBranch = (context: StepContext): Promise<T> => branch.run(context);
          const value = await (spec.kind === 'spawn' ? this.spawn(spec, runBranch) : this.step(spec, runBranch));
          settling = settling.then(() => options.onSettled(index, value));
          await settling;
        } catch (error) {
          failures.push(error);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(options.limit, branches.length) }, work));
    if (failures.length > 0) throw failures[0];
  }

  async now(_key: string): Promise<number> {
    return this.clock.now();
  }

  sleep(_key: string, ms: number): Promise<void> {
    if (this.#session.signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        this.#onAbort.delete(finish);
        resolve();
      };
      const cancel = this.clock.timer(ms, finish);
      this.#onAbort.add(finish);
    });
  }

  async id(_key: string): Promise<string> {
    return crypto.randomUUID();
  }
}
