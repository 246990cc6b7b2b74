import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('shows the text as it arrives, and begins again where the connection was lost', async () => {
  const { stdout, stderr, exitCode, requests } = await runExample('typing');
  expect(stdout).toBe(
    [
      'The tide comes in slow',
      'and leaves',
      '--- the connection was lost; once more ---',
      'The tide writes its name',
      'on the sand, and then reads it',
      'until it is gone.',
      '',
    ].join('\n'),
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(requests).toHaveLength(2);
});
