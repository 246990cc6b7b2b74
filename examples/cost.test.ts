import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('prints the totals, and the share and the price basis of each model', async () => {
  const { stdout, stderr, exitCode } = await runExample('cost');
  const price = String.raw`\$0\.0091 \(catalog of \d{4}-\d\d-\d\d\)`;
  expect(stdout.split('\n').slice(1)).toEqual([
    '',
    expect.stringMatching(/^Session: [\da-f-]{36}$/),
    'Turns: 2',
    'Tool calls: 1',
    'Tokens: 5,411',
    expect.stringMatching(new RegExp(`^Cost: ${price}$`)),
    expect.stringMatching(
      new RegExp(`^  anthropic/claude-sonnet-5: 2 calls, 730 in, 2100 from the cache, 101 out, ${price}$`),
    ),
    '',
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});
