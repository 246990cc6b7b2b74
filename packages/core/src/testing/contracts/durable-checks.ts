import assert from 'node:assert/strict';
import type { Branch, Durable, DurableEngine, DurableSession, StepSpec } from '../../durable.ts';
import type { Awaitable } from '../../hooks.ts';
import { promptly } from './contract-check.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';
import { runChecksOfEngine, type EngineSubject } from './engine-runs.ts';

/** An engine to check. */
export interface DurableSubject extends ContractSubject, EngineSubject {
  readonly engine: DurableEngine;
  /** The engine as a later process has it, with all that it keeps by itself. Default: the same. */
  restart?(): Awaitable<DurableEngine>;
}

/** What every engine must hold that runs go through. Each check wants a fresh engine. */
export const durableChecks: readonly ContractCheck<DurableSubject>[] = [
  {
    name: 'a step runs once and gives what it returned',
    async run(subject) {
      const { durable } = open(subject);
      let runs = 0;
      const value = await durable.step(stepSpec('1/tool/a'), async () => ({ answer: ++runs }));
      assert.deepEqual(value, { answer: 1 });
      assert.equal(runs, 1, `Expected the step to run once, it ran ${runs} times.`);
    },
  },
  {
    name: 'a step that is in the log is not run again',
    async run(subject) {
      const { durable } = open(subject, {
        committed: (key) => (key === '1/tool/a' ? { answer: 'logged' } : undefined),
      });
      const run = async (): Promise<{ answer: string }> => ({ answer: 'again' });
      assert.deepEqual(await durable.step(stepSpec('1/tool/a'), run), { answer: 'logged' });
      assert.deepEqual(await durable.step(stepSpec('1/tool/b'), run), { answer: 'again' });
    },
  },
  {
    name: 'what a step throws is thrown, and its engine goes on',
    async run(subject) {
      const { durable } = open(subject);
      const failed = durable.step(stepSpec('1/tool/a'), async () => Promise.reject(new Error('as it was')));
      await assert.rejects(failed, /as it was/);
      assert.deepEqual(await durable.step(stepSpec('1/tool/b'), async () => ({ ok: true })), { ok: true });
    },
  },
  {
    name: 'the signal of a step fires when the run is aborted, before the step or in it',
    async run(subject) {
      const { durable, abort } = open(subject);
      const running = durable.step(stepSpec('1/tool/a'), async ({ signal }) => {
        const fired = new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        abort();
        await fired;
        return { aborted: signal.aborted };
      });
      assert.deepEqual(await promptly(running, 'a step whose run was aborted', subject), { aborted: true });
      const late = await durable.step(stepSpec('1/tool/b'), async ({ signal }) => ({ aborted: signal.aborted }));
      assert.deepEqual(late, { aborted: true }, 'Expected a step after the abort to see it at once.');
    },
  },
  {
    name: 'branches run side by side, at most as many as the limit, and each value goes to its own branch',
    async run(subject) {
      const { durable } = open(subject);
      let [active, most] = [0, 0];
      const branches = names(9).map((name, index): Branch<{ name: string }> => ({
        // All have the same name: only the keys tell them apart.
        spec: { ...stepSpec(`1/tool/${name}`), name: 'same' },
        run: async () => {
          most = Math.max(most, ++active);
          for (let turn = 0; turn < 10 - index; turn++) await nextTurn();
          active--;
          return { name };
        },
      }));
      const settled = await allOf(durable, branches, 3);
      assert.equal(most, 3, `Expected 3 branches at the same time, there were ${most}.`);
      assert.deepEqual(
        settled.toSorted(([left], [right]) => left - right),
        names(9).map((name, index) => [index, { name }]),
      );
    },
  },
  {
    name: 'branches start in their order, each with its `before` done',
    async run(subject) {
      const { durable } = open(subject);
      const order: string[] = [];
      const branches = names(4).map((name): Branch<object> => ({
        spec: stepSpec(`1/tool/${name}`),
        before: async () => {
          await nextTurn();
          order.push(`before ${name}`);
        },
        run: async () => {
          order.push(name);
          return {};
        },
      }));
      await allOf(durable, branches, 2);
      for (const name of names(4)) {
        const before = order.indexOf(`before ${name}`);
        assert.ok(before !== -1 && before < order.indexOf(name), `Expected the before of ${name} first.`);
      }
      assert.deepEqual(
        order.filter((entry) => !entry.startsWith('before')),
        names(4),
      );
    },
  },
  {
    name: 'settled branches are told one at a time, as they settle',
    async run(subject) {
      const { durable } = open(subject);
      let telling = 0;
      const told: number[] = [];
      const branches = names(4).map((name, index): Branch<object> => ({
        spec: stepSpec(`1/tool/${name}`),
        run: async () => {
          for (let turn = 0; turn < (4 - index) * 10; turn++) await nextTurn();
          return {};
        },
      }));
      await durable.all(branches, {
        limit: 4,
        onSettled: async (index) => {
          assert.equal(++telling, 1, 'Expected one branch to be told at a time.');
          await nextTurn();
          telling--;
          told.push(index);
        },
      });
      assert.deepEqual(told, [3, 2, 1, 0], 'Expected the quickest branch first.');
    },
  },
  {
    name: 'after an error no branch is started, and it is thrown when those under way have settled',
    async run(subject) {
      const { durable } = open(subject);
      const ended: string[] = [];
      const branches = names(5).map((name, index): Branch<object> => ({
        spec: stepSpec(`1/tool/${name}`),
        run: async () => {
          if (index === 0) throw new Error('the first failed');
          for (let turn = 0; turn < 20; turn++) await nextTurn();
          ended.push(name);
          return {};
        },
      }));
      await assert.rejects(allOf(durable, branches, 2), /the first failed/);
      assert.deepEqual(ended, ['b'], 'Expected the second to end, and no other to start.');
    },
  },
  {
    name: 'a spawned session is run like a step, beside others',
    async run(subject) {
      const { durable } = open(subject);
      const branches = names(3).map((name): Branch<{ name: string }> => ({
        spec: { key: `1/tool/${name}`, kind: 'spawn', name: 'helper', sessionId: `s/${name}` },
        run: async () => ({ name }),
      }));
      const settled = await allOf(durable, branches, 2);
      assert.equal(settled.length, 3, `Expected 3 sessions to settle, ${settled.length} did.`);
      const logged = open(subject, { committed: () => ({ name: 'logged' }) });
      const spec = { key: '1/tool/a', kind: 'spawn', name: 'helper', sessionId: 's/a' } as const;
      assert.deepEqual(await logged.durable.spawn(spec, async () => ({ name: 'again' })), { name: 'logged' });
    },
  },
  {
    name: 'a sleep ends with an abort, and does not begin after one',
    async run(subject) {
      const { durable, abort } = open(subject);
      const sleeping = durable.sleep('1/wait', 3_600_000);
      abort();
      await promptly(sleeping, 'a sleep whose run was aborted', subject);
      await promptly(durable.sleep('2/wait', 3_600_000), 'a sleep after the abort', subject);
    },
  },
  {
    name: 'time does not go back, and every id is another',
    async run(subject) {
      const { durable } = open(subject);
      const times = [await durable.now('1/at'), await durable.now('2/at')];
      assert.ok(times.every(Number.isFinite) && (times[1] ?? 0) >= (times[0] ?? 0), `Got the times ${times.join()}.`);
      const ids = await Promise.all(names(20).map(async (name) => durable.id(name)));
      assert.equal(new Set(ids).size, 20, 'Expected 20 ids, all different.');
    },
  },
  ...runChecksOfEngine,
];

function open(
  { engine }: DurableSubject,
  session: Partial<DurableSession> = {},
): { readonly durable: Durable; readonly abort: () => void } {
  const controller = new AbortController();
  const durable = engine({ sessionId: 's', signal: controller.signal, committed: () => undefined, ...session });
  return { durable, abort: () => controller.abort(new Error('aborted by the check')) };
}

async function allOf<T extends object>(
  durable: Durable,
  branches: readonly Branch<T>[],
  limit: number,
): Promise<readonly (readonly [number, T])[]> {
  const settled: (readonly [number, T])[] = [];
  await durable.all(branches, { limit, onSettled: async (index, value) => void settled.push([index, value]) });
  return settled;
}

function stepSpec(key: string): StepSpec {
  return { key, kind: 'tool', name: 'work' };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
