import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('prints the answer, the tokens and the cost', async () => {
  const { stdout, stderr, exitCode, requests } = await runExample('hello');
  expect(stdout).toBe('2 + 2 = 4\n\nDone! Tokens: 142, Cost: $0.0002\n');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toContain('What is 2 + 2?');
});
