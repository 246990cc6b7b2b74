import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Several times what the largest pattern allowed may take. */
const maxKibibytes = 512 * 1024;
/** ripgrep fills about a gigabyte a second at worst. */
const intervalMs = 100;

/** Watches the memory of a child process. Stop it when the child has ended. */
export interface MemoryGuard {
  /** True where the child was ended because it took too much. */
  hasEndedIt(): boolean;
  stop(): void;
}

/**
 * Ends a child process that takes more than 512 MiB. ripgrep reads a `.gitignore` whatever it is: one that is a link to
 * `/dev/zero` would fill the memory of the machine. On Linux only; elsewhere nothing is watched.
 */
export function guardMemory(child: ChildProcess): MemoryGuard {
  let hasEndedIt = false;
  const timer = setInterval(() => {
    void residentKibibytes(child.pid).then((kibibytes) => {
      if (kibibytes <= maxKibibytes || child.exitCode !== null || child.signalCode !== null) return;
      hasEndedIt = true;
      child.kill('SIGKILL');
    });
  }, intervalMs);
  return { hasEndedIt: () => hasEndedIt, stop: () => clearInterval(timer) };
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html VmRSS */
async function residentKibibytes(id: number | undefined): Promise<number> {
  if (process.platform !== 'linux' || id === undefined) return 0;
  try {
    const status = await readFile(`/proc/${id}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    // ENOENT or ESRCH: it has ended.
    return 0;
  }
}
