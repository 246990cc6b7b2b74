import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process as Linux tells of it. */
export interface ProcessEntry {
  readonly id: number;
  /** As the process calls itself: at most 15 bytes, of any kind. */
  readonly name: string;
  readonly parentId: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** In clock ticks since the system started; with `id`, it names a process for good. */
  readonly startedAt: number;
}

/**
 * Reads a process; `undefined` where there is none, or only what is left of one that nobody has asked after.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function readProcess(id: number): ProcessEntry | undefined {
  const line = readOrNothing(`/proc/${id}/stat`);
  // The name is the only field that may hold spaces and parentheses.
  const end = line.lastIndexOf(')');
  if (end === -1) return undefined;
  const [state = '', ...numbers] = line.slice(end + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const [parentId = 0, groupId = 0, sessionId = 0] = numbers.map(Number);
  const startedAt = Number(numbers[18]);
  return { id, name: line.slice(line.indexOf('(') + 1, end), parentId, groupId, sessionId, startedAt };
}

/** Ids of all processes. */
export function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Ids of the children that a process has now, of all its threads. */
export function childIds(id: number): readonly number[] {
  return threadIds(id).flatMap((thread) =>
    readOrNothing(`/proc/${id}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Whether the environment that a process was started with has this text in it. */
export function hasInEnvironment(id: number, text: string): boolean {
  return readOrNothing(`/proc/${id}/environ`).includes(text);
}

/** Number of the descriptor that all processes of a call inherit. */
export const markDescriptor = 63;

/** What is at the descriptor of a process that marks it, such as `socket:[4711]`; empty where nobody may know. */
export function markOf(id: number): string {
  try {
    return readlinkSync(`/proc/${id}/fd/${markDescriptor}`);
  } catch {
    // ENOENT: it has ended, or there is nothing; EACCES: it is somebody else's.
    return '';
  }
}

function threadIds(id: number): readonly string[] {
  try {
    return readdirSync(`/proc/${id}/task`);
  } catch {
    // ENOENT: it has ended.
    return [];
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // ENOENT or ESRCH: it has ended; EACCES: it is somebody else's, and not of ours.
    return '';
  }
}
