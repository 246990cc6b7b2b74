// What a step of the loop costs over a bare call, and what a turn costs on disk.
//
//   node --conditions=@harness-sdk/source bench/journal.ts [turns]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineTool,
  inProcess,
  jsonSchema,
  memoryStore,
  run,
  type PermissionPolicy,
  type SessionStore,
} from '@harness-sdk/core';
import { sqliteStore } from '@harness-sdk/core/node';
import { call, scriptedModel } from '@harness-sdk/core/testing';

const turns = Number(process.argv[2] ?? 500);
const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'A benchmark.' }) };
const look = defineTool({
  name: 'look',
  description: 'Looks.',
  input: jsonSchema({ type: 'object' }, () => ({ value: {} })),
  accessKinds: ['read'],
  effect: 'none',
  execute: () => 'x'.repeat(1000),
});

/** Median of what `measure` gives in five rounds. */
async function median(measure: () => Promise<number>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) rounds.push(await measure());
  return rounds.toSorted((left, right) => left - right)[2] ?? Number.NaN;
}

/** Microseconds of a step that does nothing, and of the same call without the seam. */
async function seam(): Promise<void> {
  const steps = 200_000;
  const durable = inProcess()({ sessionId: 's', signal: new AbortController().signal, committed: () => undefined });
  const value = {};
  const work = async (): Promise<object> => value;
  const time = async (step: (index: number) => Promise<object>): Promise<number> => {
    const start = performance.now();
    for (let index = 0; index < steps; index++) await step(index);
    return ((performance.now() - start) * 1000) / steps;
  };
  const bare = await median(() => time(work));
  const through = await median(() =>
    time((index) => durable.step({ key: `${index}/tool`, kind: 'tool', name: 'n' }, work)),
  );
  console.log(
    `a step through the seam: ${through.toFixed(2)} µs, ${(through / bare).toFixed(1)}× a bare call (${bare.toFixed(2)} µs)`,
  );
}

/** Milliseconds of CPU that a turn takes, in all threads of the process. */
async function cpuOfTurn(session: SessionStore, sessionId: string): Promise<number> {
  const model = scriptedModel(({ messages }) => {
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    return turn < turns ? ['Looking.', call('look', { n: turn })] : 'Done.';
  });
  const before = process.cpuUsage();
  await run('Go.', { model, tools: [look], permissions, session, sessionId, compaction: false }).result();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / turns;
}

await seam();
const directory = mkdtempSync(join(tmpdir(), 'bench-journal-'));
try {
  await using store = sqliteStore({ path: join(directory, 'sessions.db') });
  let round = 0;
  const memory = await median(() => cpuOfTurn(memoryStore(), 's'));
  const disk = await median(() => cpuOfTurn(store, `s${round++}`));
  console.log(
    `a turn of one call, ${turns} turns: ${memory.toFixed(2)} ms of CPU in memory, ${disk.toFixed(2)} ms on SQLite`,
  );
  console.log(
    `the journal: ${(disk - memory).toFixed(2)} ms of CPU a turn, ${(disk / memory).toFixed(1)}× the same in memory`,
  );
} finally {
  rmSync(directory, { recursive: true });
}
