import { readFileSync, readdirSync } from 'node:fs';

/** Names of the processes that this one has started and that still run. On Linux only. */
export function childProcesses(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(nameOf),
  );
}

function nameOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8').trim();
  } catch {
    // ENOENT: it has ended since it was listed.
    return '';
  }
}
