import { expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import { call, checkStream, collect, hang, pause, scriptedModel, virtualClock, type Script } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { resume, run } from './run.ts';

const work = defineTool({
  name: 'work',
  description: 'Works.',
  input: z.object({}),
  accessKinds: [],
  execute: () => 'worked',
});
const hour = 3_600_000;

/** A process that takes the log up at a time, and what it warns of. */
async function takeUp(log: readonly SessionEvent[], at: number, script: Script) {
  const session = memoryStore();
  await session.append('s', 0, log);
  const clock = virtualClock({ startAt: at });
  const model = scriptedModel(script, { clock });
  const options = { model, tools: [work], session, budget: { maxDurationMs: 10_000 }, durable: inProcess({ clock }) };
  const collected = await collect(resume('s', options));
  checkStream(collected.messages, { isContinuation: true });
  const warned = collected.messages.flatMap((message) =>
    message.type === 'system' && message.subtype === 'budget_warning' ? [message.data.threshold] : [],
  );
  return { ...collected, model, warned, workedMs: clock.now() - at, events: await logOf(session, 's') };
}

/** The log of a process that worked for 6 s and died. */
async function diedAfterSixSeconds(): Promise<readonly SessionEvent[]> {
  const session = memoryStore();
  const clock = virtualClock({ startAt: 0 });
  const model = scriptedModel([[pause(6_000), call('work')], 'Done.'], { clock });
  const options = { model, tools: [work], session, sessionId: 's', durable: inProcess({ clock }) };
  await run('Go.', options).result();
  const log = await logOf(session, 's');
  return log.slice(0, log.findIndex(({ type }) => type === 'tool_finished') + 1);
}

test('a run that is taken up has what is left of its time; the time in between does not count', async () => {
  const log = await diedAfterSixSeconds();
  const { result, warned, workedMs } = await takeUp(log, hour, [['Hm', hang()]]);
  expect(result).toMatchObject({ stopReason: 'budget', limit: 'maxDurationMs' });
  expect(workedMs).toBe(4_000);
  // The process before was past the first threshold.
  expect(warned).toEqual([0.8]);
});

test('every process that had it counts', async () => {
  const second = await takeUp(await diedAfterSixSeconds(), hour, [[pause(3_000), call('work')], 'Done.']);
  const log = second.events.slice(0, second.events.findLastIndex(({ type }) => type === 'tool_finished') + 1);
  const third = await takeUp(log, 2 * hour, [['Hm', hang()]]);
  expect(third.result).toMatchObject({ stopReason: 'budget', limit: 'maxDurationMs' });
  expect([third.workedMs, third.warned]).toEqual([1_000, []]);
});

test('a run whose time was up calls no model when it is taken up', async () => {
  const second = await takeUp(await diedAfterSixSeconds(), hour, [[pause(3_999), call('work')], 'Done.']);
  const log = second.events.slice(0, second.events.findLastIndex(({ type }) => type === 'tool_finished') + 1);
  const later = log.map((event, index) => (index === log.length - 1 ? { ...event, at: event.at + 1 } : event));
  const third = await takeUp(later, 2 * hour, []);
  expect(third.result).toMatchObject({ stopReason: 'budget', limit: 'maxDurationMs' });
  expect([third.workedMs, third.model.calls]).toEqual([0, 0]);
});

test('a new prompt has its own time', async () => {
  const session = memoryStore();
  const clock = virtualClock({ startAt: 0 });
  const model = scriptedModel(
    [
      [pause(6_000), 'One.'],
      [pause(6_000), 'Two.'],
    ],
    { clock },
  );
  const options = { model, session, sessionId: 's', budget: { maxDurationMs: 10_000 }, durable: inProcess({ clock }) };
  await run('Go.', options).result();
  expect(await run('Go on.', options).result()).toMatchObject({ stopReason: 'end_turn', text: 'Two.' });
});
