/** Names one step. Small on purpose: a durable engine journals it. */
export interface StepSpec {
  /** Unique in the session and derived from the log alone, such as `3/model/1` or `3/tool/<callId>`. */
  readonly key: string;
  readonly kind: 'model' | 'tool';
  /** Model id or tool name. */
  readonly name: string;
}

/** Names the session of a sub-agent, which is run in place of a step. */
export interface SpawnSpec {
  /** As of a step: `3/tool/<callId>`. */
  readonly key: string;
  readonly kind: 'spawn';
  /** Name of the sub-agent. */
  readonly name: string;
  /** Its session, in the same store. A session that is there goes on where it stopped. */
  readonly sessionId: string;
}

/** Time. The loop has no other; tests give it a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`, unless cancelled by the function it returns. */
  timer(ms: number, callback: () => void): () => void;
}

/** What the inside of a step may use. */
export interface StepContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** One branch of a parallel batch. */
export interface Branch<T extends object> {
  readonly spec: StepSpec | SpawnSpec;
  /** Runs inside the branch before the step, for what must be logged first. */
  readonly before?: () => Promise<void>;
  run(context: StepContext): Promise<T>;
}

/**
 * The only way of the loop to the world: outside calls, clock, chance and concurrency. In process, the session log is
 * the journal; on a durable engine, the engine's.
 */
export interface Durable {
  /** Runs `run` once for this key, or returns what it returned when the session got past it before. `T` is plain JSON. */
  step<T extends object>(spec: StepSpec, run: (context: StepContext) => Promise<T>): Promise<T>;
  /**
   * Runs a sub-agent's session to its end. `run` drives it in this process, with a `Durable` of its own; an engine may run
   * it elsewhere. Once for this key, like a step.
   */
  spawn<T extends object>(spec: SpawnSpec, run: (context: StepContext) => Promise<T>): Promise<T>;
  /**
   * Runs the branches side by side, at most `limit` at a time, started in order. `onSettled` is called for each as it
   * settles, one at a time. Resolves when all have settled. After an error no further branch is started; it is rejected
   * with once those under way have settled.
   */
  all<T extends object>(
    branches: readonly Branch<T>[],
    options: { readonly limit: number; readonly onSettled: (index: number, value: T) => Promise<void> },
  ): Promise<void>;
  /**
   * Only for how long something that does not stop is waited for: nothing that the run rests on, so in no journal.
   * Default: the machine's.
   */
  readonly clock?: Clock;
  /** Milliseconds since the epoch. */
  now(key: string): Promise<number>;
  /** Resolves after `ms`, or at once when the run is aborted. */
  sleep(key: string, ms: number): Promise<void>;
  /** A fresh unique id. */
  id(key: string): Promise<string>;
}

/** What a durable engine is given for one run. */
export interface DurableSession {
  readonly sessionId: string;
  /** Aborts when the run does. */
  readonly signal: AbortSignal;
  /** The value that the log has for a step's key, where the step has been committed. */
  committed(key: string): object | undefined;
}

/** Makes the `Durable` of one run. */
export type DurableEngine = (session: DurableSession) => Durable;
