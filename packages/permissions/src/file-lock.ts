import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a lock is waited for. */
export interface LockOptions {
  /** How often another look is taken before giving up. Default 250. */
  readonly attempts?: number;
  /** Milliseconds between two looks. Default 20. */
  readonly intervalMs?: number;
}

/**
 * Does something while no other process does it, by a lock file that only one can make. The lock of a process of this
 * machine that is gone is taken over.
 *
 * @throws Error where the lock stays held.
 */
export async function withFileLock<Value>(
  lock: string,
  work: () => Promise<Value>,
  { attempts = 250, intervalMs = 20 }: LockOptions = {},
): Promise<Value> {
  const owner = `${hostname()} ${process.pid} ${randomUUID()}`;
  for (let attempt = 1; !(await take(lock, owner)); attempt++) {
    if (attempt >= attempts) {
      throw new Error(`${lock} is held by another process; remove it where none is running.`);
    }
    if (!(await takeFromDead(lock))) await sleep(intervalMs);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, owner: string): Promise<boolean> {
  try {
    await writeFile(lock, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock of a dead process out of the way. Of several that try, one succeeds. */
async function takeFromDead(lock: string): Promise<boolean> {
  const owner = await ownerOf(lock);
  if (owner === undefined || !isDead(owner)) return false;
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  const taken = await ownerOf(aside);
  // Somebody else was faster and holds it by now: it is put back where it was.
  if (taken !== undefined && taken !== owner) await rename(aside, lock);
  else await rm(aside, { force: true });
  return taken === owner;
}

async function ownerOf(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isDead(owner: string): boolean {
  const [host, processId = ''] = owner.split(' ');
  if (host !== hostname() || !/^[1-9]\d*$/.test(processId)) return false;
  try {
    process.kill(Number(processId), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
