import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const isFull = process.env['HARNESS_FULL'] === '1';
const runs = isFull ? 20 : 2;

interface Report {
  readonly done: readonly number[];
  readonly warnings: readonly string[];
  readonly first: number;
  readonly last: number;
}

test(`${runs} runs of 500 turns leave no warning, and memory where it was`, { timeout: 600_000 }, () => {
  const script = join(import.meta.dirname, '../../test/long-run-memory.ts');
  const flags = ['--expose-gc', '--conditions=@harness-sdk/source', script, String(runs)];
  const report = JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Report;
  expect(report.done).toEqual(Array(runs).fill(501));
  expect(report.warnings).toEqual([]);
  expect(report.last).toBeLessThan(1.2 * report.first);
});
