import { expect, test } from 'vitest';
import { z } from 'zod';
import { inProcess } from '../agent/in-process-durable.ts';
import { run } from '../agent/run.ts';
import { defineTool } from '../define-tool.ts';
import { checkStream } from './check-stream.ts';
import { collect } from './collect.ts';
import { atEvent, call, callRaw, cut, fail, hang, pause, say, think } from './script-part.ts';
import type { Script } from './script-part.ts';
import { scriptedModel } from './scripted-model.ts';
import { virtualClock } from './virtual-clock.ts';

const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  input: z.object({ a: z.number(), b: z.number() }),
  accessKinds: [],
  access: () => [],
  effect: 'none',
  execute: ({ a, b }) => String(a + b),
});

async function play(script: Script) {
  const clock = virtualClock({ startAt: 0 });
  const model = scriptedModel(script, { clock, chunkSize: 3 });
  const collected = await collect(run('Go', { model, tools: [add], durable: inProcess({ clock }) }));
  checkStream(collected.messages);
  expect(model.openStreams).toBe(0);
  expect(clock.pendingTimers).toBe(0);
  return { ...collected, clock, model };
}

test('a run of a scripted model answers tool calls and ends', async () => {
  const { result, texts, toolResults, model } = await play([
    [think('Two sums.'), 'Let me add.', call('add', { a: 1, b: 2 }), call('add', { a: 3, b: 4 }), callRaw('add', '{')],
    'Three and seven.',
  ]);
  expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Three and seven.', turns: 2 });
  expect(texts).toEqual(['Let me add.', 'Three and seven.']);
  const contents = toolResults.map(({ content, isError }) => (isError ? 'error' : content));
  expect(new Set(contents)).toEqual(new Set(['3', '7', 'error']));
  expect(model.requests[1]?.messages).toHaveLength(3);
});

test('an hour of the clock passes at once', async () => {
  const { result, clock } = await play([['one ', pause(60_000), 'two']]);
  expect(result?.text).toBe('one two');
  expect(clock.now()).toBe(60_000);
});

test('failed attempts are tried again on the virtual clock, and their chunks are void', async () => {
  const { result, chunks, clock } = await play([
    [say('Hello world'), atEvent(2, cut())],
    [fail('rate_limit', { retryAfterMs: 30_000 })],
    'Hello',
  ]);
  expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Hello' });
  expect(chunks).toEqual(['Hel', 'lo ', 'Hel', 'lo']);
  expect(clock.now()).toBeGreaterThanOrEqual(30_000);
});

test('a model that hangs runs into the idle timeout, even where it ignores the abort', async () => {
  const clock = virtualClock({ startAt: 0 });
  const model = scriptedModel([['Hel', hang({ ignoresAbort: true })]], { clock });
  const options = { model, durable: inProcess({ clock }), idleTimeoutMs: 5000, retry: { maxAttempts: 1 } };
  const { result, error, messages } = await collect(run('Go', options));
  checkStream(messages);
  expect(result).toMatchObject({ stopReason: 'error', error: { kind: 'timeout' } });
  expect(error).toMatchObject({ kind: 'timeout' });
  expect(model.openStreams).toBe(1);
});

test('the end of the script is a failure that says so', async () => {
  const { error } = await play([]);
  expect(error?.message).toContain('The script has 0 turns, but this is call 1');
});
