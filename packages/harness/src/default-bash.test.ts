import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run, type RunOptions } from './index.ts';

let cwd: string;

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'harness-bash-')));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

async function runCommand(
  options: Pick<RunOptions, 'onApproval'>,
): Promise<readonly [outcome: unknown, content: unknown]> {
  const model = scriptedModel([[call('Bash', { command: 'touch made; pwd' })], 'Done.']);
  const { toolResults } = await collect(run('Go.', { model, cwd, ...options }));
  return [toolResults[0]?.outcome, toolResults[0]?.content];
}

test('a command is asked about by default, and runs in the workspace once a person has agreed', async () => {
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => true);
  expect(await runCommand({ onApproval })).toEqual(['ok', `${cwd}\n`]);
  expect(onApproval).toHaveBeenCalledTimes(1);
  expect(readdirSync(cwd)).toEqual(['made']);
});

test('a command is denied where nobody can be asked', async () => {
  const [outcome] = await runCommand({});
  expect(outcome).toBe('denied');
  expect(readdirSync(cwd)).toEqual([]);
});
