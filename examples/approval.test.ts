import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repliesFor } from './recorded-server.ts';
import { runExample } from './run-example.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'harness-approval-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

test('asks before it writes, and writes after a yes', async () => {
  const { stdout, stderr, exitCode } = await runExample('approval', { cwd, input: 'y\n' });
  expect(stdout).toContain('Write asks for permission: ');
  expect(stdout).toContain('"file_path": "haiku.txt"');
  expect(stdout).toMatch(/Write: ok\nDone: the haiku is in `haiku.txt`\.\n\nDenied: 0\n$/);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(readFileSync(join(cwd, 'haiku.txt'), 'utf8')).toBe(
    'The tide writes its name\non the sand, and then reads it\nuntil it is gone.\n',
  );
});

test('writes nothing after a no, and the model hears why', async () => {
  const replies = [...repliesFor('approval').slice(0, 1), ...repliesFor('approval-denied')];
  const { stdout, exitCode, requests } = await runExample('approval', { cwd, input: 'n\n', replies });
  expect(stdout).toMatch(/Write: denied\nYou did not want the file.*\n\nDenied: 1\n$/s);
  expect(requests[1]).toContain('The user does not want this. Go on without it.');
  expect([exitCode, existsSync(join(cwd, 'haiku.txt'))]).toEqual([0, false]);
});
