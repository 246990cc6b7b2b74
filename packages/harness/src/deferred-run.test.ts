import { AgentError, memoryStore, run, type Message, type Run, type SessionStore } from '@harness-sdk/core';
import { collect, hang, scriptedModel, type ScriptedModel } from '@harness-sdk/core/testing';
import { expect, test } from 'vitest';
import { DeferredRun } from './deferred-run.ts';

/** A run that opens when the test says so. */
function deferred({ model = scriptedModel(['Hello.']), session = memoryStore() } = {}) {
  const gate = Promise.withResolvers<void>();
  let openings = 0;
  const deferredRun = new DeferredRun('s1', async () => {
    openings++;
    await gate.promise;
    return run('Hi', { model, session, sessionId: 's1' });
  });
  return { deferredRun, model, session, gate, openings: () => openings };
}

async function eventTypes(session: SessionStore): Promise<string[]> {
  const types: string[] = [];
  for await (const event of session.read('s1')) types.push(event.type);
  return types;
}

function opened(model: ScriptedModel): DeferredRun {
  return new DeferredRun('s1', () => Promise.resolve(run('Hi', { model, sessionId: 's1' })));
}

function missing(): DeferredRun {
  return new DeferredRun('s1', () => Promise.reject(new AgentError('missing_package', 'Not installed.')));
}

test('yields what the real run yields', async () => {
  const { texts, result, error } = await collect(opened(scriptedModel(['Hello.'])));
  expect({ texts, error }).toEqual({ texts: ['Hello.'], error: undefined });
  expect(result).toMatchObject({ sessionId: 's1', stopReason: 'end_turn' });
});

test('gives the result without iterating', async () => {
  await expect(opened(scriptedModel(['Hello.'])).result()).resolves.toMatchObject({ text: 'Hello.' });
});

test('opens nothing before the first next()', () => {
  const { deferredRun, openings } = deferred();
  expect([deferredRun.sessionId, openings()]).toEqual(['s1', 0]);
});

test('opens once, however often it is asked', async () => {
  const { deferredRun, openings, gate } = deferred();
  const all = Promise.all([deferredRun.next(), deferredRun.next(), deferredRun.result()]);
  gate.resolve();
  await all;
  expect(openings()).toBe(1);
});

test('throws the error of the real run after its Result', async () => {
  const messages: Message[] = [];
  const failing = opened(scriptedModel([]));
  const read = async (): Promise<void> => {
    for await (const message of failing) messages.push(message);
  };
  await expect(read()).rejects.toMatchObject({ code: 'model_failed' });
  expect(messages.at(-1)).toMatchObject({ type: 'result', stopReason: 'error' });
});

test('rejects the first next() where it cannot be opened, and is over', async () => {
  const failing = missing();
  await expect(failing.next()).rejects.toMatchObject({ code: 'missing_package' });
  await expect(failing.next()).resolves.toEqual({ done: true, value: undefined });
  await expect(failing.return()).resolves.toEqual({ done: true, value: undefined });
});

test('rejects result() where it cannot be opened, each time', async () => {
  const failing = missing();
  await expect(failing.result()).rejects.toMatchObject({ code: 'missing_package', result: undefined });
  await expect(failing.result()).rejects.toMatchObject({ code: 'missing_package' });
});

test('return() before it has begun opens nothing and logs nothing', async () => {
  const { deferredRun, openings, session } = deferred();
  await expect(deferredRun.return()).resolves.toEqual({ done: true, value: undefined });
  await expect(deferredRun.next()).resolves.toEqual({ done: true, value: undefined });
  expect([openings(), await eventTypes(session)]).toEqual([0, []]);
});

test('return() while it opens ends the pending next(), and no model is called', async () => {
  const { deferredRun, model, session, gate } = deferred();
  const pending = deferredRun.next();
  const returned = deferredRun.return();
  gate.resolve();
  await expect(pending).resolves.toEqual({ done: true, value: undefined });
  await returned;
  expect(model.calls).toBe(0);
  expect(await eventTypes(session)).not.toContain('model_started');
});

test('return() while it fails to open ends the pending next() and does not throw', async () => {
  const gate = Promise.withResolvers<Run>();
  const failing = new DeferredRun('s1', () => gate.promise);
  const pending = failing.next();
  const returned = failing.return();
  gate.reject(new AgentError('missing_package', 'Not installed.'));
  await expect(pending).resolves.toEqual({ done: true, value: undefined });
  await expect(returned).resolves.toEqual({ done: true, value: undefined });
});

test('abort() before it has begun gives a Result with `aborted`, and no model is called', async () => {
  const { deferredRun, model, gate } = deferred();
  deferredRun.abort();
  gate.resolve();
  const { result, error } = await collect(deferredRun);
  expect([result?.stopReason, error, model.calls]).toEqual(['aborted', undefined, 0]);
});

test('abort() while it opens gives a Result with `aborted`, and no model is called', async () => {
  const { deferredRun, model, gate } = deferred();
  const collecting = collect(deferredRun);
  deferredRun.abort();
  gate.resolve();
  const { messages, result } = await collecting;
  expect([result?.stopReason, messages.filter(({ type }) => type === 'result').length, model.calls]).toEqual([
    'aborted',
    1,
    0,
  ]);
});

test('abort() once it runs stops the model', async () => {
  const model = scriptedModel([['Hello', hang()]]);
  const running = opened(model);
  let stopReason: string | undefined;
  for await (const message of running) {
    if (message.type === 'text') running.abort();
    if (message.type === 'result') stopReason = message.stopReason;
  }
  expect([stopReason, model.openStreams]).toEqual(['aborted', 0]);
});

test('break stops the model before the loop is left', async () => {
  const model = scriptedModel([['Hello', hang()]]);
  for await (const message of opened(model)) if (message.type === 'text') break;
  expect([model.calls, model.openStreams]).toEqual([1, 0]);
});

test('throw() stops it and throws what it was given', async () => {
  const { deferredRun, openings } = deferred();
  await expect(deferredRun.throw(new RangeError('Enough.'))).rejects.toThrow(new RangeError('Enough.'));
  expect(openings()).toBe(0);
});

test('`await using` stops it', async () => {
  const model = scriptedModel([['Hello', hang()]]);
  {
    await using running = opened(model);
    await running.next();
  }
  expect(model.openStreams).toBe(0);
});

test('what is said before it is there is passed on, and answered in any case', async () => {
  const model = scriptedModel(['Hello.']);
  const early = opened(model);
  const receipts = Promise.allSettled([early.steer('Quickly.'), early.steer(' ')]);
  await early.result();
  expect(await receipts).toMatchObject([
    { value: { delivered: true, turn: 1 } },
    { reason: { message: expect.stringContaining('prompt with some text') } },
  ]);
  expect(model.requests[0]?.messages).toHaveLength(2);
  expect(await early.steer('More.')).toEqual({ delivered: false, reason: 'end_turn' });

  const gone = missing();
  const [asked] = [gone.steer('Hello?')];
  await expect(gone.next()).rejects.toThrow('Not installed.');
  expect(await asked).toEqual({ delivered: false, reason: 'error' });
  expect(await gone.steer('Hello?')).toEqual({ delivered: false, reason: 'error' });

  const { deferredRun } = deferred();
  const unheard = deferredRun.steer('Hello?');
  await deferredRun.return();
  expect(await unheard).toEqual({ delivered: false, reason: 'aborted' });
});
