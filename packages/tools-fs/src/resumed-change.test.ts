import { readFile, rm, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resume, run, type ApprovalAnswer, type Json, type PermissionPolicy } from '@harness-sdk/core';
import { sqliteStore } from '@harness-sdk/core/node';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { fsTools } from './fs-tools.ts';

let tree: Tree;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'resumed-change-'));
  tree = await makeTree({ a: 'one\ntwo\n', b: 'one\ntwo\n' });
});

afterEach(async () => {
  await tree.remove();
  await rm(directory, { recursive: true });
});

const asksBeforeWrites: PermissionPolicy = {
  decide: ({ tool }) => ({
    decision: tool.accessKinds.includes('write') ? 'ask' : 'allow',
    tier: 'mode',
    reason: 'To be decided.',
  }),
};

const edit = (path: string, old: string): { readonly name: string; readonly args: Json } => ({
  name: 'Edit',
  args: { file_path: path, old_string: old, new_string: 'three' },
});
const write = (path: string, content: string): { readonly name: string; readonly args: Json } => ({
  name: 'Write',
  args: { file_path: path, content },
});
const contentOf = async (path: string): Promise<string> => await readFile(join(tree.root, path), 'utf8');

/** What a process has: tools that have read nothing yet, and a store that was opened anew. */
function asProcess() {
  const session = sqliteStore({ path: join(directory, 'sessions.db') });
  const shared = { tools: fsTools({ root: tree.root }), cwd: tree.root, permissions: asksBeforeWrites, session };
  return { ...shared, [Symbol.asyncDispose]: () => session.close() };
}

/** Puts the calls off in one process, with or without having read the files, and resumes them in another. */
async function allowLater(
  calls: readonly { readonly name: string; readonly args: Json }[],
  {
    between = async () => undefined,
    answer = true,
  }: { readonly between?: () => Promise<void>; readonly answer?: ApprovalAnswer | boolean } = {},
) {
  const reads = ['a', 'b'].map((path) => call('Read', { file_path: path }));
  let waiting: readonly string[] = [];
  {
    await using first = asProcess();
    const model = scriptedModel([reads, calls.map(({ name, args }) => call(name, args))]);
    const result = await run('Do.', { ...first, model, sessionId: 's', onApproval: () => 'defer' }).result();
    waiting = result.pendingApprovals.map(({ toolUseId }) => toolUseId);
    expect(waiting).toHaveLength(calls.length);
  }
  await between();
  await using second = asProcess();
  const approvals = Object.fromEntries(waiting.map((id) => [id, answer]));
  const resumed = resume('s', { ...second, model: scriptedModel(['Done.']), approvals, onApproval: () => true });
  return (await collect(resumed)).toolResults.map(({ name, outcome, content }) => ({ name, outcome, content }));
}

test('a change that was put off and allowed is made by a process that has read nothing', async () => {
  expect(await allowLater([edit('a', 'two'), write('b', 'new\n')])).toEqual([
    { name: 'Edit', outcome: 'ok', content: 'Edited a at line 2.' },
    { name: 'Write', outcome: 'ok', content: 'Replaced b.' },
  ]);
  expect([await contentOf('a'), await contentOf('b')]).toEqual(['one\nthree\n', 'new\n']);
});

test('a change of which another diff was shown is refused until the file is read', async () => {
  const results = await allowLater([edit('a', 'two'), write('b', 'new\n')], {
    between: async () => {
      for (const path of ['a', 'b']) await writeFile(join(tree.root, path), 'ONE\ntwo\n');
    },
  });
  expect(results).toMatchObject([
    { name: 'Edit', outcome: 'error', content: expect.stringContaining('you have not read it') },
    { name: 'Write', outcome: 'error', content: expect.stringContaining('you have not read it') },
  ]);
  expect([await contentOf('a'), await contentOf('b')]).toEqual(['ONE\ntwo\n', 'ONE\ntwo\n']);
});

test('a change whose diff was too large to be shown is refused until the file is read', async () => {
  const large = 'x'.repeat(60_000);
  const [result] = await allowLater([write('b', large)]);
  expect(result).toMatchObject({ outcome: 'error', content: expect.stringContaining('you have not read it') });
  expect(await contentOf('b')).toBe('one\ntwo\n');
});

test('a yes that comes at once says nothing about files that were not read', async () => {
  await using only = asProcess();
  const { toolResults } = await collect(
    run('Do.', {
      ...only,
      model: scriptedModel([[call('Edit', edit('a', 'two').args), call('Write', write('b', 'new\n').args)], 'Done.']),
      onApproval: () => true,
    }),
  );
  expect(toolResults.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
  expect([await contentOf('a'), await contentOf('b')]).toEqual(['one\ntwo\n', 'one\ntwo\n']);
});

test('a yes with other arguments is refused until the file is read: its diff was not shown', async () => {
  const answer = { decision: 'allow', args: write('b', 'other\n').args } as const;
  const [result] = await allowLater([write('b', 'new\n')], { answer });
  expect(result).toMatchObject({ outcome: 'error', content: expect.stringContaining('you have not read it') });
  expect(await contentOf('b')).toBe('one\ntwo\n');
});
