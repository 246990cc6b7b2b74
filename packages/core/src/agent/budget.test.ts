import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { Hooks } from '../hooks.ts';
import type { Message, Result } from '../message.ts';
import type { ModelRequest } from '../model.ts';
import type { PriceBook } from '../price.ts';
import type { Budget, SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import {
  call,
  fail,
  reportUsage,
  say,
  scriptedModel,
  stopWith,
  virtualClock,
  type Script,
  type ScriptPart,
} from '../testing/index.ts';
import { addUsage, inputTokens, totalTokens, type Usage } from '../usage.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const seed = Number(process.env['HARNESS_SEED'] ?? 20_260_411);

/** A dollar a million tokens, more for cache writes and output, and twice that for long inputs. */
const prices: PriceBook = {
  price(usage) {
    if (usage.input === undefined || usage.output === undefined) return undefined;
    const writes = (usage.cacheWrites ?? []).reduce(
      (sum, { ttl, tokens }) => sum + tokens * (ttl === '1h' ? 2 : 1.25),
      0,
    );
    const tier = inputTokens(usage) > 4_000 ? 2 : 1;
    const units = usage.input + 0.1 * (usage.cacheRead ?? 0) + writes + 5 * usage.output;
    return { usd: (units * tier) / 1_000_000, basis: 'catalog', asOf: '2026-04-11' };
  },
};

/** The greediest tokenizer there is: a token a byte. */
function countInput({ system = '', messages, tools }: ModelRequest): number {
  let tokens = 500 + bytes(system) + bytes(JSON.stringify(tools));
  for (const { content } of messages) {
    tokens += 20;
    for (const block of content) tokens += countBlock(block);
  }
  return tokens;
}

function countBlock(block: ModelRequest['messages'][number]['content'][number]): number {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return bytes(block.text);
    case 'image':
      return 9_000;
    case 'tool_call':
      return bytes(block.name) + bytes(JSON.stringify(block.args ?? ''));
    case 'tool_result':
      return typeof block.content === 'string'
        ? bytes(block.content)
        : block.content.reduce((sum, inner) => sum + (inner.type === 'text' ? bytes(inner.text) : 9_000), 0);
    case 'opaque':
      return bytes(JSON.stringify(block.native));
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What a provider reports of a call: all of it, a part, or nothing. */
function reported(usage: Usage, report: Turn['report']): Usage {
  const { input, cacheRead, cacheWrites } = usage;
  if (report === 'all') return usage;
  return report === 'input' ? { input, cacheRead, cacheWrites } : {};
}

interface Turn {
  readonly output: number;
  readonly cache: 'none' | 'read' | '5m' | '1h';
  readonly end: 'text' | 'one call' | 'three calls' | 'refusal' | 'cut' | 'broken';
  readonly report: 'all' | 'input' | 'nothing';
  readonly letter: string;
  readonly resultSize: number;
  readonly hook: 'none' | 'same' | 'grows' | 'shrinks' | 'answers more';
}

const turns: fc.Arbitrary<Turn> = fc.record({
  output: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 10, max: 3_000 })),
  cache: fc.constantFrom('none', 'read', '5m', '1h'),
  end: fc.constantFrom('text', 'one call', 'one call', 'three calls', 'three calls', 'refusal', 'cut', 'broken'),
  report: fc.constantFrom('all', 'all', 'all', 'input', 'nothing'),
  letter: fc.constantFrom('a', 'ß', '漢', '👩‍👩‍👧', '\u0000', '"', '\uD800'),
  resultSize: fc.constantFrom(0, 10, 1_000, 20_000),
  hook: fc.constantFrom('none', 'none', 'same', 'grows', 'shrinks', 'answers more'),
});

const budgets: fc.Arbitrary<Budget> = fc.record(
  {
    maxCost: fc.double({ min: 0.001, max: 1, noNaN: true }),
    maxTokens: fc.integer({ min: 1, max: 400_000 }),
    maxTurns: fc.constantFrom(3, 12),
  },
  { requiredKeys: ['maxTurns'] },
);

interface Played {
  readonly spent: Usage;
  readonly usd: number;
  readonly messages: readonly Message[];
  readonly result: Result | undefined;
  readonly log: readonly SessionEvent[];
}

/** A run on a model that uses every token it is allowed to, and the truth about what was used. */
async function play(
  turnsOfPlan: readonly Turn[],
  budget: Budget,
  withImage: boolean,
  isSmall: boolean,
): Promise<Played> {
  let spent: Usage = { input: 0, output: 0 };
  let usd = 0;
  let calls = 0;
  const turnOf = (index: number): Turn | undefined => turnsOfPlan[index % turnsOfPlan.length];
  const clock = virtualClock();
  const script: Script = (request) => {
    const index = calls;
    calls = index + 1;
    const turn = turnOf(index);
    if (turn === undefined) throw new Error('The script has no turns.');
    const input = countInput(request);
    const output = Math.min(turn.output, request.maxOutputTokens ?? 100_000);
    const usage = { ...inputOf(input, turn.cache), output };
    spent = { input: (spent.input ?? 0) + input, output: (spent.output ?? 0) + output };
    usd += prices.price(usage, model, 0)?.usd ?? 0;
    const room = Math.max(0, Math.floor(Math.min(output, 2_000) / bytes(turn.letter) / 4));
    const parts: ScriptPart[] = [say(turn.letter.repeat(room)), reportUsage(reported(usage, turn.report))];
    if (turn.end === 'cut') return [...parts, fail('network', { usage: reported(usage, turn.report) })];
    if (turn.end === 'broken') return [...parts, fail('server', {})];
    if (turn.end === 'refusal') parts.push(stopWith('refusal'));
    if (turn.end === 'one call') parts.push(call('look', { index }));
    if (turn.end === 'three calls') parts.push(...[0, 1, 2].map((part) => call('look', { index, part })));
    return parts;
  };
  const info = { maxOutputTokens: 4_000, ...(isSmall ? { contextWindow: 24_000 } : {}) };
  const model = scriptedModel(script, { info, clock });
  const second = scriptedModel(script, { id: 'second', info, clock });
  const look = defineTool({
    name: 'look',
    description: 'Looks.',
    input: z.object({ index: z.number(), part: z.number().optional() }),
    accessKinds: [],
    execute: ({ index }) => (turnOf(index)?.letter ?? 'a').repeat(turnOf(index)?.resultSize ?? 0),
  });
  const hooks: Hooks = {
    beforeModel({ request }) {
      const kind = turnOf(calls)?.hook;
      if (kind === 'same') return { request: { system: request.system ?? '' } };
      if (kind === 'grows') return { request: { system: 'x'.repeat(20_000) } };
      return kind === 'shrinks' ? { request: { messages: request.messages.slice(0, 1) } } : undefined;
    },
    afterModel({ content }) {
      const isLonger = turnOf(calls - 1)?.hook === 'answers more';
      return isLonger ? { content: [{ type: 'text', text: 'y'.repeat(20_000) }, ...content] } : undefined;
    },
  };
  const prompt = [
    { type: 'text', text: 'Go.' } as const,
    ...(withImage ? [{ type: 'image', mediaType: 'image/png', data: 'AAAA' } as const] : []),
  ];
  const messages: Message[] = [];
  const session = memoryStore();
  const parts = { model: [model, second], tools: [look], hooks, prices, budget, session };
  const pending = run(prompt, { ...parts, sessionId: 's', durable: inProcess({ clock }) });
  try {
    for await (const message of pending) messages.push(message);
  } catch {
    // The model's own errors: how it went is in the Result.
  }
  return {
    spent,
    usd,
    messages,
    result: messages.find((message) => message.type === 'result'),
    log: await logOf(session, 's'),
  };
}

function inputOf(input: number, cache: Turn['cache']): Usage {
  if (cache === 'none') return { input };
  return cache === 'read' ? { input: 0, cacheRead: input } : { input: 0, cacheWrites: [{ ttl: cache, tokens: input }] };
}

/** The turns in the log add up to the Result, to the picodollar. */
function expectSums(log: readonly SessionEvent[], result: Result | undefined): void {
  const attempts = log.filter((event) => event.type === 'model_finished' || event.type === 'model_failed');
  const used = attempts.reduce<Usage>((sum, { usage = {} }) => addUsage(sum, usage), {});
  expect(totalTokens(used)).toBe(result?.totalTokens);
  if (result?.totalCost === undefined) return;
  const picodollars = attempts.reduce((sum, { price }) => sum + BigInt(Math.round((price?.usd ?? 0) * 1e12)), 0n);
  expect(BigInt(Math.round(result.totalCost * 1e12))).toBe(picodollars);
  const shares = Object.values(result.usageByModel).map(({ cost }) => BigInt(Math.round((cost?.usd ?? 0) * 1e12)));
  expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(picodollars);
}

/** Once each, and of each limit in order. */
function expectWarnings(messages: readonly Message[], { warnAt = [0.5, 0.8] }: Budget): void {
  const told = new Map<string, number[]>();
  for (const message of messages) {
    if (message.type !== 'system' || message.subtype !== 'budget_warning') continue;
    const { limit, threshold, used, max } = message.data;
    expect(used).toBeGreaterThanOrEqual(threshold * max);
    told.set(limit, [...(told.get(limit) ?? []), threshold]);
  }
  for (const thresholds of told.values()) expect(thresholds).toEqual(warnAt.slice(0, thresholds.length));
}

describe('a budget', () => {
  test(
    'of dollars and tokens is never passed, whatever the model does and does not report',
    { timeout: 300_000 },
    async () => {
      const numRuns = isFull ? 5_000 : 500;
      const seen = { kept: 0, compacted: 0, model_switched: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(turns, { minLength: 1, maxLength: 8 }),
          budgets,
          fc.boolean(),
          fc.boolean(),
          async (...plan) => {
            const { spent, usd, messages, result, log } = await play(...plan);
            const [, budget] = plan;
            expect(result).toBeDefined();
            const { maxCost = Infinity, maxTokens = Infinity } = budget;
            // A sum of doubles is right to a few units in its last place.
            expect(usd).toBeLessThanOrEqual(maxCost + 1e-12);
            expect(result?.totalCost ?? 0).toBeLessThanOrEqual(maxCost + 1e-12);
            expect(totalTokens(spent)).toBeLessThanOrEqual(maxTokens);
            expect(result?.totalTokens).toBeLessThanOrEqual(maxTokens);
            expectSums(log, result);
            for (const event of log) {
              if (event.type === 'compacted' || event.type === 'model_switched') seen[event.type]++;
              if (event.type === 'model_finished' && event.lastFor !== undefined) seen.kept++;
            }
            expectWarnings(messages, budget);
          },
        ),
        { seed, numRuns },
      );
      // The runs have what a ceiling has to hold against.
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
    },
  );
});

describe('the bound of a call', () => {
  const allNew = { input: 100, output: 10 };
  const asked = async (script: Script, options: Partial<RunOptions>) => {
    const model = scriptedModel(script, { info: { maxOutputTokens: 1_000 } });
    const result = await run('Go.', { model, prices, ...options }).result();
    return { model, result };
  };

  test('holds for what a hook adds to the request', async () => {
    const hooks: Hooks = { beforeModel: () => ({ request: { system: 'x'.repeat(50_000) } }) };
    const { model, result } = await asked(['Hi.'], { hooks, budget: { maxTokens: 10_000 } });
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens', totalTokens: 0, totalCost: 0 });
    expect(model.calls).toBe(0);
  });

  test('is nothing that a hook can lift: it replaces what its type names, and nothing besides', async () => {
    const request = { maxOutputTokens: 1_000_000, tools: [], system: 'Be brief.' };
    const { model } = await asked(['Hi.'], { hooks: { beforeModel: () => ({ request }) }, maxOutputTokens: 100 });
    expect(model.requests[0]).toMatchObject({ system: 'Be brief.', maxOutputTokens: 100 });
  });

  test('counts what a hook puts into an answer', async () => {
    const long = { type: 'text', text: 'y'.repeat(50_000) } as const;
    const hooks: Hooks = { afterModel: ({ content }) => ({ content: [long, ...content] }) };
    const script = [[call('nobody'), reportUsage(allNew)], 'Done.'];
    const { model, result } = await asked(script, { hooks, budget: { maxTokens: 20_000 } });
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens', totalTokens: 110 });
    expect(model.calls).toBe(1);
  });

  test('counts what looks like an image and is an argument', async () => {
    const image = { type: 'image', mediaType: 'image/png', data: '', note: 'z'.repeat(50_000) };
    const script = [[call('nobody', image), reportUsage(allNew)], 'Done.'];
    const { result } = await asked(script, { budget: { maxTokens: 30_000 } });
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens' });
  });

  test('counts a call that reported no usage as the most that it can have used', async () => {
    const script = Array.from({ length: 50 }, (_, index) => [call('nobody', { index }), reportUsage({})]);
    const { model, result } = await asked(script, { budget: { maxTokens: 20_000 } });
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens', totalTokens: 0, totalCost: undefined });
    expect(model.calls).toBeLessThan(10);
  });
});

test('the beforeModel hook is told the turn that it begins, and changes nothing by changing what it was shown', async () => {
  const told: number[] = [];
  const hooks: Hooks = {
    beforeModel({ turn, request }) {
      told.push(turn);
      for (const { content } of request.messages) Reflect.set(content, 'length', 0);
    },
  };
  const model = scriptedModel([[call('nobody')], 'Done.']);
  await run('Go.', { model, hooks }).result();
  expect(told).toEqual([1, 2]);
  expect(model.requests[1]?.messages.map(({ content }) => content.length)).toEqual([1, 1, 1]);
});

test('a threshold that is named twice is warned of once', async () => {
  const model = scriptedModel(['Hi.']);
  const messages: Message[] = [];
  const budget = { maxTokens: 5_000, warnAt: [0.001, 0.001] };
  for await (const message of run('Go.', { model, budget })) messages.push(message);
  expect(messages.filter((message) => message.type === 'system' && message.subtype === 'budget_warning')).toHaveLength(
    1,
  );
});
