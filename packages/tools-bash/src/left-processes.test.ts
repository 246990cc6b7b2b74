import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callTool, startTool } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { childProcesses, processesWith, uniqueSeconds } from '../test/processes.ts';
import { createBash } from './bash.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree();
});

afterEach(async () => {
  await tree.remove();
});

/** Ways to start `sleep` so that the shell does not wait for it, or does not know of it. */
const ways: readonly (readonly [name: string, command: (sleep: string) => string])[] = [
  ['in the background', (sleep) => `${sleep} &`],
  ['in the background with its own output', (sleep) => `${sleep} >/dev/null 2>&1 &`],
  ['disowned', (sleep) => `${sleep} & disown -a`],
  ['by nohup', (sleep) => `nohup ${sleep} >/dev/null 2>&1 &`],
  ['forked twice', (sleep) => `( ( ${sleep} >/dev/null 2>&1 & ) & )`],
  ['with every signal ignored', (sleep) => `( trap "" TERM HUP INT; ${sleep} ) &`],
  ['in a group of its own', (sleep) => `set -m; ${sleep} >/dev/null 2>&1 &`],
];

const ownSessions: typeof ways = [
  ['in a session of its own', (sleep) => `setsid ${sleep} >/dev/null 2>&1 &`],
  ['in a session of its own, forked twice', (sleep) => `( setsid sh -c '${sleep} & ${sleep} &' >/dev/null 2>&1 & )`],
  ['without the environment', (sleep) => `( setsid env -i ${sleep} >/dev/null 2>&1 & )`],
  ['without the inherited descriptors', (sleep) => `( setsid ${sleep} 63>&- >/dev/null 2>&1 & )`],
];

const everyWay = process.platform === 'linux' ? [...ways, ...ownSessions] : ways;

describe.skipIf(process.platform === 'win32')('a process that was started', () => {
  test.each(everyWay)('%s does not hold the answer up, and does not outlive it', async (_name, start) => {
    const seconds = uniqueSeconds();
    const { text, isError, output } = await callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: `${start(`sleep ${seconds}`)}\necho done` },
      { cwd: tree.root },
    );
    expect(text).toMatch(/^done\n\[ended what was left running in the background: /);
    expect({ isError, exitCode: output.display }).toMatchObject({ isError: false, exitCode: { exitCode: 0 } });
    expect(processesWith(seconds)).toEqual([]);
  });

  test.each(everyWay)('%s is gone after an abort', async (_name, start) => {
    const seconds = uniqueSeconds();
    const controller = new AbortController();
    const called = callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: `${start(`sleep ${seconds}`)}\necho started; sleep ${seconds}` },
      { cwd: tree.root, signal: controller.signal },
    );
    while (processesWith(seconds).length < 2) await new Promise(setImmediate);
    controller.abort();
    const { text } = await called;
    expect(text).toMatch(/\[the run was aborted, and the command ended with all its processes\]$/);
    expect(processesWith(seconds)).toEqual([]);
  });

  test('is gone after the time limit, however deep in the tree', async () => {
    const seconds = uniqueSeconds();
    const deep = `bash -c "bash -c 'sleep ${seconds} & setsid sleep ${seconds} & wait' & wait" & wait`;
    const { text } = await callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: deep, timeout_ms: 1000 },
      { cwd: tree.root },
    );
    expect(text).toBe('[ended after 1000 ms, its time limit, with all its processes]');
    expect(processesWith(seconds)).toEqual([]);
  });

  test('by the hundred is gone, and the answer names a few of them', async () => {
    const seconds = uniqueSeconds();
    const { text } = await callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: `for i in $(seq 100); do sleep ${seconds} & done; echo done` },
      { cwd: tree.root },
    );
    expect(text).toMatch(/sleep \(\d+\) and 90 more\]$/);
    expect(processesWith(seconds)).toEqual([]);
  });

  test('may end by itself when it is asked to, before it is ended', async () => {
    const command = `( trap 'echo cleaned > cleaned; exit' TERM; touch ready; while :; do sleep 0.02; done ) & while [ ! -e ready ]; do sleep 0.02; done`;
    const tool = createBash(createWorkspace({ root: tree.root }));
    await callTool(tool, { command }, { cwd: tree.root });
    expect((await callTool(tool, { command: 'cat cleaned' }, { cwd: tree.root })).text).toBe('cleaned\n');
  });

  test.runIf(process.platform === 'linux')('again and again, each time in a session of its own, is gone', async () => {
    const seconds = uniqueSeconds();
    const again = `trap "" TERM; while :; do setsid env -i /bin/sleep ${seconds} & sleep 0.01; done`;
    const { text } = await callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: `setsid bash -c '${again}' >/dev/null 2>&1 & sleep 0.1; echo done` },
      { cwd: tree.root },
    );
    expect(text.startsWith('done\n')).toBe(true);
    expect(processesWith(seconds)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('under a misleading name is gone, and its name does no harm', async () => {
    const seconds = uniqueSeconds();
    const rename = `printf 'x) Z 1 1 1' > /proc/$BASHPID/comm`;
    const { text } = await callTool(
      createBash(createWorkspace({ root: tree.root })),
      { command: `( ${rename}; while :; do sleep ${seconds}; done ) & sleep 0.1; echo done` },
      { cwd: tree.root },
    );
    expect(text).toMatch(/: "x\) Z 1 1 1" \(\d+\), sleep \(\d+\)\]$/);
    expect(processesWith(seconds)).toEqual([]);
  });

  test('is not confused with those of another call', async () => {
    const [mine, other] = [uniqueSeconds(), uniqueSeconds()];
    const tool = createBash(createWorkspace({ root: tree.root }));
    const controller = new AbortController();
    const going = callTool(
      tool,
      { command: `setsid sleep ${other} & wait` },
      { cwd: tree.root, signal: controller.signal },
    );
    while (processesWith(other).length === 0) await new Promise(setImmediate);
    await callTool(tool, { command: `sleep ${mine} & setsid sleep ${mine} &` }, { cwd: tree.root });
    expect(processesWith(mine)).toEqual([]);
    expect(processesWith(other)).not.toEqual([]);
    controller.abort();
    await going;
    expect(processesWith(other)).toEqual([]);
  });
});

describe('an abort', () => {
  test('before the call starts nothing', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }));
    const signal = AbortSignal.abort(new Error('before'));
    await expect(callTool(tool, { command: 'touch ran' }, { cwd: tree.root, signal })).rejects.toThrow('before');
    expect((await callTool(tool, { command: 'ls' }, { cwd: tree.root })).text).toBe('[no output]');
  });

  test('while the call is being prepared starts nothing, or ends it', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }));
    const seconds = uniqueSeconds();
    for (let ticks = 0; ticks < 12; ticks++) {
      const controller = new AbortController();
      const called = callTool(tool, { command: `sleep ${seconds}` }, { cwd: tree.root, signal: controller.signal });
      for (let tick = 0; tick < ticks; tick++) await new Promise(setImmediate);
      controller.abort(new Error('early'));
      await Promise.allSettled([called]);
      expect(processesWith(seconds)).toEqual([]);
    }
  });

  test('after the call changes nothing', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }));
    const controller = new AbortController();
    const { text } = await callTool(tool, { command: 'echo done' }, { cwd: tree.root, signal: controller.signal });
    controller.abort();
    expect(text).toBe('done\n');
  });
});

describe('a caller who stops listening', () => {
  test('ends the command', async () => {
    const seconds = uniqueSeconds();
    const command = `setsid sleep ${seconds} & while :; do echo on; sleep 0.05; done`;
    const steps = await startTool(createBash(createWorkspace({ root: tree.root })), { command }, { cwd: tree.root });
    expect((await steps.next()).done).toBe(false);
    await steps.return('');
    expect(processesWith(seconds)).toEqual([]);
  });

  test('and never comes back, still has it ended by its time limit', async () => {
    const seconds = uniqueSeconds();
    const command = `sleep ${seconds} & while :; do echo on; sleep 0.05; done`;
    const tool = createBash(createWorkspace({ root: tree.root }));
    const steps = await startTool(tool, { command, timeout_ms: 700 }, { cwd: tree.root });
    expect((await steps.next()).done).toBe(false);
    while (processesWith(seconds).length > 0) await new Promise(setImmediate);
    await steps.return('');
  });
});

test.runIf(process.platform === 'linux')('200 calls leave no process, no listener and nothing open', async () => {
  const tool = createBash(createWorkspace({ root: tree.root }));
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const call = () => callTool(tool, { command: 'echo one; true &' }, { cwd: tree.root, signal });
  await call();
  const before = process.getActiveResourcesInfo();
  for (let round = 0; round < 25; round++) {
    const called = await Promise.all(Array.from({ length: 8 }, call));
    expect(called.every(({ text }) => text.startsWith('one\n'))).toBe(true);
  }
  await new Promise(setImmediate);
  expect(added).toHaveBeenCalledTimes(201);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    expect.arrayContaining(added.mock.calls.map(([, listener]) => listener)),
  );
  const after = process.getActiveResourcesInfo();
  const countOf = (all: readonly string[], name: string): number => all.filter((other) => other === name).length;
  expect(after.filter((name) => countOf(after, name) > countOf(before, name))).toEqual([]);
  expect(childProcesses()).toEqual([]);
});
