import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRequests, fold } from '../../test/check-run.ts';
import { logOf } from '../../test/log-of.ts';
import { allowAll, goodSummary, isSummary, longModel, readCall, readTool, type LongRun } from '../../test/long-run.ts';
import type { PriceBook } from '../price.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import { call, checkStream, collect, cut, fail, stopWith, virtualClock, type ScriptedTurn } from '../testing/index.ts';
import { addUsage, totalTokens, type Usage } from '../usage.ts';
import { inProcess } from './in-process-durable.ts';
import { resume, run } from './run.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const seed = Number(process.env['HARNESS_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_122));
const numRuns = isFull ? 3_000 : 60;
const deaths = isFull ? 200 : 4;

const prices: PriceBook = {
  price: ({ input, output }) =>
    input === undefined || output === undefined
      ? undefined
      : { usd: (input + 4 * output) / 1_000_000, basis: 'catalog', asOf: '2026-01-01' },
};

/** Ways in which a model answers where it is to summarize. */
const summaries: readonly ScriptedTurn[] = [
  goodSummary,
  goodSummary,
  'Short.',
  '',
  'x'.repeat(20_000),
  [fail('server')],
  [fail('auth')],
  [fail('context_overflow')],
  ['## Goal', cut()],
  ['## Goal', stopWith('length')],
  ['No.', stopWith('refusal')],
  [goodSummary, call('Read', { file_path: 'a', bytes: 1 })],
];

interface Plan {
  readonly window: number;
  readonly isKnown: boolean;
  /** Sizes of the results of each turn's parallel calls. */
  readonly turns: readonly (readonly number[])[];
  readonly summaries: readonly ScriptedTurn[];
  readonly budget: { readonly maxTokens?: number; readonly maxCost?: number; readonly maxTurns?: number };
}

const bytes = fc.oneof({ weight: 8, arbitrary: fc.nat(1_500) }, { weight: 1, arbitrary: fc.nat(40_000) });
const plans: fc.Arbitrary<Plan> = fc.record({
  window: fc.integer({ min: 2_500, max: 10_000 }),
  isKnown: fc.boolean(),
  turns: fc.array(fc.array(bytes, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 40, size: 'max' }),
  summaries: fc.array(fc.constantFrom(...summaries), { minLength: 1, maxLength: 4 }),
  budget: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record(
        {
          maxTokens: fc.integer({ min: 5_000, max: 200_000 }),
          maxCost: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
          maxTurns: fc.integer({ min: 2, max: 30 }),
        },
        { requiredKeys: [] },
      ),
    },
  ),
});

function modelOf({ window, isKnown, turns, summaries: ways }: Plan, skipped = 0) {
  const summarize: LongRun['summarize'] = (_request, attempt) => ways[attempt % ways.length] ?? '';
  const callsOfTurn = (turn: number) =>
    (turns[turn + skipped - 1] ?? []).map((size, index) => readCall((turn + skipped) * 10 + index, size));
  const info = isKnown ? { contextWindow: window } : {};
  return longModel({ window, turns: turns.length - skipped, summarize, info, callsOfTurn });
}

async function play(plan: Plan, log: readonly SessionEvent[] = []) {
  const session: SessionStore = memoryStore();
  const model = modelOf(plan, fold(log).run?.turns ?? 0);
  const clock = virtualClock();
  const durable = inProcess({ clock });
  const options = { model, tools: [readTool], permissions: allowAll, prices, budget: plan.budget, session, durable };
  if (log.length > 0) await session.append('s', 0, log);
  const begun =
    log.length === 0 ? run('First: never touch vendor/.', { ...options, sessionId: 's' }) : resume('s', options);
  const collected = await collect(begun);
  return { ...collected, model, events: await logOf(session, 's') };
}

type Played = Awaited<ReturnType<typeof play>>;

function check({ messages, result, model, events }: Played, { budget }: Plan, isContinuation = false): void {
  checkStream(messages, { isContinuation });
  checkRequests(model.requests);
  expect(model.openStreams).toBe(0);
  for (const { messages: sent } of model.requests.filter((request) => !isSummary(request))) {
    expect(JSON.stringify(sent[0])).toContain('never touch vendor/');
  }
  const attempts = events.filter((event) => event.type === 'model_finished' || event.type === 'model_failed');
  const usage = attempts.reduce<Usage>((sum, event) => addUsage(sum, event.usage ?? {}), {});
  expect(result?.usage).toEqual(usage);
  expect(totalTokens(usage)).toBeLessThanOrEqual(budget.maxTokens ?? Infinity);
  const usd = attempts.reduce((sum, event) => sum + (event.price?.usd ?? 0), 0);
  expect(usd).toBeLessThanOrEqual((budget.maxCost ?? Infinity) + 1e-12);
  expect(result?.turns).toBeLessThanOrEqual(budget.maxTurns ?? Infinity);
  expect(JSON.stringify(fold(events))).toBe(JSON.stringify(fold(structuredClone(events))));
  expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
}

describe('a run whose transcript outgrows its window', () => {
  test(
    `keeps what must hold of every run, in ${numRuns} random ones (seed ${seed})`,
    { timeout: 1_800_000 },
    async () => {
      const stops = new Map<string, number>();
      let compactions = 0;
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          const played = await play(plan);
          check(played, plan);
          const stop = `${played.result?.stopReason} ${played.result?.error?.kind ?? ''}`.trim();
          stops.set(stop, (stops.get(stop) ?? 0) + 1);
          compactions += played.ofType('compaction').length;
        }),
        { numRuns, seed },
      );
      expect(compactions).toBeGreaterThan(numRuns);
      expect([...stops.keys()]).toEqual(expect.arrayContaining(['end_turn', 'budget']));
      // An error is no way out as long as anything can be left out.
      expect(stops.get('error context_overflow') ?? 0).toBeLessThan(numRuns / 10);
    },
  );

  test(
    `is taken up after a death at any append, in ${deaths} random ones (seed ${seed})`,
    { timeout: 1_800_000 },
    async () => {
      let died = 0;
      for (const plan of fc.sample(plans, { numRuns: deaths, seed })) {
        const short = { ...plan, turns: plan.turns.slice(0, 15) };
        const { events } = await play(short);
        for (let length = 2; length < events.length; length++) {
          died++;
          const again = await play(short, events.slice(0, length));
          check(again, { ...short, budget: {} }, true);
        }
      }
      expect(died).toBeGreaterThan(20 * deaths);
    },
  );
});
