import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import type { ModelRequest } from '../model.ts';
import type { PriceBook } from '../price.ts';
import type { Budget, SessionEvent } from '../session/event.ts';
import { events } from '../session/read-events.ts';
import { memoryStore } from '../session/memory-store.ts';
import { call, fail, reportUsage, say, scriptedModel, stopWith, type Script } from '../testing/index.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';

/** A dollar a million tokens of input, five for output. */
const prices: PriceBook = {
  price: ({ input = 0, cacheRead = 0, cacheWrites = [], output = 0 }) => {
    const written = cacheWrites.reduce((sum, { tokens }) => sum + tokens, 0);
    return { usd: (input + cacheRead + written + 5 * output) / 1_000_000, basis: 'catalog', asOf: '2026-01-01' };
  },
};

const looking = (seen: string) =>
  defineTool({
    name: 'look',
    description: 'Looks.',
    input: z.object({ at: z.number() }),
    accessKinds: [],
    execute: () => seen,
  });

/** Looks for ever, unless it is told to report. */
const curious: Script = ({ toolChoice }, index) =>
  toolChoice === 'none'
    ? [say('All I have seen.'), reportUsage({ input: 1_000 + 100 * index, output: 50 })]
    : [call('look', { at: index }), reportUsage({ input: 1_000 + 100 * index, output: 50 })];

async function play(budget: Budget, script: Script = curious, options: Partial<RunOptions> = {}) {
  const model = scriptedModel(script, { info: { maxOutputTokens: 1_000 } });
  const store = memoryStore();
  const given = { model, tools: [looking('Something.')], prices, budget, session: store, ...options };
  const result = await run('Go.', { ...given, sessionId: 's' }).result();
  const log: SessionEvent[] = [];
  for await (const event of events('s', { session: store })) log.push(event);
  return { model, result, log };
}

const isReport = ({ toolChoice }: ModelRequest): boolean => toolChoice === 'none';

describe('the last turn that fits', () => {
  test.each([
    ['maxCost', { maxCost: 0.02 }],
    ['maxTokens', { maxTokens: 12_000 }],
  ] as const)('inside %s reports what there is', async (limit, budget) => {
    const { model, result, log } = await play(budget);
    expect(result).toMatchObject({ stopReason: 'budget', limit, text: 'All I have seen.' });
    expect(model.requests.map(isReport)).toEqual([...model.requests.slice(1).map(() => false), true]);
    expect(model.calls).toBeGreaterThan(2);
    // The tools stay declared: the cached prefix holds.
    expect(model.requests.at(-1)?.tools).toEqual(model.requests[0]?.tools);
    expect(model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: [{ text: expect.stringContaining('Report what you have') }],
    });
    expect(log.findLast(({ type }) => type === 'model_finished')).toMatchObject({ isLastTurn: true, lastFor: limit });
  });

  test.each([{ maxCost: 0.02 }, { maxTokens: 12_000 }])('stays inside the ceiling: %o', async (budget) => {
    const { result } = await play(budget);
    expect(result.totalCost).toBeLessThanOrEqual(Math.min(0.02, (budget as Budget).maxCost ?? 1));
    expect(result.totalTokens).toBeLessThanOrEqual((budget as Budget).maxTokens ?? Infinity);
  });

  test('answers the calls that it makes all the same as not executed', async () => {
    const { result, log } = await play({ maxTokens: 12_000 }, (_request, index) => [
      call('look', { at: index }),
      reportUsage({ input: 1_000, output: 50 }),
    ]);
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens' });
    const outcomes = log.flatMap((event) => (event.type === 'tool_finished' ? [event.outcome] : []));
    expect(outcomes.at(-1)).toBe('not_executed');
    expect(outcomes.slice(0, -1).every((outcome) => outcome === 'ok')).toBe(true);
  });

  test('ends with `max_turns` where both limits come at once', async () => {
    const { result, model } = await play({ maxTurns: 2, maxTokens: 6_000 });
    expect(model.requests.map(isReport)).toEqual([false, true]);
    expect(result).toMatchObject({ stopReason: 'max_turns', limit: 'maxTurns' });
  });

  test('is tried again where it fails', async () => {
    let reports = 0;
    const { result } = await play(
      { maxTokens: 12_000 },
      (request, index) => {
        if (!isReport(request)) return [call('look', { at: index }), reportUsage({ input: 1_000, output: 50 })];
        reports++;
        return reports === 1 ? [fail('overloaded', {})] : [say('Done.'), reportUsage({ input: 1_000, output: 50 })];
      },
      { retry: { baseDelayMs: 0 } },
    );
    expect(reports).toBe(2);
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens', text: 'Done.' });
  });

  test('is one that was cut off, too', async () => {
    const { result } = await play({ maxTokens: 12_000 }, (request, index) =>
      isReport(request)
        ? [say('I have'), stopWith('length')]
        : [call('look', { at: index }), reportUsage({ input: 1_000, output: 50 })],
    );
    expect(result).toMatchObject({ stopReason: 'budget', text: 'I have' });
  });

  test('is not the first: a run whose budget has room for one call works with that', async () => {
    const { result, model } = await play({ maxTokens: 2_500 }, ['Hello.']);
    expect(model.requests.map(isReport)).toEqual([false]);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Hello.' });
  });

  test('may not fit either, where results are longer than all before them', async () => {
    const { result, model } = await play({ maxTokens: 12_000 }, curious, { tools: [looking('x'.repeat(20_000))] });
    expect(model.calls).toBe(1);
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens', text: '' });
  });

  test('is no concern of a run that ends by itself in time', async () => {
    const { result, model } = await play({ maxCost: 1, maxTokens: 1_000_000 }, [[call('look', { at: 1 })], 'Done.']);
    expect(model.requests.map(isReport)).toEqual([false, false]);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Done.' });
  });
});

describe('a summary', () => {
  const summary = '## Goal\nTo look.\n## Constraints\n-\n## Decisions\n-\n## Files touched\n-\n## Open items\n-';
  const script: Script = ({ toolChoice, messages }, index) => {
    const usage = reportUsage({ input: Math.ceil(JSON.stringify(messages).length / 4), output: 20 });
    return toolChoice === 'none' ? [say('All I have seen.'), usage] : [call('look', { at: index }), usage];
  };

  test('is bought only with what leaves enough for the call behind it', async () => {
    const outcomes = new Set<string>();
    for (let maxCost = 0.004; maxCost <= 0.1; maxCost += 0.002) {
      const model = scriptedModel(script, { info: { contextWindow: 8_000, maxOutputTokens: 1_000 } });
      // A tokenizer of its own, with a token a byte.
      const summarizer = scriptedModel(
        ({ messages, maxOutputTokens }) => [
          say(summary),
          reportUsage({ input: JSON.stringify(messages).length, output: maxOutputTokens }),
        ],
        { id: 'other', info: { contextWindow: 32_000, maxOutputTokens: 1_000 } },
      );
      const options = { compaction: { model: summarizer }, tools: [looking('seen '.repeat(800))] };
      const { log, result } = await play({ maxCost }, [], { ...options, model });
      const last = log.findLastIndex((event) => event.type === 'model_finished' && event.summarizes !== undefined);
      const hasGoneOn = log.slice(last + 1).some(({ type }) => type === 'model_finished');
      if (last !== -1) outcomes.add(hasGoneOn ? 'went on' : 'was spent on it');
      expect(result.totalCost).toBeLessThanOrEqual(maxCost);
    }
    expect([...outcomes]).toEqual(['went on']);
  });
});
