import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AgentError } from '../../errors.ts';
import type { SessionEvent } from '../../session/event.ts';
import { prompts } from '../../testing/contracts/sample-events.ts';
import { sqliteStore } from './sqlite-store.ts';

const isFull = process.env['HARNESS_CRASH'] === '1' || process.env['HARNESS_FULL'] === '1';
const numRuns = isFull ? 200 : 8;

/** What becomes of the last bytes of a file. */
interface Damage {
  readonly how: 'cut' | 'zeroed' | 'scribbled';
  readonly bytes: number;
  readonly seed: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('cut', 'zeroed', 'scribbled'),
  bytes: fc.integer({ min: 1, max: 20_000 }),
  seed: fc.integer({ min: 1, max: 250 }),
});

/** A session of some appends: how many events each has, and how long these are. */
const appends = fc.array(fc.record({ count: fc.integer({ min: 1, max: 20 }), length: fc.nat(3000) }), {
  minLength: 1,
  maxLength: 20,
});

function spoil(path: string, { how, bytes, seed }: Damage): void {
  const file = readFileSync(path);
  const start = Math.max(0, file.length - bytes);
  if (how === 'cut') return writeFileSync(path, file.subarray(0, start));
  for (let index = start; index < file.length; index++) {
    file[index] = how === 'zeroed' ? 0 : (file[index] ?? 0) ^ ((index * seed) % 256);
  }
  writeFileSync(path, file);
}

interface Written {
  readonly events: readonly SessionEvent[];
  /** A copy as the disk had it, before the store was closed or after. */
  readonly path: string;
}

/** Writes a session, and copies the files of the database while they are still in use, or closed. */
async function write(
  directory: string,
  sizes: readonly { count: number; length: number }[],
  isClosed: boolean,
): Promise<Written> {
  const [path, copy] = [join(directory, 'sessions.db'), join(directory, 'copy', 'sessions.db')];
  await using store = sqliteStore({ path });
  const events: SessionEvent[] = [];
  for (const { count, length } of sizes) {
    const next = prompts(count, events.length, 'x'.repeat(length));
    await store.append('s', events.length, next);
    events.push(...next);
  }
  if (isClosed) await store.close();
  mkdirSync(join(directory, 'copy'));
  for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
  return { events, path: copy };
}

/** The events that come before the end or an error. */
async function readable(path: string): Promise<{ events: SessionEvent[]; error: unknown }> {
  await using store = sqliteStore({ path });
  const events: SessionEvent[] = [];
  try {
    for await (const event of store.read('s')) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'damage-'));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a log of the database whose tail the power took is a clean prefix, and the session goes on from there', async () => {
  const property = fc.asyncProperty(appends, damage, (sizes, harm) =>
    withDirectory(async (directory) => {
      const written = await write(directory, sizes, false);
      spoil(`${written.path}-wal`, harm);
      const { events, error } = await readable(written.path);
      expect(error).toBeUndefined();
      expect(events).toEqual(written.events.slice(0, events.length));
      await using store = sqliteStore({ path: written.path });
      await store.append('s', events.length, prompts(1, events.length, 'On.'));
      expect((await readable(written.path)).events).toHaveLength(events.length + 1);
    }),
  );
  await fc.assert(property, { numRuns, seed: 2 });
}, 600_000);

test('a database whose own tail was spoiled gives a clean prefix, and says where it is not all', async () => {
  const property = fc.asyncProperty(appends, damage, (sizes, harm) =>
    withDirectory(async (directory) => {
      const written = await write(directory, sizes, true);
      spoil(written.path, harm);
      const { events, error } = await readable(written.path);
      expect(events).toEqual(written.events.slice(0, events.length));
      const isAll = events.length === written.events.length;
      expect(isAll || AgentError.isInstance(error), `${events.length} events, then ${String(error)}`).toBe(true);
    }),
  );
  await fc.assert(property, { numRuns, seed: 3 });
}, 600_000);
