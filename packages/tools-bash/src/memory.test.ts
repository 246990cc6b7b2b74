import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const isFull = process.env['HARNESS_FULL'] === '1';

test('a command that never stops to write takes less than 50 MB', async ({ annotate }) => {
  const script = join(import.meta.dirname, '../test/yes-memory.ts');
  const flags = ['--conditions=@harness-sdk/source', '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, isFull ? '5000' : '1000']);
  // What the script prints.
  const { growth, isError } = JSON.parse(stdout) as { readonly growth: number; readonly isError: boolean };
  await annotate(`grew by ${(growth / 1e6).toFixed(1)} MB`);
  expect(isError).toBe(true);
  expect(growth).toBeLessThan(50_000_000);
});
