import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('asks the second model where the first is overloaded', async () => {
  const { stdout, stderr, exitCode, requests } = await runExample('fallback');
  expect(stdout.split('\n')).toEqual([
    'claude-sonnet-5 -> claude-haiku-4-5: failure, overloaded',
    '2 + 2 = 4',
    'Answered by: anthropic/claude-haiku-4-5',
    '',
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(requests).toHaveLength(2);
});
