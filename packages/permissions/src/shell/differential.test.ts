import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPolicy, type Policy } from '../index.ts';
import { randomCommand } from './random-command.ts';

/**
 * Random commands are judged, and then run by the system's bash as a script: without any program to be found, in a
 * directory to be thrown away. What bash looks for is written down. Where a policy lets a command pass, bash must not
 * have looked for what the policy does not allow.
 */

const bash = '/bin/bash';
const canRun = existsSync(bash) && process.platform !== 'win32';
if (!canRun) process.stdout.write('SKIPPED: the comparison with bash, which is not at /bin/bash.\n');

const numRuns = process.env['HARNESS_FULL'] === undefined ? 250 : 6_000;
const atOnce = 4;

let base: string;
let narrow: Policy;
let wide: Policy;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'differential-')));
  mkdirSync(join(base, 'root'));
  const root = join(base, 'root');
  const harmless = ['ok', 'a', 'x', 'echo', 'printf', 'f'].map((program) => `Bash(${program}:*)`);
  narrow = createPolicy({ root, mode: 'acceptEdits', allow: harmless });
  wide = createPolicy({ root, mode: 'bypass', deny: ['Bash(evil:*)'] });
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

test.skipIf(!canRun)('bash runs nothing that a decision has not seen', { timeout: 900_000 }, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  const commands = fc.sample(randomCommand, { numRuns, seed });
  const missed: { readonly command: string; readonly ran: string }[] = [];
  let ranEvil = 0;
  for (let index = 0; index < commands.length; index += atOnce) {
    const batch = commands.slice(index, index + atOnce);
    const found = await Promise.all(batch.map(async (command, place) => await compare(command, index + place)));
    ranEvil += found.filter(({ ran }) => ran !== '').length;
    missed.push(...found.filter(({ isMissed }) => isMissed));
  }
  process.stdout.write(
    `Compared with bash: ${commands.length} commands, ${ranEvil} of which ran something forbidden, ${missed.length} of these missed (seed ${seed}).\n`,
  );
  expect(missed).toEqual([]);
  expect(ranEvil).toBeGreaterThan(numRuns / 50);
});

async function compare(command: string, place: number): Promise<{ command: string; ran: string; isMissed: boolean }> {
  const [narrowly, widely] = [await judge(narrow, command), await judge(wide, command)];
  const programs = await programsOf(command, place);
  const forbidden = programs.filter((program) => program === 'evil' || program.startsWith('evil '));
  const isMissed = forbidden.length > 0 && (narrowly === 'allow' || widely === 'allow');
  return { command, ran: forbidden.join(), isMissed };
}

async function judge(policy: Policy, command: string): Promise<string> {
  const { decision } = await policy.decide({
    tool: { name: 'Bash', accessKinds: ['execute'] },
    args: { command },
    access: [{ kind: 'execute', command }],
    cwd: join(base, 'root'),
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
  return decision;
}

/** The programs that bash looked for, in a directory of their own. */
async function programsOf(command: string, place: number): Promise<readonly string[]> {
  const directory = join(base, `run${place}`);
  const log = join(base, `log${place}`);
  const tracer = join(base, `tracer${place}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  writeFileSync(log, '');
  writeFileSync(
    tracer,
    `unset BASH_ENV; ulimit -t 1 -f 100; command_not_found_handle() { builtin printf '%s\\n' "$1" >> '${log}'; }\n`,
  );
  await new Promise<void>((resolve) => {
    const child = spawn(bash, ['--noprofile', '--norc', '-c', command], {
      cwd: directory,
      env: { BASH_ENV: tracer, PATH: '/nonexistent', HOME: directory },
      stdio: 'ignore',
      detached: true,
    });
    const end = setTimeout(() => {
      // The whole group: background jobs too.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, 2_000);
    child.on('close', () => {
      clearTimeout(end);
      resolve();
    });
    child.on('error', () => {
      clearTimeout(end);
      resolve();
    });
  });
  // Background jobs may go on writing, so that no other command gets this directory.
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
