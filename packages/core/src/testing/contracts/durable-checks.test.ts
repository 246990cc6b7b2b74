import { expect, test } from 'vitest';
import { inProcess } from '../../agent/in-process-durable.ts';
import type { Branch, Durable, DurableEngine } from '../../durable.ts';
import { durableContract } from './index.ts';
import { durableChecks } from './durable-checks.ts';
import { runChecks } from './run-checks.ts';

durableContract('inProcess', () => ({ engine: inProcess() }));

/** A right engine with some of its methods replaced. */
function engineWith(replace: (right: Durable) => Partial<Durable>): DurableEngine {
  return (session) => {
    const right = inProcess()(session);
    const methods: Durable = {
      step: (spec, run) => right.step(spec, run),
      spawn: (spec, run) => right.spawn(spec, run),
      all: (branches, options) => right.all(branches, options),
      now: (key) => right.now(key),
      sleep: (key, ms) => right.sleep(key, ms),
      id: (key) => right.id(key),
    };
    return { ...methods, ...replace(right) };
  };
}

const context = { signal: new AbortController().signal, clock: { now: () => 0, timer: () => () => undefined } };

/** Each breaks one promise; the name is of a check that must notice. */
const broken: readonly [string, string, DurableEngine][] = [
  [
    'runs what is in the log again',
    'a step that is in the log is not run again',
    engineWith(() => ({ step: (_spec, run) => run(context) })),
  ],
  [
    'keeps failures to itself',
    'what a step throws is thrown, and its engine goes on',
    engineWith((right) => ({
      step: (spec, run) => right.step(spec, (step) => run(step).catch(() => ({}) as never)),
    })),
  ],
  [
    'does not pass the abort on',
    'the signal of a step fires when the run is aborted, before the step or in it',
    engineWith((right) => ({ step: (spec, run) => right.step(spec, ({ clock }) => run({ ...context, clock })) })),
  ],
  [
    'knows no limit',
    'branches run side by side, at most as many as the limit, and each value goes to its own branch',
    engineWith((right) => ({ all: (branches, options) => right.all(branches, { ...options, limit: 99 }) })),
  ],
  [
    'hands values out by the order of their coming',
    'branches run side by side, at most as many as the limit, and each value goes to its own branch',
    engineWith((right) => ({
      all: (branches, { limit, onSettled }) => {
        let place = 0;
        return right.all(branches, { limit, onSettled: (_index, value) => onSettled(place++, value) });
      },
    })),
  ],
  [
    'takes a name for a key',
    'branches run side by side, at most as many as the limit, and each value goes to its own branch',
    engineWith((right) => {
      const journal = new Map<string, object>();
      return {
        all: (branches, options) =>
          right.all(
            branches.map(<T extends object>(branch: Branch<T>): Branch<T> => ({
              ...branch,
              run: async (step) => {
                const value = (journal.get(branch.spec.name) as T | undefined) ?? (await branch.run(step));
                journal.set(branch.spec.name, value);
                return value;
              },
            })),
            options,
          ),
      };
    }),
  ],
  [
    'starts before all is logged',
    'branches start in their order, each with its `before` done',
    engineWith((right) => ({
      all: (branches, options) =>
        right.all(
          branches.map(({ before, ...branch }) => ({
            ...branch,
            run: async (step) => {
              void before?.().catch(() => undefined);
              return branch.run(step);
            },
          })),
          options,
        ),
    })),
  ],
  [
    'tells all at the end',
    'settled branches are told one at a time, as they settle',
    engineWith((right) => ({
      all: async (branches, { limit, onSettled }) => {
        const told: [number, never][] = [];
        await right.all(branches, {
          limit,
          onSettled: async (index, value) => void told.push([index, value as never]),
        });
        await Promise.all(told.map(([index, value]) => onSettled(index, value)));
      },
    })),
  ],
  [
    'goes on after an error',
    'after an error no branch is started, and it is thrown when those under way have settled',
    engineWith((right) => ({
      all: async (branches, options) => {
        for (const branch of branches) await right.all([branch], options).catch(() => undefined);
      },
    })),
  ],
  [
    'forgets sessions that it spawned',
    'a spawned session is run like a step, beside others',
    engineWith(() => ({ spawn: (_spec, run) => run(context) })),
  ],
  [
    'sleeps on',
    'a sleep ends with an abort, and does not begin after one',
    engineWith(() => ({ sleep: async () => Promise.withResolvers<void>().promise })),
  ],
  ['has one id', 'time does not go back, and every id is another', engineWith(() => ({ id: async () => 'the-one' }))],
  [
    'runs every tool twice',
    'a run goes to its end',
    engineWith((right) => ({
      all: (branches, options) =>
        right.all(
          branches.map((branch) => ({
            ...branch,
            run: async (step) => {
              await branch.run(step);
              return branch.run(step);
            },
          })),
          options,
        ),
    })),
  ],
];

test.each(broken)('an engine that %s fails the contract', async (_, name, engine) => {
  const outcomes = await runChecks(durableChecks, () => ({ engine, patienceMs: 50 }));
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').map((outcome) => outcome.name);
  expect(failed).toContain(name);
});
