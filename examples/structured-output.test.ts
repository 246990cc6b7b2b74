import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('prints the fields of an answer that was mended once', async () => {
  const { stdout, stderr, exitCode, requests } = await runExample('structured-output');
  expect(stdout).toBe('Ulm has 126,000 people. Turns: 2\n');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(requests).toHaveLength(2);
  expect(requests[0]).toContain('json_schema');
  expect(requests[1]).toContain('people: ');
});
