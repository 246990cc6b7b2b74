import { setTimeout } from 'node:timers/promises';
import type { ProcessTree } from './process-tree.ts';

/** How often to look whether a group has ended. */
const intervalMs = 20;

/** The group of a child, on systems where that is all that is known of its tree: one that leaves it is not found again. */
export function groupTree(id: number): ProcessTree {
  return {
    async end(graceMs) {
      if (!signalGroup(id, 'SIGTERM')) return [];
      for (let waitedMs = 0; waitedMs < graceMs && signalGroup(id, 0); waitedMs += intervalMs) {
        await setTimeout(intervalMs);
      }
      signalGroup(id, 'SIGKILL');
      return ['processes of its group'];
    },
    release: () => undefined,
  };
}

/** Sends a signal to all of a group; false where there is nobody in it. 0 only asks. */
export function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
  // What -1 and -0 would reach is everybody.
  if (id <= 1) return false;
  return signalProcess(-id, signal);
}

/** Sends a signal; false where there is nobody to get it. */
export function signalProcess(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    // ESRCH: it has ended. EPERM: there is one, which has become another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
