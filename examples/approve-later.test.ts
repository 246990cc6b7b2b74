import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repliesFor } from './recorded-server.ts';
import { runExample } from './run-example.ts';

let base: string;
let cwd: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'harness-approve-later-'));
  cwd = join(base, 'work');
  mkdirSync(cwd);
  vi.stubEnv('TMPDIR', base);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true });
});

/** Starts the run in a process of its own; the words that decide on what it waits for. */
async function startRun(): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await runExample('approve-later', {
    cwd,
    replies: repliesFor('approve-later').slice(0, 1),
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('Write waits: ');
  expect(stdout).toContain('"file_path": "haiku.txt"');
  expect(existsSync(join(cwd, 'haiku.txt'))).toBe(false);
  const words = /Decide with: approve-later\.ts yes\|no (?<session>\S+) (?<call>\S+)\n$/.exec(stdout)?.groups;
  return [words?.['session'] ?? '', words?.['call'] ?? ''];
}

test('writes after another process has said yes, and once', async () => {
  const call = await startRun();
  const replies = repliesFor('approve-later').slice(1);
  const yes = await runExample('approve-later', { cwd, replies, args: ['yes', ...call] });
  expect(yes.stdout).toBe('Write: ok\nDone: the haiku is in `haiku.txt`.\n');
  expect({ stderr: yes.stderr, exitCode: yes.exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(readFileSync(join(cwd, 'haiku.txt'), 'utf8')).toContain('The tide writes its name');

  const tooLate = await runExample('approve-later', { cwd, replies, args: ['no', ...call] });
  expect(tooLate.stderr).toContain('was decided already');
  expect(tooLate.requests).toEqual([]);
});

test('writes nothing after a no', async () => {
  const call = await startRun();
  const replies = repliesFor('approval-denied');
  const { stdout, exitCode } = await runExample('approve-later', { cwd, replies, args: ['no', ...call] });
  expect(stdout).toMatch(/^Write: denied\n/);
  expect([exitCode, existsSync(join(cwd, 'haiku.txt'))]).toEqual([0, false]);
});
