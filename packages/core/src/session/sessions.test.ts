import { expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../agent/run.ts';
import { defineTool } from '../define-tool.ts';
import type { PriceBook } from '../price.ts';
import { call, fail, reportUsage, scriptedModel, virtualClock } from '../testing/index.ts';
import { inProcess } from '../agent/in-process-durable.ts';
import { memoryStore } from './memory-store.ts';
import { sessions } from './sessions.ts';
import type { SessionSummary } from './session-summary.ts';
import type { SessionStore } from './store.ts';

const prices: PriceBook = {
  price: ({ input = 0, output = 0 }) => ({ usd: (input + 5 * output) / 1e6, basis: 'catalog', asOf: '2026-01-01' }),
};
const usage = reportUsage({ input: 100, output: 20 });
const nothing = defineTool({
  name: 'Nothing',
  description: 'Does nothing.',
  input: z.object({}),
  access: () => [],
  accessKinds: [],
  execute: () => 'ok',
});

async function filled(): Promise<SessionStore> {
  const session = memoryStore();
  const shared = { session, prices, tools: [nothing], durable: inProcess({ clock: virtualClock({ startAt: 1000 }) }) };
  const first = scriptedModel([
    [call('Nothing', {}), usage],
    ['Done.', usage],
    ['Again.', usage],
  ]);
  await run('What is the first?', { ...shared, model: first, sessionId: 'a' }).result();
  await run('Next?', { ...shared, model: first, sessionId: 'a' }).result();
  const failing = scriptedModel([[usage, 'Half', fail('invalid_request')]]);
  await run('Fail.', { ...shared, model: failing, sessionId: 'b' })
    .result()
    .catch(() => undefined);
  return session;
}

async function listed(store: SessionStore, options?: { prices: PriceBook }): Promise<SessionSummary[]> {
  const all: SessionSummary[] = [];
  for await (const summary of sessions(store).list(options)) all.push(summary);
  return all;
}

test('a session is summed up over all its runs', async () => {
  const summary = await sessions(await filled()).show('a');
  expect(summary).toMatchObject({
    sessionId: 'a',
    startedAt: 1000,
    prompt: 'What is the first?',
    runs: 2,
    turns: 3,
    toolCalls: 1,
    stopReason: 'end_turn',
    totalTokens: 360,
    cost: { basis: 'catalog', asOf: '2026-01-01' },
  });
  expect(summary.cost?.usd).toBeCloseTo((3 * 200) / 1e6, 12);
});

test('all sessions of a store are listed, how the last run ended included', async () => {
  expect((await listed(await filled())).map(({ sessionId, stopReason }) => [sessionId, stopReason])).toEqual([
    ['a', 'end_turn'],
    ['b', 'error'],
  ]);
});

test('another price book prices every call anew', async () => {
  const store = await filled();
  const dearer: PriceBook = { price: () => ({ usd: 2, basis: 'override' }) };
  expect((await sessions(store).show('a', { prices: dearer })).cost).toEqual({ usd: 6, basis: 'override' });
  const unknown: PriceBook = { price: () => undefined };
  expect((await listed(store, { prices: unknown })).map(({ cost }) => cost)).toEqual([undefined, undefined]);
});

test('a run whose process died has no stop reason', async () => {
  const store = await filled();
  const cut = memoryStore();
  for await (const event of store.read('a')) {
    if (event.seq > 3) break;
    await cut.append('a', event.seq - 1, [event]);
  }
  expect(await sessions(cut).show('a')).not.toHaveProperty('stopReason');
  expect(await sessions(cut).show('a')).toMatchObject({ lastSeq: 3, cost: { usd: 0 } });
});

test('what is not there, or cannot be listed, is an error', async () => {
  await expect(sessions(memoryStore()).show('none')).rejects.toMatchObject({ code: 'session_not_found' });
  // As a store is that has no such method.
  const withoutList = { ...memoryStore(), list: undefined } as unknown as SessionStore;
  await expect(listed(withoutList)).rejects.toThrow('cannot list its sessions');
  // @ts-expect-error: there is no such option.
  await expect(sessions(memoryStore()).show('a', { price: prices })).rejects.toThrow('Did you mean `prices`?');
});
