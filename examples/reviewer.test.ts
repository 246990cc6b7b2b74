import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('reads the file and prints the findings as a table, and what it cost', async () => {
  const { stdout, stderr, exitCode, requests } = await runExample('reviewer');
  const [first, ...table] = stdout.trimEnd().split('\n');
  expect(first).toBe('Review complete (end_turn). Cost: $0.0154');
  expect(table.slice(2).map((row) => row.split('|')[1]?.trim())).toEqual(['5', '10', '14', '19', '23']);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const target = readFileSync(join(import.meta.dirname, 'review_target.py'), 'utf8');
  for (const line of target.split('\n')) expect(requests[1]).toContain(JSON.stringify(line).slice(1, -1));
});

test('offers the model no tool that could change anything', async () => {
  const { requests } = await runExample('reviewer');
  // The shape of the request body is the adapter's, and tested there.
  const { tools } = JSON.parse(requests[0] ?? '') as { readonly tools: readonly { readonly name: string }[] };
  expect(tools.map(({ name }) => name)).toEqual(['Read', 'Glob', 'Grep']);
});

test('is no longer than it says', () => {
  const source = readFileSync(join(import.meta.dirname, 'reviewer.ts'), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
