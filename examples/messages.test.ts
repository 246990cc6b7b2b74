import { expect, test } from 'vitest';
import { runExample } from './run-example.ts';

test('has a line for every message that has something to say', async () => {
  const { stdout, stderr, exitCode } = await runExample('messages');
  expect(stdout.split('\n')).toEqual([
    'System: session_start',
    "Agent: I'll read it first.",
    'Tool call: Read({"file_path":"utils.py"})',
    expect.stringMatching(/^Error: .*utils\.py.* does not exist/),
    'Agent: It is not there under that name; I look for it.',
    'Tool call: Glob({"pattern":"**/*.py"})',
    'Glob is done',
    'Agent: There is no `utils.py` here, so I changed nothing. Which file do you mean?',
    'Done in 3 turns, 2 tool calls (end_turn)',
    '',
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});
