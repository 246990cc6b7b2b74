import { setImmediate, setTimeout } from 'node:timers/promises';
import { quoteText } from '@harness-sdk/core/node';
import { signalGroup, signalProcess } from './group-tree.ts';
import { childIds, hasInEnvironment, markOf, processIds, readProcess, type ProcessEntry } from './process-entry.ts';
import type { ProcessTree } from './process-tree.ts';

/** The first look at a tree comes soon, the later ones less and less often, up to once a second. */
const firstLookMs = 10;
const maxLookMs = 1000;

/** How long processes have that are ending anyway, such as those of a sandbox whose command has ended. */
const settleMs = 60;

/** How often to look whether processes have ended. */
const intervalMs = 15;

/** How many times to end what is left: what forks faster than it can be ended is in a group, which ends as one. */
const maxRounds = 40;

/** Processes to read before other work of the event loop gets its turn. */
const readsAtOnce = 200;

/** The tree of a child on Linux. @see {@link watchTree} */
export function linuxTree(id: number, marker: string): ProcessTree {
  const own = readProcess(process.pid);
  const child = readProcess(id);
  const mark = markOf(id);
  /** When processes that were seen in the tree were started, by their ids. */
  const seen = new Map<number, number>();
  /** Sessions and groups of the tree by their ids, and when the process was started that made them, where it was seen. */
  const sessions = new Map<number, number | undefined>([[id, child?.startedAt]]);
  let lookMs = firstLookMs;
  let timer = globalThis.setTimeout(look, lookMs).unref();
  if (child !== undefined) remember(child);

  function remember(entry: ProcessEntry): void {
    seen.set(entry.id, entry.startedAt);
    // No process can join a session or a group that it does not descend from.
    for (const session of [entry.sessionId, entry.groupId]) {
      if (session === own?.sessionId || session === own?.groupId) continue;
      sessions.set(session, session === entry.id ? entry.startedAt : sessions.get(session));
    }
  }

  /** Notes who is in the tree now, so that who leaves it is known. */
  function look(): void {
    const pending = [...seen.keys()];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const entry = readProcess(next);
      if (entry === undefined || (seen.get(next) ?? entry.startedAt) !== entry.startedAt) {
        seen.delete(next);
        continue;
      }
      remember(entry);
      pending.push(...childIds(next).filter((descendant) => !seen.has(descendant)));
    }
    lookMs = Math.min(lookMs * 2, maxLookMs);
    timer = globalThis.setTimeout(look, lookMs).unref();
  }

  /** Who is in the tree now. */
  async function members(): Promise<readonly ProcessEntry[]> {
    const younger: ProcessEntry[] = [];
    let reads = 0;
    for (const candidate of processIds()) {
      if (++reads % readsAtOnce === 0) await setImmediate();
      const entry = readProcess(candidate);
      if (entry === undefined || candidate === process.pid || candidate <= 1) continue;
      if (entry.startedAt >= (child?.startedAt ?? 0)) younger.push(entry);
    }
    const found = new Map<number, ProcessEntry>();
    // Until nobody is added: each one found can be the parent, or of the session, of another.
    for (let before = -1; before < found.size;) {
      before = found.size;
      for (const entry of younger) {
        if (found.has(entry.id) || !(found.has(entry.parentId) || isMember(entry))) continue;
        found.set(entry.id, entry);
        remember(entry);
      }
    }
    return [...found.values()];
  }

  function isMember(entry: ProcessEntry): boolean {
    if (seen.get(entry.id) === entry.startedAt) return true;
    if (isOfSession(entry.sessionId) || isOfSession(entry.groupId)) return true;
    if (hasInEnvironment(entry.id, marker)) return true;
    return mark !== '' && markOf(entry.id) === mark;
  }

  /** Whether a session or group is the tree's, and not one that has got the id of one since. */
  function isOfSession(session: number): boolean {
    if (!sessions.has(session)) return false;
    const madeBy = sessions.get(session);
    const leader = readProcess(session);
    return madeBy === undefined || leader === undefined || leader.startedAt === madeBy;
  }

  function signal(entries: readonly ProcessEntry[], name: NodeJS.Signals): void {
    const groups = new Set(entries.map(({ groupId }) => groupId).filter((group) => group !== own?.groupId));
    for (const group of groups) signalGroup(group, name);
    for (const entry of entries) {
      if (groups.has(entry.groupId)) continue;
      if (isRunning(entry)) signalProcess(entry.id, name);
    }
  }

  /** Who of these is still there after this time, or as soon as nobody is. */
  async function outlast(entries: readonly ProcessEntry[], ms: number): Promise<readonly ProcessEntry[]> {
    let left = entries;
    for (let waitedMs = 0; left.length > 0 && waitedMs < ms; waitedMs += intervalMs) {
      await setTimeout(intervalMs);
      left = left.filter(isRunning);
    }
    return left;
  }

  async function end(graceMs: number): Promise<readonly string[]> {
    // Who is there because the child is, is meant to be ended; who is there without it may just be about to end.
    const found = await members();
    const left = found.some((entry) => entry.id === id) ? found : await outlast(found, settleMs);
    if (left.length === 0 && found.length === 0) return [];
    signal(left, 'SIGTERM');
    await outlast(left, graceMs);
    // Also those who came meanwhile.
    for (let round = 0; round < maxRounds; round++) {
      const rest = await members();
      if (rest.length === 0) break;
      signal(rest, 'SIGKILL');
      await setTimeout(intervalMs);
    }
    return left.map(shownProcess);
  }

  return { end, release: () => globalThis.clearTimeout(timer) };
}

/** Whether this very process is still there. */
function isRunning({ id, startedAt }: ProcessEntry): boolean {
  return readProcess(id)?.startedAt === startedAt;
}

/** Names are the processes' own, and may hold anything. */
function shownProcess({ id, name }: ProcessEntry): string {
  return `${/^[\w.+/:-]+$/.test(name) ? name : quoteText(name)} (${id})`;
}
