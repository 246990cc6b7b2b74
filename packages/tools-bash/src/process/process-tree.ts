import type { ChildProcess } from 'node:child_process';
import { groupTree } from './group-tree.ts';
import { linuxTree } from './linux-tree.ts';
import { readProcess } from './process-entry.ts';
import { windowsTree } from './windows-tree.ts';

/** The processes of one call: the one that was started, and all that came of it. */
export interface ProcessTree {
  /**
   * Asks them to end, waits a moment, and ends those that have not.
   *
   * @param graceMs - How long they have to end by themselves.
   * @returns What was still there, for people and models to read, such as `sleep (4711)`.
   */
  end(graceMs: number): Promise<readonly string[]>;
  /** Stops looking after them. */
  release(): void;
}

/**
 * Looks after the processes of a child that was just started with `detached`, and with the marker in its environment.
 *
 * On Linux these are all that have the marker in the environment they were started with, that are in a session or a group
 * of one of them, that have inherited the descriptor which marks them, or that were once seen to come from one of them. Elsewhere, the group
 * of the child; on Windows, what descends from it while it lives.
 */
export function watchTree(child: ChildProcess & { readonly pid: number }, marker: string): ProcessTree {
  if (process.platform === 'linux' && readProcess(process.pid) !== undefined) return linuxTree(child.pid, marker);
  return process.platform === 'win32' ? windowsTree(child) : groupTree(child.pid);
}
