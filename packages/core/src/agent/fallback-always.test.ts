import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkRequests, fold } from '../../test/check-run.ts';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { ModelErrorKind } from '../errors.ts';
import type { PriceBook } from '../price.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import {
  call,
  checkStream,
  collect,
  cut,
  fail,
  scriptedModel,
  stopWith,
  virtualClock,
  type ScriptedTurn,
} from '../testing/index.ts';
import { addUsage, totalTokens, type Usage } from '../usage.ts';
import { inProcess } from './in-process-durable.ts';
import { resume, run } from './run.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const seed = Number(process.env['HARNESS_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_122));
const numRuns = isFull ? 5_000 : 300;
const deaths = isFull ? 500 : 25;
const limit = { timeout: 1_800_000 };

const work = defineTool({
  name: 'work',
  description: 'Works.',
  input: z.object({ n: z.number() }),
  accessKinds: [],
  execute: ({ n }) => `worked ${n}`,
});
const prices: PriceBook = {
  price: ({ input, output }, { id }) =>
    input === undefined || output === undefined || id === 'm2'
      ? undefined
      : { usd: ((input + 4 * output) * (1 + Number(id.slice(1)))) / 1e6, basis: 'catalog' },
};

const kinds: readonly ModelErrorKind[] = [
  'overloaded',
  'rate_limit',
  'server',
  'network',
  'timeout',
  'quota',
  'auth',
  'context_overflow',
  'invalid_request',
  'malformed_output',
];
const turns: fc.Arbitrary<ScriptedTurn> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(1_000).map((n): ScriptedTurn => ['Hm.', call('work', { n })]) },
  { weight: 1, arbitrary: fc.constant<ScriptedTurn>('Done.') },
  { weight: 4, arbitrary: fc.constantFrom(...kinds).map((kind): ScriptedTurn => [fail(kind)]) },
  { weight: 1, arbitrary: fc.constant<ScriptedTurn>(['Half', cut()]) },
  { weight: 1, arbitrary: fc.constant<ScriptedTurn>(['No.', stopWith('refusal')]) },
);
const plans = fc.record({
  /** What each model answers, again and again. */
  models: fc.array(fc.array(turns, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
  isRouted: fc.boolean(),
  asksOthersAfterRefusal: fc.boolean(),
  breakAfter: fc.integer({ min: 1, max: 6 }),
  maxCost: fc.option(fc.double({ min: 0.001, max: 0.5, noNaN: true }), { nil: undefined }),
  abortAt: fc.option(fc.nat(40), { nil: undefined }),
});
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

async function play(plan: Plan, log: readonly SessionEvent[] = []) {
  const session = memoryStore();
  if (log.length > 0) await session.append('s', 0, log);
  const clock = virtualClock();
  const infos = [{ contextWindow: 50_000 }, {}, { contextWindow: 500_000 }, {}];
  const models = plan.models.map((script, index) =>
    scriptedModel((_request, at) => script[at % script.length] ?? 'Done.', {
      id: `m${index}`,
      info: infos[index] ?? {},
    }),
  );
  const options = {
    model: plan.isRouted
      ? ({ turn }: { readonly turn: number }) => [...models.slice(turn % 2), ...models.slice(0, turn % 2)]
      : models,
    fallback: {
      breakAfter: plan.breakAfter,
      ...(plan.asksOthersAfterRefusal ? { on: [...kinds, 'refusal' as const] } : {}),
    },
    retry: { maxAttempts: 2, baseDelayMs: 10 },
    tools: [work],
    prices,
    budget: { maxTurns: 12, ...(plan.maxCost === undefined ? {} : { maxCost: plan.maxCost }) },
    session,
    durable: inProcess({ clock }),
  };
  const running = log.length === 0 ? run('Go.', { ...options, sessionId: 's' }) : resume('s', options);
  let callsThen: number | undefined;
  const callsNow = () => models.reduce((sum, { calls }) => sum + calls, 0);
  async function* watched() {
    let at = 0;
    for await (const message of running) {
      yield message;
      if (at++ !== plan.abortAt || log.length > 0) continue;
      callsThen = callsNow();
      running.abort();
    }
  }
  const collected = await collect(watched());
  expect(callsThen ?? callsNow()).toBe(callsNow());
  expect(clock.pendingTimers).toBe(0);
  for (const model of models) checkRequests(model.requests);
  return { ...collected, events: await logOf(session, 's') };
}

function check(
  { messages, result, error, events }: Awaited<ReturnType<typeof play>>,
  plan: Plan,
  isContinuation: boolean,
) {
  checkStream(messages, { isContinuation });
  expect(error === undefined).toBe(result?.stopReason !== 'error');
  const attempts = events.filter((event) => event.type === 'model_finished' || event.type === 'model_failed');
  const usage = attempts.reduce<Usage>((sum, event) => addUsage(sum, event.usage ?? {}), {});
  const shares = Object.values(result?.usageByModel ?? {});
  expect(shares.reduce((sum, share) => sum + totalTokens(share.usage), 0)).toBe(totalTokens(usage));
  const usd = attempts.reduce((sum, event) => sum + (event.price?.usd ?? 0), 0);
  expect(usd).toBeLessThanOrEqual((plan.maxCost ?? Infinity) + 1e-12);
  const cost = result?.totalCost ?? usd;
  expect(Math.abs(cost - usd)).toBeLessThan(1e-9);
  expect(Math.abs(shares.reduce((sum, share) => sum + (share.cost?.usd ?? 0), 0) - usd)).toBeLessThan(
    result?.totalCost === undefined ? Infinity : 1e-9,
  );
  expect(JSON.stringify(fold(events))).toBe(JSON.stringify(fold(structuredClone(events))));
  expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
  // Who is called is who the log says, and nobody that has no price where that is needed.
  const started = events.filter((event) => event.type === 'model_started');
  expect(plan.maxCost !== undefined && started.some(({ model }) => model.id === 'm2')).toBe(false);
}

test(
  `runs whose models fail keep what must hold of every run, in ${numRuns} random ones (seed ${seed})`,
  limit,
  async () => {
    const stops = new Set<string>();
    let switches = 0;
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const played = await play(plan);
        check(played, plan, false);
        stops.add(played.result?.stopReason ?? 'none');
        switches += played.events.filter(({ type }) => type === 'model_switched').length;
      }),
      { numRuns, seed },
    );
    expect(switches).toBeGreaterThan(numRuns / 2);
    expect([...stops]).toEqual(expect.arrayContaining(['aborted', 'end_turn', 'error', 'refusal']));
  },
);

test(`they go on after a death at any append, in ${deaths} random ones (seed ${seed})`, limit, async () => {
  let died = 0;
  for (const plan of fc.sample(plans, { numRuns: deaths, seed })) {
    const { events } = await play(plan);
    for (let length = 2; length < events.length; length++) {
      died++;
      const again = await play(plan, events.slice(0, length));
      check(again, plan, true);
      const model = fold(events.slice(0, length)).run?.model;
      const resumed = again.events.slice(length).find((event) => event.type === 'run_started');
      expect(resumed?.type === 'run_started' ? resumed.model : model).toEqual(model);
    }
  }
  expect(died).toBeGreaterThan(5 * deaths);
});
