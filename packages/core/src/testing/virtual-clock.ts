import { checkOptions } from '../check-options.ts';
import type { Clock } from '../durable.ts';
import { OptionError } from '../errors.ts';

/** What {@link virtualClock} takes. */
export interface VirtualClockOptions {
  /** First value of `now()`, milliseconds since the epoch. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: number;
  /** Whether time passes by itself when nothing else happens. Default true; without it, only `advance` moves it. */
  readonly autoAdvance?: boolean;
}

/** A clock that never waits. */
export interface VirtualClock extends Clock {
  /** Timers that have neither fired nor been cancelled. */
  readonly pendingTimers: number;
  /**
   * Lets promise chains run to their end, then moves time on by `ms`, firing what falls due on the way, each at its own
   * instant, and again lets them run. Does not wait for files or processes.
   *
   * @throws OptionError where `ms` is negative or not finite; and whatever a timer's callback throws.
   */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

// Taken here, so that a test that replaces the global timers does not stop virtual time.
const { setImmediate, setTimeout } = globalThis;

/** Rounds of the event loop in which nothing may happen before time moves. Promise chains need none: they run to their end within one. */
const quietRounds = 3;

/**
 * A deterministic clock for tests: a timer fires as soon as the process has nothing else to do, at its own instant,
 * earliest first, those of one instant in the order they were made.
 *
 * Promise chains, file operations and child processes started after the clock was made are waited for, so a child that
 * stays stops the clock. What cannot be told from idleness (answers over sockets, workers, real timers) is not waited
 * for. Take `autoAdvance: false` and `advance` for both.
 *
 * @throws OptionError for options that are unknown or wrong.
 *
 * @example
 * const clock = virtualClock();
 * const model = scriptedModel([["one ", pause(60_000), "two"]], { clock });
 */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  checkOptions('virtualClock', options, { startAt: { type: 'number', min: 0 }, autoAdvance: { type: 'boolean' } });
  const autoAdvance = options.autoAdvance ?? true;
  const childrenBefore = countChildren();
  const timers = new Set<Timer>();
  let currentMs = options.startAt ?? Date.UTC(2026, 0, 1);
  let activity = 0;
  let isWatching = false;
  let advancing = 0;
  let lastAdvance: Promise<void> = Promise.resolve();

  /** The earliest timer that is ever due; a set keeps the order of creation, so the first of equals wins. */
  function earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = timer;
    return first;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    activity++;
    currentMs = Math.max(currentMs, timer.at);
    timer.callback();
  }

  async function untilQuiet({ waitsForWork }: { readonly waitsForWork: boolean }): Promise<void> {
    for (let round = 0, seen = activity; round < quietRounds; round++) {
      const isBusy = waitsForWork && hasWorkInFlight(childrenBefore);
      await (isBusy ? nextMillisecond() : nextRound());
      if (isBusy || activity !== seen) [round, seen] = [-1, activity];
    }
  }

  /** Fires timers one after another for as long as there are any; started by the first one, ends with the last. */
  async function watch(): Promise<void> {
    while (advancing === 0) {
      await untilQuiet({ waitsForWork: true });
      const timer = earliest();
      if (timer === undefined || advancing > 0) break;
      // Outside this promise, so that a throw is uncaught, as it would be from a real timer.
      setImmediate(() => {
        if (timers.has(timer)) fire(timer);
      });
      await nextRound();
    }
    isWatching = false;
  }

  function startWatching(): void {
    if (!autoAdvance || isWatching || advancing > 0 || earliest() === undefined) return;
    isWatching = true;
    void watch().then(startWatching);
  }

  async function advanceBy(ms: number): Promise<void> {
    const target = currentMs + ms;
    for (;;) {
      await untilQuiet({ waitsForWork: false });
      const timer = earliest();
      if (timer === undefined || timer.at > target) break;
      fire(timer);
    }
    currentMs = target;
  }

  return {
    now: () => currentMs,
    timer(ms, callback) {
      if (Number.isNaN(ms)) throw new OptionError('ms', 'Expected a timer of a number of milliseconds, got NaN.');
      const timer: Timer = { at: currentMs + Math.max(0, ms), callback };
      timers.add(timer);
      activity++;
      startWatching();
      return () => {
        if (timers.delete(timer)) activity++;
      };
    },
    get pendingTimers() {
      return timers.size;
    },
    async advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) {
        throw new OptionError('ms', `Expected to advance by a number of milliseconds of at least 0, got ${ms}.`);
      }
      advancing++;
      const advanced = lastAdvance.then(() => advanceBy(ms));
      lastAdvance = advanced.catch(() => {
        // A throw of a timer's callback: it belongs to the caller of that advance, not to the next one.
      });
      try {
        await advanced;
      } finally {
        advancing--;
        startWatching();
      }
    },
  };
}

/** Resources that stand for work which will end by itself, as `process.getActiveResourcesInfo()` names them. */
const workKinds: ReadonlySet<string> = new Set(['CloseReq', 'FSReqCallback', 'FSReqPromise', 'GetAddrInfoReqWrap']);

function countChildren(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
}

function hasWorkInFlight(childrenBefore: number): boolean {
  const isWorking = process.getActiveResourcesInfo().some((kind) => workKinds.has(kind));
  return isWorking || countChildren() > childrenBefore;
}

function nextRound(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
