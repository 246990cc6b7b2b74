import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { untilAborted } from './until-aborted.ts';

const forever = (): Promise<never> =>
  new Promise(() => {
    // Never settles.
  });

test('settles as the promise does, and leaves no listener', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('rejects with the reason as soon as the signal fires', async () => {
  const controller = new AbortController();
  const waiting = untilAborted(forever(), controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('rejects at once where the signal has fired before', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(untilAborted(forever(), signal)).rejects.toThrow('enough');
  await expect(untilAborted(Promise.resolve(7), signal)).rejects.toThrow('enough');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('does not leave a rejection behind that nobody handles', async () => {
  const late = Promise.withResolvers<never>();
  await expect(untilAborted(late.promise, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  late.reject(new Error('nobody hears this'));
  await new Promise(setImmediate);
});
