import { expect, test } from 'vitest';
import { resume, run } from '../agent/run.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import type { SessionEvent } from './event.ts';
import { forkSession } from './fork-session.ts';
import { memoryStore } from './memory-store.ts';
import { events } from './read-events.ts';
import type { SessionStore } from './store.ts';

async function twoTurns(): Promise<SessionStore> {
  const session = memoryStore();
  const options = { session, sessionId: 'first' };
  await run('One?', { ...options, model: scriptedModel(['One.']) }).result();
  await run('Two?', { ...options, model: scriptedModel(['Two.']) }).result();
  return session;
}

async function eventsOf(session: SessionStore, sessionId: string, after = 0): Promise<SessionEvent[]> {
  const all: SessionEvent[] = [];
  for await (const event of events(sessionId, { session, after })) all.push(event);
  return all;
}

test('a fork has what came up to the event, and goes its own way', async () => {
  const session = await twoTurns();
  const all = await eventsOf(session, 'first');
  const end = all.findIndex(({ type }) => type === 'run_finished') + 1;
  const fork = await forkSession(session, 'first', { seq: end });
  expect(await eventsOf(session, fork)).toEqual(all.slice(0, end));

  const model = scriptedModel(['Three.']);
  await run('Three?', { model, session, sessionId: fork }).result();
  expect(JSON.stringify(model.requests[0]?.messages)).toContain('One.');
  expect(JSON.stringify(model.requests[0]?.messages)).not.toContain('Two');
  expect(await eventsOf(session, 'first')).toEqual(all);
});

test('a fork in the middle of a run can be resumed', async () => {
  const session = await twoTurns();
  for (const { seq, type } of await eventsOf(session, 'first')) {
    if (type === 'run_started') continue;
    const fork = await forkSession(session, 'first', { seq });
    const { stopReason } = await resume(fork, { model: scriptedModel(['Again.']), session }).result();
    expect(stopReason).toBe('end_turn');
  }
});

test('a fork takes the name it is given, unless that is taken', async () => {
  const session = await twoTurns();
  expect(await forkSession(session, 'first', { newSessionId: 'second' })).toBe('second');
  const again = forkSession(session, 'first', { newSessionId: 'second' });
  await expect(again).rejects.toMatchObject({ code: 'session_conflict' });
});

test('a fork of what is not there is an error', async () => {
  const session = await twoTurns();
  await expect(forkSession(session, 'none')).rejects.toMatchObject({ code: 'session_not_found' });
  await expect(forkSession(session, 'first', { seq: 1000 })).rejects.toThrow(/`seq` to be at most \d+/);
  await expect(forkSession(session, 'first', { seq: 0 })).rejects.toMatchObject({ code: 'invalid_option' });
});

test('a reader that comes back gets what it does not have', async () => {
  const session = await twoTurns();
  const all = await eventsOf(session, 'first');
  for (let after = 0; after <= all.length; after++) {
    expect(await eventsOf(session, 'first', after)).toEqual(all.slice(after));
  }
});

test('a reader of a session that is not there is told so', async () => {
  await expect(eventsOf(memoryStore(), 'none')).rejects.toMatchObject({ code: 'session_not_found' });
  await expect(eventsOf(memoryStore(), 'none', 3)).rejects.toMatchObject({ code: 'session_not_found' });
  // @ts-expect-error: it needs a store.
  expect(() => events('first', {})).toThrow('session');
});
