import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { groupTree, signalGroup, signalProcess } from './group-tree.ts';

let child: ChildProcess | undefined;

afterEach(() => {
  if (child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
});

/** A shell with children in a group of its own, which has said that all are there. */
async function startGroup(script: string): Promise<ChildProcess & { readonly pid: number }> {
  child = spawn('/bin/sh', ['-c', `${script}\necho ready\nwait`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('No shell was started.');
  await once(stdout, 'data');
  return Object.assign(child, { pid });
}

describe.skipIf(process.platform === 'win32')('a group of processes', () => {
  test('is asked to end, and has', async () => {
    const group = await startGroup('sleep 1000 & sleep 1000 &');
    expect(await groupTree(group.pid).end(5000)).toEqual(['processes of its group']);
    expect(signalGroup(group.pid, 0)).toBe(false);
  });

  test('is ended where it does not listen', async () => {
    const group = await startGroup('trap "" TERM; while :; do sleep 0.05; done &');
    const exited = once(group, 'exit');
    await groupTree(group.pid).end(50);
    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  test('that is no more has nothing to end', async () => {
    const group = await startGroup(':');
    await once(group, 'exit');
    expect(await groupTree(group.pid).end(50)).toEqual([]);
  });

  test.each([0, 1, -1])('is not everybody, by the id %i', (id) => {
    expect(signalGroup(id, 0)).toBe(false);
  });

  test('is told from one that is not there', () => {
    expect(signalProcess(process.pid, 0)).toBe(true);
    expect(signalProcess(2 ** 22 + 1, 0)).toBe(false);
  });
});
