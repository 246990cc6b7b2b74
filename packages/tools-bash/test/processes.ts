import { readFileSync, readdirSync } from 'node:fs';

let count = 0;

/** A number of seconds for `sleep`, by which its process is found: longer than any test, and never the same. */
export function uniqueSeconds(): string {
  return `${100_000 + process.pid}.${String(++count).padStart(4, '0')}`;
}

/** Ids of the processes with this argument that run. On Linux only. */
export function processesWith(argument: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/cmdline`).split('\0').includes(argument))
    .map(Number);
}

/** Ids of the children of this process, ended ones that nobody has asked after included. On Linux only. */
export function childProcesses(): readonly number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    read(`/proc/self/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // ENOENT or ESRCH: it has ended since it was listed.
    return '';
  }
}
