import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** What a script of its own process has to say. Killed after a minute, which is a rejection. */
async function outputOf(name: string): Promise<unknown> {
  const script = join(import.meta.dirname, '../../test', name);
  const node = ['--conditions=@harness-sdk/source', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, node, { timeout: 60_000 });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('a process', { timeout: 90_000 }, () => {
  test('ends by itself after a break at any message of a run, with nothing left running', async () => {
    const kinds = ['budget_warning', 'permission_decision', 'permission_request', 'retry', 'session_start'];
    kinds.push('text', 'thinking', 'tool_progress', 'tool_result', 'tool_use');
    expect(await outputOf('break-anywhere.ts')).toEqual({ kinds, left: [] });
  });

  test('hears of no rejection that nobody handles, whatever fails when nobody waits for it any more', async () => {
    expect(await outputOf('hostile-parts.ts')).toEqual([]);
  });
});
