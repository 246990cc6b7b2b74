import { expect, test } from 'vitest';
import { collect, fail, scriptedModel, stopWith, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { run } from './run.ts';

test('a paused turn goes on with what it had', async () => {
  const model = scriptedModel([['Half, ', stopWith('pause')], 'done.']);
  const { result, texts } = await collect(run('Go.', { model }));
  expect(texts).toEqual(['Half, ', 'done.']);
  expect(result).toMatchObject({ stopReason: 'end_turn', turns: 2 });
});

test('a model that pauses for ever fails the run, and not with the error of an earlier attempt', async () => {
  const model = scriptedModel((_request, index) =>
    index === 0 ? [fail('overloaded')] : [`Part ${index}. `, stopWith('pause')],
  );
  const { result, error } = await collect(run('Go.', { model, durable: inProcess({ clock: virtualClock() }) }));
  expect(result).toMatchObject({ stopReason: 'error', turns: 32 });
  expect(error).toMatchObject({ kind: 'protocol', message: expect.stringContaining('paused its turn 32 times') });
});
