import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRequests } from '../../../test/check-run.ts';
import { payingAgent, sessionId } from '../../../test/crash/paying-agent.ts';
import { logOf } from '../../../test/log-of.ts';
import { resume, run } from '../../agent/run.ts';
import type { SessionEvent } from '../../session/event.ts';
import { checkStream, collect } from '../../testing/index.ts';
import { sqliteStore } from './sqlite-store.ts';

const kills = process.env['HARNESS_CRASH'] === '1' ? 300 : 6;
const child = new URL('../../../test/crash/child.ts', import.meta.url).pathname;

/** When a process is killed: so many acknowledged events after its start, and so many turns of our event loop later. */
interface Moment {
  readonly acknowledged: number;
  readonly later: number;
}

interface Files {
  readonly path: string;
  readonly executions: string;
}

/** Runs or resumes the agent in a process that is killed, and gives the last event that it knew to be safe. */
async function killedProcess(way: 'run' | 'resume', files: Files, moment: Moment): Promise<number> {
  const process_ = spawn(
    process.execPath,
    ['--conditions=@harness-sdk/source', child, way, files.path, files.executions],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const closed = once(process_, 'close');
  let [output, errors] = ['', ''];
  process_.stderr.on('data', (text) => (errors += String(text)));
  process_.stdout.on('data', (text) => (output += String(text)));
  const lines = (): string[] => output.split('\n').slice(0, -1);
  while (lines().length < moment.acknowledged && process_.exitCode === null) await new Promise(setImmediate);
  for (let turn = 0; turn < moment.later; turn++) await new Promise(setImmediate);
  process_.kill('SIGKILL');
  await closed;
  expect(errors).toBe('');
  return Number(lines().at(-1) ?? 0);
}

function executionsIn({ executions }: Files): string[] {
  return existsSync(executions) ? readFileSync(executions, 'utf8').trim().split('\n') : [];
}

function answersTo(name: string, events: readonly SessionEvent[]) {
  return events.filter((event) => event.type === 'tool_finished').filter((event) => event.name === name);
}

/** Takes the session up where nobody kills it. */
async function finish(files: Files): Promise<readonly SessionEvent[]> {
  await using store = sqliteStore({ path: files.path });
  const { model, options } = payingAgent(store, files.executions);
  const { sessionId: _, ...shared } = options;
  const isThere = (await logOf(store, sessionId)).length > 0;
  const { messages, result } = await collect(isThere ? resume(sessionId, shared) : run('Pay.', options));
  checkStream(messages, { isContinuation: isThere });
  checkRequests(model.requests);
  expect(result).toMatchObject({ stopReason: 'end_turn', text: 'All is paid.' });
  return logOf(store, sessionId);
}

const moments = fc.array(fc.record({ acknowledged: fc.nat(60), later: fc.nat(400) }), { minLength: 1, maxLength: 3 });

test(`a process that is killed ${kills} times loses nothing it knew to be safe, and pays nothing twice`, async () => {
  let killed = 0;
  const property = fc.asyncProperty(moments, async (plan) => {
    if (killed >= kills) return;
    const directory = mkdtempSync(join(tmpdir(), 'crash-'));
    const files = { path: join(directory, 'sessions.db'), executions: join(directory, 'executions') };
    try {
      for (const [index, moment] of plan.entries()) {
        killed += 1;
        const acknowledged = await killedProcess(index === 0 ? 'run' : 'resume', files, moment);
        await using store = sqliteStore({ path: files.path });
        expect((await logOf(store, sessionId)).length).toBeGreaterThanOrEqual(acknowledged);
        if (acknowledged === 0) break;
      }
      const events = await finish(files);
      const paid = executionsIn(files).filter((line) => line.startsWith('pay '));
      expect(new Set(paid).size).toBe(paid.length);
      const answers = answersTo('pay', events);
      const certain = answers.filter(({ outcome }) => outcome === 'ok');
      const uncertain = answers.filter(({ outcome }) => outcome === 'unknown');
      expect(certain.length + uncertain.length).toBe(6);
      expect(paid.length).toBeGreaterThanOrEqual(certain.length);
      expect(paid.length).toBeLessThanOrEqual(6);
      expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
  // A failure says its seed; the moment of a kill is never exactly the same again.
  await fc.assert(property, { numRuns: kills, seed: 1, endOnFailure: true });
  expect(killed).toBeGreaterThanOrEqual(kills);
}, 1_800_000);
