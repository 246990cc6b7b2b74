import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkRequests, fold } from '../../test/check-run.ts';
import { defineTool } from '../define-tool.ts';
import { AgentError, type ModelErrorKind } from '../errors.ts';
import type { Message } from '../message.ts';
import type { ModelRequest } from '../model.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import type { SessionEvent } from '../session/event.ts';
import { emptyLedger } from '../session/ledger.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
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
const numRuns = isFull ? 5_000 : 200;
const deaths = isFull ? 300 : 12;
const limit = { timeout: 1_800_000 };

const prices: PriceBook = {
  price: ({ input, output }, { id }) =>
    input === undefined || output === undefined
      ? undefined
      : { usd: ((input + 4 * output) * (1 + Number(id.slice(1)))) / 1e6, basis: 'catalog' },
};
const kinds: readonly ModelErrorKind[] = ['overloaded', 'network', 'auth', 'context_overflow', 'malformed_output'];

const task = (agent: string, n: number, id?: string) =>
  call('Task', { agent, prompt: `Task ${n}.` }, id === undefined ? {} : { id });
const parts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b').chain((agent) => fc.nat(1_000).map((n) => task(agent, n))) },
  { weight: 1, arbitrary: fc.constantFrom('same', 'a/b', '\n', 'x'.repeat(600)).map((id) => task('a', 1, id)) },
  { weight: 1, arbitrary: fc.constant(call('Task', { agent: 'nobody', prompt: '' })) },
  { weight: 2, arbitrary: fc.nat(1_000).map((n) => call('pay', { n })) },
  { weight: 2, arbitrary: fc.nat(1_000).map((n) => call('look', { n })) },
);
const turns: fc.Arbitrary<ScriptedTurn> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(parts, { minLength: 1, maxLength: 4 }).map((calls): ScriptedTurn => ['Hm.', ...calls]),
  },
  { weight: 3, arbitrary: fc.constant<ScriptedTurn>('Done.') },
  { weight: 1, arbitrary: fc.constantFrom(...kinds).map((kind): ScriptedTurn => [fail(kind)]) },
  { weight: 1, arbitrary: fc.constant<ScriptedTurn>(['Half', cut()]) },
  { weight: 1, arbitrary: fc.constant<ScriptedTurn>(['No.', stopWith('refusal')]) },
);
const plans = fc.record({
  /** What each model answers, again and again: two of the parent, one of the agent `b`. */
  models: fc.array(fc.array(turns, { minLength: 1, maxLength: 5 }), { minLength: 3, maxLength: 3 }),
  maxCost: fc.option(fc.double({ min: 0.001, max: 0.3, noNaN: true }), { nil: undefined, freq: 2 }),
  maxTokens: fc.option(fc.integer({ min: 1_500, max: 60_000 }), { nil: undefined, freq: 2 }),
  childMaxTokens: fc.option(fc.integer({ min: 1_500, max: 20_000 }), { nil: undefined, freq: 2 }),
  maxDepth: fc.integer({ min: 1, max: 2 }),
  maxParallel: fc.integer({ min: 1, max: 4 }),
  isDenied: fc.boolean(),
  redacts: fc.boolean(),
  /** What happens at an append. */
  fault: fc.option(fc.record({ at: fc.nat(60), kind: fc.constantFrom('abort', 'failChild', 'conflictChild') }), {
    nil: undefined,
    freq: 2,
  }),
  leave: fc.option(fc.record({ at: fc.nat(80), how: fc.constantFrom('abort', 'break', 'signal') }), {
    nil: undefined,
    freq: 2,
  }),
});
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;
type Logs = ReadonlyMap<string, readonly SessionEvent[]>;

/** A model that keeps to the limit of its answers. A token has three characters at least, as it counts. */
function withinLimit(turn: ScriptedTurn, { maxOutputTokens = Infinity }: ModelRequest): ScriptedTurn {
  return JSON.stringify(turn).length / 3 > maxOutputTokens ? ['Too', stopWith('length')] : turn;
}

/** Plays a plan, or from what a process left that died in it. */
async function play(plan: Plan, from?: { readonly logs: Logs; readonly ran: readonly string[] }) {
  const memory = memoryStore();
  for (const [id, events] of from?.logs ?? []) await memory.append(id, 0, events);
  const logs = new Map<string, readonly SessionEvent[]>(from?.logs);
  const ran = [...(from?.ran ?? [])];
  const deathsAt: { readonly logs: Logs; readonly ran: readonly string[] }[] = [];
  const session: SessionStore = {
    ...memory,
    async append(id, expectedSeq, events) {
      const isFaulty = from === undefined && appends++ === plan.fault?.at;
      if (isFaulty && plan.fault?.kind === 'abort') running.abort();
      if (isFaulty && id !== 's' && plan.fault?.kind !== 'abort') {
        hasFailed = true;
        throw new AgentError(plan.fault?.kind === 'failChild' ? 'store_failed' : 'session_conflict', 'No.');
      }
      await memory.append(id, expectedSeq, events);
      logs.set(id, [...(logs.get(id) ?? []), ...structuredClone(events)]);
      deathsAt.push({ logs: new Map(logs), ran: [...ran] });
    },
  };
  let appends = 0;
  let hasFailed = false;
  const clock = virtualClock();
  const models = plan.models.map((script, index) =>
    scriptedModel((request, at) => withinLimit(script[at % script.length] ?? 'Done.', request), {
      id: `m${index}`,
      info: { contextWindow: [40_000, 6_000, 4_000][index] ?? 0 },
    }),
  );
  const [first, second, third] = models;
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('A plan has 3 models.');
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({ n: z.number() }),
    accessKinds: ['write'],
    execute: ({ n }, { idempotencyKey }) => {
      ran.push(idempotencyKey);
      return `paid ${n}`;
    },
  });
  const look = defineTool({
    name: 'look',
    description: 'Looks.',
    input: z.object({ n: z.number() }),
    accessKinds: ['read'],
    execute: ({ n }) => `seen ${n} `.repeat(n * 3),
  });
  const permissions: PermissionPolicy = {
    decide: ({ access }) => {
      const isDenied = plan.isDenied && access.some(({ kind }) => kind === 'write');
      return { decision: isDenied ? 'deny' : 'allow', tier: 'mode', reason: 'So it is.' };
    },
  };
  const controller = new AbortController();
  const options = {
    model: [first, second],
    agents: {
      a: { description: 'Has the models of its parent.', budget: { maxTurns: 3 } },
      b: {
        description: 'Has one of its own.',
        model: third,
        tools: ['look'],
        budget: { maxTurns: 4, ...(plan.childMaxTokens === undefined ? {} : { maxTokens: plan.childMaxTokens }) },
      },
    },
    subAgentLimits: { maxDepth: plan.maxDepth, maxParallel: plan.maxParallel },
    tools: [pay, look],
    permissions,
    ...(plan.redacts ? { hooks: { redact: (text: string) => text.replaceAll(/Hm|read/g, '…') } } : {}),
    retry: { maxAttempts: 2, baseDelayMs: 10 },
    prices,
    budget: {
      maxTurns: 5,
      ...(plan.maxCost === undefined ? {} : { maxCost: plan.maxCost }),
      ...(plan.maxTokens === undefined ? {} : { maxTokens: plan.maxTokens }),
    },
    session,
    signal: controller.signal,
    durable: inProcess({ clock }),
  };
  const running = from === undefined ? run('Go.', { ...options, sessionId: 's' }) : resume('s', options);
  let callsThen: number | undefined;
  const callsNow = () => models.reduce((sum, { calls }) => sum + calls, 0);
  async function* watched(): AsyncGenerator<Message, void> {
    let at = 0;
    for await (const message of running) {
      yield message;
      if (plan.leave === undefined || at++ !== plan.leave.at || from !== undefined) continue;
      callsThen = callsNow();
      if (plan.leave.how === 'break') return;
      if (plan.leave.how === 'abort') running.abort();
      else controller.abort();
    }
  }
  const collected = await collect(watched());
  expect(callsThen ?? callsNow(), 'no model is called after the end').toBe(callsNow());
  expect(
    models.reduce((sum, { openStreams }) => sum + openStreams, 0),
    'open streams',
  ).toBe(0);
  expect(clock.pendingTimers, 'timers').toBe(0);
  expect(getEventListeners(controller.signal, 'abort'), 'listeners').toEqual([]);
  for (const { requests } of models) checkRequests(requests);
  const hasLeft = callsThen !== undefined && plan.leave?.how === 'break';
  return { ...collected, logs, ran, deathsAt, hasLeft, hasFailed };
}

type Played = Awaited<ReturnType<typeof play>>;

function check({ messages, result, logs, ran, hasLeft, hasFailed }: Played, plan: Plan, isContinuation: boolean): void {
  if (!hasLeft) checkStream(messages, { isContinuation, replacesAnswers: plan.redacts });
  expect(new Set(ran).size, 'what is paid once').toBe(ran.length);
  const { run: ended } = fold(logs.get('s') ?? []);
  const all = [...logs.values()].flat();
  const attempts = all.filter((event) => event.type === 'model_finished' || event.type === 'model_failed');
  const usage = attempts.reduce<Usage>((sum, event) => addUsage(sum, event.usage ?? {}), {});
  const usd = attempts.reduce((sum, event) => sum + (event.price?.usd ?? 0), 0);
  const counted = ended?.ledger ?? emptyLedger;
  // A sub-agent whose store has failed has used what is in no log.
  const unlogged = hasFailed ? Infinity : 0;
  expect(totalTokens(counted.usage)).toBeGreaterThanOrEqual(totalTokens(usage));
  expect(totalTokens(counted.usage)).toBeLessThanOrEqual(totalTokens(usage) + unlogged);
  expect(result?.totalTokens ?? totalTokens(counted.usage)).toBe(totalTokens(counted.usage));
  expect(counted.knownUsd).toBeGreaterThanOrEqual(usd - 1e-9);
  expect(counted.knownUsd).toBeLessThanOrEqual(usd + 1e-9 + unlogged);
  expect(result?.totalCost ?? counted.knownUsd).toBeCloseTo(counted.knownUsd, 9);
  const reserved = plan.maxCost === undefined ? 0 : counted.reservedUsd;
  expect(counted.knownUsd + reserved).toBeLessThanOrEqual((plan.maxCost ?? Infinity) + 1e-9);
  expect(totalTokens(counted.usage)).toBeLessThanOrEqual(plan.maxTokens ?? Infinity);
  for (const [id, events] of logs) {
    expect(id.length, `session ${id}`).toBeLessThanOrEqual(500);
    expect(id, `session ${id}`).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(new Set(events.map(({ key }) => key)).size, `session ${id}`).toBe(events.length);
    const granted = events.flatMap((event) => (event.type === 'child_granted' ? [event.childSessionId] : []));
    const returned = events.flatMap((event) => (event.type === 'child_returned' ? [event.childSessionId] : []));
    // Of a child that nobody took up again, the log stays as its process left it.
    if (id !== 's' && fold(events).run?.end === undefined) continue;
    expect(returned.toSorted(), `session ${id}`).toEqual(granted.toSorted());
    expect(new Set(granted).size).toBe(granted.length);
    expect([...fold(events).calls.open()], `session ${id}`).toEqual([]);
  }
}

test(`sub-agents keep what must hold of every run, in ${numRuns} random ones (seed ${seed})`, limit, async () => {
  let children = 0;
  let compactions = 0;
  const stops = new Set<string>();
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const played = await play(plan);
      check(played, plan, false);
      children += played.logs.size - 1;
      compactions += [...played.logs.values()].flat().filter(({ type }) => type === 'compacted').length;
      stops.add(played.result?.stopReason ?? 'none');
    }),
    { numRuns, seed },
  );
  expect(children).toBeGreaterThan(numRuns / 2);
  expect(compactions).toBeGreaterThan(0);
  expect([...stops]).toEqual(expect.arrayContaining(['end_turn', 'max_turns', 'budget', 'aborted']));
});

test(`and wherever the process dies, the next one goes on (${deaths} runs, seed ${seed})`, limit, async () => {
  const withoutLeaving = plans.map((plan) => ({ ...plan, leave: undefined, fault: undefined }));
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(withoutLeaving, async (plan) => {
      const { deathsAt } = await play(plan);
      const step = isFull ? 1 : Math.ceil(deathsAt.length / 15);
      for (const death of deathsAt.filter((_, index) => index % step === 0)) {
        const played = await play(plan, death);
        check(played, plan, true);
        resumed += 1;
      }
    }),
    { numRuns: deaths, seed },
  );
  expect(resumed).toBeGreaterThan(deaths);
});
