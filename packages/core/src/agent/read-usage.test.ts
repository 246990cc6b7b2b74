import { describe, expect, test } from 'vitest';
import type { Result } from '../message.ts';
import type { Price, PriceBook } from '../price.ts';
import { call, endWith, fail, scriptedModel } from '../testing/index.ts';
import type { Usage } from '../usage.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';

/** A run whose first of two calls ends with these fields. */
async function play(fields: object, options: Partial<RunOptions> = {}): Promise<Result> {
  const usage = { input: 10, output: 1 };
  const turns = [
    [call('nobody'), endWith({ usage, ...fields })],
    ['Hi.', endWith({ usage })],
  ];
  return run('Go.', { model: scriptedModel(turns), ...options }).result();
}

const prices: PriceBook = {
  price: ({ input, output }) =>
    input === undefined || output === undefined ? undefined : { usd: input + output, basis: 'catalog' },
};

describe('a usage', () => {
  test.each<[string, object, Usage]>([
    ['a count that is not a number', { input: Number.NaN, output: 1 }, { input: 10, output: 2 }],
    ['a count without end', { input: Number.POSITIVE_INFINITY, output: 1 }, { input: 10, output: 2 }],
    ['a count below zero', { input: -5, output: 1 }, { input: 10, output: 2 }],
    ['a count in a text', { input: '5', output: 1 }, { input: 10, output: 2 }],
    ['a count of null', { input: 3, output: null }, { input: 13, output: 1 }],
    ['writes that are no list', { input: 3, output: 1, cacheWrites: 7 }, { input: 13, output: 2 }],
    ['writes of nothing', { input: 3, output: 1, cacheWrites: [null] }, { input: 13, output: 2 }],
  ])('with %s has it not reported', async (_what, usage, sum) => {
    const result = await play({ usage });
    expect(result).toMatchObject({ stopReason: 'end_turn', usage: sum });
    expect(result.totalTokens).toBe((sum.input ?? 0) + (sum.output ?? 0));
  });

  test('that is none keeps no run from its ceiling', async () => {
    const usage = { input: Number.NaN, output: 1 };
    const model = scriptedModel((_request, index) => [call('nobody', { index }), endWith({ usage })]);
    const result = await run('Go.', { model, budget: { maxTokens: 20_000, maxTurns: 50 } }).result();
    expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxTokens' });
  });

  test('of a failure is read the same way', async () => {
    // What an adapter that breaks its contract reports.
    const usage = { input: -1, output: 2 };
    const model = scriptedModel([[fail('server', { usage })], 'Hi.']);
    const result = await run('Go.', { model, retry: { baseDelayMs: 0 } }).result();
    expect(result.usage.output).toBe(3);
    expect(result.usage.input).toBeGreaterThan(0);
  });
});

describe('a cost', () => {
  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '1'])('of %s from the provider is none', async (costUsd) => {
    expect((await play({ costUsd }, { prices })).totalCost).toBe(22);
  });

  test.each<unknown>([null, {}, { usd: Number.NaN, basis: 'catalog' }, { usd: -1, basis: 'catalog' }])(
    'of %o from the price book is unknown',
    async (price) => {
      // A price book that breaks its contract.
      const broken: PriceBook = { price: () => price as Price };
      const result = await play({}, { prices: broken });
      expect(result).toMatchObject({ stopReason: 'end_turn', totalCost: undefined });
      const kept = await play({}, { prices: broken, budget: { maxCost: 1 } }).catch((error: unknown) => error);
      expect(kept).toMatchObject({ stopReason: 'budget', limit: 'maxCost', turns: 0 });
    },
  );
});
