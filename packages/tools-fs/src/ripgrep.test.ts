import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AgentError } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { childProcesses } from '../test/child-processes.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { RipgrepError, runRipgrep, type RipgrepOptions, type RipgrepRun } from './ripgrep.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ 'a.txt': 'one\ntwo\n', 'b/c.txt': 'one\n', 'new\nline.txt': 'one' });
});

afterEach(async () => {
  await tree.remove();
});

function run(args: readonly string[], options: Partial<RipgrepOptions> = {}): RipgrepRun {
  return runRipgrep({
    args: [...args, '--', './'],
    cwd: tree.root,
    fieldEnds: [0],
    signal: new AbortController().signal,
    ...options,
  });
}

async function all({ records }: RipgrepRun): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  for await (const batch of records) found.push(...batch.map((fields) => fields.map(String)));
  return found;
}

test('gives records by their fields', async () => {
  expect(await all(run(['--files', '--sort=path']))).toEqual([['./a.txt'], ['./b/c.txt'], ['./new\nline.txt']]);
  expect(await all(run(['--count', '--regexp=one', '--sort=path'], { fieldEnds: [0, 10] }))).toEqual([
    ['./a.txt', '1'],
    ['./b/c.txt', '1'],
    ['./new\nline.txt', '1'],
  ]);
});

test('gives no records where nothing matches', async () => {
  const nothing = run(['--files-with-matches', '--regexp=nowhere']);
  expect(await all(nothing)).toEqual([]);
  expect(nothing.hasUnreadable()).toBe(false);
});

test.each([
  ['an expression', '--regexp=('],
  ['a glob', '--glob={a'],
])('throws what ripgrep says about %s that it does not take', async (_name, arg) => {
  const wrong = all(run(['--regexp=one', '--count', arg]));
  await expect(wrong).rejects.toThrow(RipgrepError);
  await expect(wrong).rejects.toThrow(/unclosed/);
});

test('leaves out advice on options that are not there', async () => {
  await expect(all(run(['--regexp=(?=a)']))).rejects.toThrow(/look-behind, is not supported$/);
});

test('reads no configuration and no environment', async () => {
  vi.stubEnv('RIPGREP_CONFIG_PATH', join(tree.root, 'a.txt'));
  try {
    expect((await all(run(['--files']))).length).toBe(3);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('says that something was not readable', async () => {
  const missing = runRipgrep({
    args: ['--files', '--', './a.txt', './missing'],
    cwd: tree.root,
    fieldEnds: [0],
    signal: new AbortController().signal,
  });
  expect(await all(missing)).toEqual([['./a.txt']]);
  expect(missing.hasUnreadable()).toBe(true);
});

test('cannot be started where its directory is gone', async () => {
  const gone = all(run(['--files'], { cwd: join(tree.root, 'gone') }));
  await expect(gone).rejects.toThrow(AgentError);
  await expect(gone).rejects.toMatchObject({ code: 'tool_failed' });
});

test('keeps the end of a field that never ends', async () => {
  await tree.remove();
  tree = await makeTree({ 'long.txt': `${'x'.repeat(200_000)}\n` });
  const [record] = await all(run(['--regexp=x', '--no-filename'], { fieldEnds: [10] }));
  expect(record?.map((field) => field.length)).toEqual([65_536]);
});

describe.runIf(process.platform === 'linux')('a search without an end', () => {
  let pipe: number;

  beforeEach(() => {
    execFileSync('mkfifo', [join(tree.root, 'pipe')]);
    // Open at both ends, so that neither opening waits, and reading never ends.
    pipe = openSync(join(tree.root, 'pipe'), constants.O_RDWR);
  });

  afterEach(() => closeSync(pipe));

  const fromPipe = (signal: AbortSignal): RipgrepRun =>
    runRipgrep({ args: ['--regexp=x', '--', '-'], cwd: tree.root, stdin: pipe, fieldEnds: [10], signal });

  test('ends with the signal, whose reason it throws, and no process is left', async () => {
    const controller = new AbortController();
    const search = all(fromPipe(controller.signal));
    while (!childProcesses().includes('rg')) await setImmediate();
    controller.abort(new Error('enough'));
    await expect(search).rejects.toThrow('enough');
    expect(childProcesses()).not.toContain('rg');
  });

  test('does not start where the signal has fired', async () => {
    await expect(all(fromPipe(AbortSignal.abort(new Error('before'))))).rejects.toThrow('before');
    expect(childProcesses()).not.toContain('rg');
  });
});

test.runIf(process.platform === 'linux')('no process is left where the reader leaves early', async () => {
  for await (const [first] of run(['--files', '--sort=path']).records) {
    expect(String(first?.[0])).toBe('./a.txt');
    break;
  }
  expect(childProcesses()).not.toContain('rg');
});
