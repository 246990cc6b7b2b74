import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import { forkSession } from '../session/fork-session.ts';
import { memoryStore } from '../session/memory-store.ts';
import { sessions } from '../session/sessions.ts';
import { call, checkStream, collect, hang, reportUsage, scriptedModel } from '../testing/index.ts';
import { resume, run } from './run.ts';

const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };
const prices: PriceBook = {
  price: ({ input = 0, output = 0 }, { id }) =>
    id === 'unpriced' ? undefined : { usd: (input + 2 * output) / 1e6, basis: 'catalog', asOf: '2026-01-01' },
};
const usage = reportUsage({ input: 100, output: 10 });
const task = call('Task', { agent: 'helper', prompt: 'Help with the hunter2 thing.' });
const description = 'Helps.';

describe('options of sub-agents', () => {
  const model = scriptedModel([]);
  const unpriced = scriptedModel([], { id: 'unpriced' });

  test.each([
    ['no price under the ceiling of the parent', { helper: { description, model: unpriced } }, { maxCost: 1 }],
    ['no price under a ceiling of its own', { helper: { description, model: unpriced, budget: { maxCost: 1 } } }, {}],
  ])('a model with %s is an error before anything is sent', (_, agents, budget) => {
    expect(() => run('Go.', { model, agents, prices, budget })).toThrow(OptionError);
    expect(() => run('Go.', { model, agents, prices, budget })).toThrow(
      /needs a price for "scripted\/unpriced" of the sub-agent "helper"/,
    );
  });

  test('a ceiling of its own without prices is an error', () => {
    const agents = { helper: { description, budget: { maxCost: 1 } } };
    expect(() => run('Go.', { model, agents })).toThrow(/agents\.helper\.budget\.maxCost.*needs `prices`/);
  });

  test('warnings are fractions', () => {
    const agents = { helper: { description, budget: { warnAt: [50] } } };
    expect(() => run('Go.', { model, agents })).toThrow(/agents\.helper\.budget\.warnAt/);
  });
});

test('what is said while a task is worked on reaches the parent behind it', async () => {
  const child = scriptedModel(['Helped.']);
  const model = scriptedModel([[task], 'Done.']);
  const running = run('Go.', { model, agents: { helper: { description, model: child } }, permissions });
  let receipt: Promise<unknown> | undefined;
  for await (const message of running) {
    if (message.parentToolUseId !== undefined) receipt ??= running.steer('Mind the step.');
  }
  expect(await receipt).toMatchObject({ delivered: true });
  expect(JSON.stringify(child.requests)).not.toContain('Mind the step.');
  expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
});

test('a typed answer is asked of the parent alone', async () => {
  const child = scriptedModel(['Not JSON.']);
  const model = scriptedModel([[task], '{"n": 3}']);
  const output = z.object({ n: z.number() });
  const { result } = await collect(
    run('Go.', { model, agents: { helper: { description, model: child } }, permissions, output }),
  );
  expect(result?.output).toEqual({ n: 3 });
  expect(child.requests).toHaveLength(1);
  expect(child.requests[0]?.output).toBeUndefined();
});

test('nothing that is redacted is in any of the sessions, and the totals stay', async () => {
  const session = memoryStore();
  const child = scriptedModel([['It is hunter2.', usage]]);
  const model = scriptedModel([
    [task, usage],
    ['Done.', usage],
  ]);
  const hooks = { redact: (text: string) => text.replaceAll('hunter2', '***') };
  const { result } = await collect(
    run('What is hunter2?', { model, agents: { helper: { description, model: child } }, permissions, hooks, session }),
  );
  const logs: unknown[] = [];
  for await (const { sessionId } of sessions(session).list()) logs.push(await logOf(session, sessionId));
  expect(logs).toHaveLength(2);
  expect(JSON.stringify(logs)).not.toContain('hunter2');
  expect(JSON.stringify(child.requests.map(({ messages }) => messages))).not.toContain('hunter2');
  expect(result?.totalTokens).toBe(330);
});

test('forty tasks at once leave no listener and no warning, run after run', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const controller = new AbortController();
  try {
    for (let round = 0; round < 50; round++) {
      const child = scriptedModel(round % 2 === 0 ? () => 'Helped.' : () => ['Thinking', hang()]);
      const calls = Array.from({ length: 40 }, (_, n) => call('Task', { agent: 'helper', prompt: `Help ${n}.` }));
      const model = scriptedModel([calls, 'Done.']);
      const agents = { helper: { description, model: child } };
      const running = run('Go.', {
        model,
        agents,
        permissions,
        subAgentLimits: { maxParallel: 40 },
        signal: controller.signal,
      });
      let shown = 0;
      for await (const message of running) {
        if (message.type !== 'text' || message.parentToolUseId === undefined) continue;
        shown += 1;
        if (shown === 30 && round % 2 === 1) break;
      }
      expect(child.openStreams).toBe(0);
    }
    await new Promise(setImmediate);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', onWarning);
  }
});

test('of two processes that take up the same task, one goes on, and what is paid is paid once', async () => {
  const session = memoryStore();
  const ran: string[] = [];
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    accessKinds: ['write'],
    execute: async (_, { idempotencyKey }) => {
      ran.push(idempotencyKey);
      await new Promise(setImmediate);
      return 'paid';
    },
  });
  const optionsOf = () => {
    const at = ({ messages }: { readonly messages: readonly { readonly role: string }[] }): number =>
      messages.filter(({ role }) => role === 'assistant').length;
    const child = scriptedModel(
      (request) =>
        [
          [call('pay'), usage],
          ['Paid.', usage],
        ][at(request)] ?? 'No.',
    );
    const model = scriptedModel(
      (request) =>
        [
          [task, usage],
          ['Done.', usage],
        ][at(request)] ?? 'No.',
    );
    return { model, agents: { helper: { description, model: child } }, permissions, prices, tools: [pay], session };
  };
  await run('Go.', { ...optionsOf(), sessionId: 'whole' }).result();
  const events = await logOf(session, 'whole');
  const granted = events.find(({ type }) => type === 'child_granted')?.seq ?? 0;
  ran.length = 0;
  const cutOff = events
    .slice(0, granted)
    .map((event) => (event.type === 'child_granted' ? { ...event, childSessionId: `s/${event.toolCallId}` } : event));
  await session.append('s', 0, cutOff);
  const both = await Promise.all([1, 2].map(() => collect(resume('s', optionsOf()))));
  for (const { messages } of both) checkStream(messages, { isContinuation: true });
  expect(new Set(both.map(({ result }) => result?.stopReason))).toEqual(new Set(['end_turn', 'error']));
  expect(both.find(({ error }) => error !== undefined)?.error).toMatchObject({ code: 'session_conflict' });
  expect(ran).toHaveLength(1);
  expect(both.find(({ error }) => error === undefined)?.result?.totalTokens).toBe(440);
});

test('a fork behind a task has what came of it, and goes on without its session', async () => {
  const session = memoryStore();
  const child = scriptedModel([['Helped.', usage]]);
  const model = scriptedModel([
    [task, usage],
    ['Done.', usage],
    ['More.', usage],
  ]);
  const options = { model, agents: { helper: { description, model: child } }, permissions, session };
  const { sessionId } = await run('Go.', options).result();
  const copy = await forkSession(session, sessionId);
  for await (const { sessionId: each } of sessions(session).list()) if (each !== copy) await session.delete(each);
  const { result } = await collect(run('And?', { ...options, sessionId: copy }));
  expect(result?.text).toBe('More.');
  expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('Helped.');
});
