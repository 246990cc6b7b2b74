import { inspect } from 'node:util';
import type { Awaitable } from '../../hooks.ts';

/** One thing that every subject of a contract must hold. Needs no test runner. */
export interface ContractCheck<Subject> {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Why this cannot be checked on this subject; `undefined` where it can. */
  skipReason?(subject: Subject): string | undefined;
  /** Resolves where it holds, rejects with what is wrong where it does not. */
  run(subject: Subject): Promise<void>;
}

/** What every subject may bring. */
export interface ContractSubject {
  /**
   * How long something that should end promptly may take before the check fails, in real milliseconds. Default 5000: only
   * so that a hang is a failure with a name.
   */
  readonly patienceMs?: number;
  /** Releases what the subject holds; called once, after the check. */
  close?(): Awaitable<void>;
}

const defaultPatienceMs = 5000;

/**
 * Waits for something that should settle promptly.
 *
 * @param what - For the message: `return()`, `an append`.
 * @throws Error where it has not settled in time; else as the promise does.
 */
export async function promptly<T>(promise: PromiseLike<T>, what: string, subject: ContractSubject): Promise<T> {
  const patienceMs = subject.patienceMs ?? defaultPatienceMs;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`Expected ${what} to settle promptly, but it had not after ${patienceMs} ms.`));
  }, patienceMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Anything that was thrown, for a message. */
export function thrownText(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : inspect(thrown, { depth: 1 });
}
