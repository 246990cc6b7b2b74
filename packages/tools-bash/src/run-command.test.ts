import { run, type PermissionPolicy } from '@harness-sdk/core';
import { call, checkStream, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { processesWith, uniqueSeconds } from '../test/processes.ts';
import { bashTools } from './bash-tools.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree();
});

afterEach(async () => {
  await tree.remove();
});

const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'a test' }) };

test('a run shows what commands put out, on the way and at the end', async () => {
  const model = scriptedModel([[call('Bash', { command: 'echo one; sleep 0.6; echo two' })], 'Done.']);
  const tools = bashTools({ root: tree.root });
  const { messages, toolResults } = await collect(run('Go.', { model, permissions, cwd: tree.root, tools }));
  expect(toolResults).toMatchObject([{ name: 'Bash', outcome: 'ok', content: 'one\ntwo\n' }]);
  const progress = messages.flatMap((message) =>
    message.type === 'system' && message.subtype === 'tool_progress' ? [message.data.progress] : [],
  );
  expect(progress).toEqual([{ output: 'one\n' }]);
});

test('a run goes on after a command that fails', async () => {
  const model = scriptedModel([[call('Bash', { command: 'exit 7' })], [call('Exec', { program: 'pwd' })], 'Done.']);
  const tools = bashTools({ root: tree.root });
  const { toolResults, result } = await collect(run('Go.', { model, permissions, cwd: tree.root, tools }));
  expect(toolResults.map(({ outcome, content }) => [outcome, content])).toEqual([
    ['error', '[exit code 7]'],
    ['ok', `${tree.root}\n`],
  ]);
  expect(result?.stopReason).toBe('end_turn');
});

test('leaving the stream ends the command and all that came of it', async () => {
  const seconds = uniqueSeconds();
  const command = `setsid sleep ${seconds} & sleep ${seconds} & echo started; wait`;
  const model = scriptedModel([[call('Bash', { command })], 'Never said.']);
  const tools = bashTools({ root: tree.root });
  for await (const message of run('Go.', { model, permissions, cwd: tree.root, tools })) {
    if (message.type !== 'system' || message.subtype !== 'tool_progress') continue;
    expect(processesWith(seconds).length).toBeGreaterThan(0);
    break;
  }
  expect(processesWith(seconds)).toEqual([]);
});

test('aborting a run ends the command, and the model hears what it had put out', async () => {
  const seconds = uniqueSeconds();
  const command = `setsid sleep ${seconds} & echo started; sleep ${seconds}`;
  const model = scriptedModel([[call('Bash', { command })], 'Never said.']);
  const tools = bashTools({ root: tree.root });
  const running = run('Go.', { model, permissions, cwd: tree.root, tools });
  const contents: unknown[] = [];
  for await (const message of running) {
    if (message.type === 'system' && message.subtype === 'tool_progress') running.abort();
    if (message.type === 'tool_result') contents.push(message.outcome, message.content);
    if (message.type === 'result') contents.push(message.stopReason);
  }
  expect(contents).toEqual([
    'aborted',
    'started\n[the run was aborted, and the command ended with all its processes]',
    'aborted',
  ]);
  expect(processesWith(seconds)).toEqual([]);
});

test('the stream of a run with commands is well formed', async () => {
  const calls = [call('Bash', { command: 'yes', timeout_ms: 600 }), call('Exec', { program: 'nothing-like-it' })];
  const model = scriptedModel([calls, 'Done.']);
  const tools = bashTools({ root: tree.root });
  const { messages } = await collect(run('Go.', { model, permissions, cwd: tree.root, tools }));
  expect(() => checkStream(messages)).not.toThrow();
});
