import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { OptionError } from '../errors.ts';
import { virtualClock } from './virtual-clock.ts';

function sleep(clock: ReturnType<typeof virtualClock>, ms: number): Promise<number> {
  return new Promise((resolve) => {
    clock.timer(ms, () => resolve(clock.now()));
  });
}

test('fires timers by themselves, earliest first, each at its instant', async () => {
  const clock = virtualClock({ startAt: 1000 });
  const fired = await Promise.all([sleep(clock, 3_600_000), sleep(clock, 5), sleep(clock, 100)]);
  expect(fired).toEqual([3_601_000, 1005, 1100]);
  expect(clock.pendingTimers).toBe(0);
});

test('fires timers of one instant in the order they were made', async () => {
  const clock = virtualClock();
  const order: number[] = [];
  for (const index of [1, 2, 3]) clock.timer(10, () => order.push(index));
  await sleep(clock, 10);
  expect(order).toEqual([1, 2, 3]);
});

test('does not move while promise chains go on', async () => {
  const clock = virtualClock({ startAt: 0 });
  const order: string[] = [];
  const slept = sleep(clock, 1).then(() => order.push('timer'));
  for (let step = 0; step < 1000; step++) await Promise.resolve();
  order.push('chain');
  await slept;
  expect(order).toEqual(['chain', 'timer']);
});

test('waits for file operations and child processes', async () => {
  const clock = virtualClock({ startAt: 0 });
  const order: string[] = [];
  const slept = sleep(clock, 1).then(() => order.push('timer'));
  await promisify(execFile)(process.execPath, ['--version']);
  await readFile(import.meta.filename);
  order.push('work');
  await slept;
  expect(order).toEqual(['work', 'timer']);
});

test('does not wait for pipes that the process opens meanwhile', async () => {
  // A process of its own, because this one has opened its pipes long ago.
  const script = `
    import { virtualClock } from ${JSON.stringify(join(import.meta.dirname, 'virtual-clock.ts'))};
    const clock = virtualClock({ startAt: 0 });
    const slept = new Promise((resolve) => clock.timer(5, resolve));
    process.stdout.write('opened, ');
    process.stdin.resume();
    await slept;
    process.stdin.destroy();
    process.stdout.write(String(clock.now()));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(stdout).toBe('opened, 5');
});

test('moves by hand even while a child process stays', async () => {
  // The child of an earlier test counts until its handle is gone, which is after its `close`.
  while (process.getActiveResourcesInfo().includes('ProcessWrap')) await new Promise(setImmediate);
  const clock = virtualClock({ startAt: 0 });
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  try {
    let fired = false;
    clock.timer(5, () => {
      fired = true;
    });
    for (let round = 0; round < 20; round++) await new Promise(setImmediate);
    expect(fired).toBe(false);
    await clock.advance(5);
    expect(fired).toBe(true);
  } finally {
    child.kill();
    await once(child, 'close');
  }
});

test('goes on when a timer that was made meanwhile is earlier', async () => {
  const clock = virtualClock({ startAt: 0 });
  const order: number[] = [];
  clock.timer(10, () => {
    order.push(clock.now());
    clock.timer(5, () => order.push(clock.now()));
  });
  await sleep(clock, 20);
  expect(order).toEqual([10, 15]);
});

test('never fires a cancelled timer', async () => {
  const clock = virtualClock({ startAt: 0 });
  let fired = 0;
  const cancel = clock.timer(5, () => fired++);
  expect(clock.pendingTimers).toBe(1);
  cancel();
  cancel();
  expect(clock.pendingTimers).toBe(0);
  await sleep(clock, 10);
  expect(fired).toBe(0);
});

test('lets the callback of one timer cancel another of the same instant', async () => {
  const clock = virtualClock({ startAt: 0 });
  let fired = 0;
  let cancel = () => {};
  clock.timer(5, () => void Promise.resolve().then(() => cancel()));
  cancel = clock.timer(5, () => fired++);
  await sleep(clock, 6);
  expect(fired).toBe(0);
});

test('moves by hand alone where it is told to', async () => {
  const clock = virtualClock({ startAt: 0, autoAdvance: false });
  const fired: number[] = [];
  clock.timer(10, () => fired.push(clock.now()));
  clock.timer(30, () => fired.push(clock.now()));
  for (let round = 0; round < 20; round++) await new Promise(setImmediate);
  expect(clock.now()).toBe(0);
  await clock.advance(20);
  expect([fired, clock.now(), clock.pendingTimers]).toEqual([[10], 20, 1]);
  await clock.advance(10);
  expect([fired, clock.now(), clock.pendingTimers]).toEqual([[10, 30], 30, 0]);
});

test('fires what timers start on the way of an advance', async () => {
  const clock = virtualClock({ startAt: 0, autoAdvance: false });
  const slept = sleep(clock, 5).then(() => sleep(clock, 5));
  await clock.advance(10);
  expect(await slept).toBe(10);
});

test('advance does one after another where they overlap, and stops where it should in automatic mode', async () => {
  const clock = virtualClock({ startAt: 0 });
  const fired: number[] = [];
  clock.timer(50, () => fired.push(clock.now()));
  await Promise.all([clock.advance(10), clock.advance(10)]);
  expect([fired, clock.now()]).toEqual([[], 20]);
  await sleep(clock, 40);
  expect(fired).toEqual([50]);
});

test('advance rejects with what a callback throws, and the clock goes on', async () => {
  const clock = virtualClock({ startAt: 0, autoAdvance: false });
  clock.timer(1, () => {
    throw new TypeError('in a timer');
  });
  await expect(clock.advance(5)).rejects.toThrow('in a timer');
  await clock.advance(5);
  expect(clock.now()).toBe(6);
});

test('takes a time in the past as now', async () => {
  const clock = virtualClock({ startAt: 7 });
  expect(await sleep(clock, -5)).toBe(7);
});

test('never fires a timer without end, and goes on beside it', async () => {
  const clock = virtualClock({ startAt: 0 });
  const cancel = clock.timer(Number.POSITIVE_INFINITY, () => expect.unreachable());
  expect(await sleep(clock, 5)).toBe(5);
  expect(clock.pendingTimers).toBe(1);
  cancel();
  expect(clock.pendingTimers).toBe(0);
});

test('refuses a timer of no number', () => {
  expect(() => virtualClock().timer(Number.NaN, () => {})).toThrow(OptionError);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses to advance by %s milliseconds', async (ms) => {
  await expect(virtualClock().advance(ms)).rejects.toThrow(OptionError);
});

test('refuses unknown options', () => {
  // A caller without types can do this.
  expect(() => virtualClock({ start: 0 } as object)).toThrow('Did you mean `startAt`?');
});
