import { describe, expect, test } from 'vitest';
import { Outbox } from './outbox.ts';

const settle = (): Promise<unknown> => new Promise(setImmediate);

/** Whether a promise has settled so far. */
function watch(promise: Promise<unknown> | undefined): { isDone: boolean } {
  const state = { isDone: promise === undefined };
  void promise?.then(() => {
    state.isDone = true;
  });
  return state;
}

describe('Outbox', () => {
  test('gives items in order, to readers that wait and to those that come later', async () => {
    const outbox = new Outbox<number>();
    const waiting = [outbox.take(), outbox.take()];
    for (const item of [1, 2, 3]) void outbox.push(item);
    expect(await Promise.all([...waiting, outbox.take()])).toEqual([1, 2, 3]);
  });

  test('gives undefined for good once it is closed and empty', async () => {
    const outbox = new Outbox<number>();
    void outbox.push(1);
    outbox.close();
    expect([await outbox.take(), await outbox.take(), await outbox.take()]).toEqual([1, undefined, undefined]);
  });

  test('ends readers that wait when it is closed', async () => {
    const outbox = new Outbox<number>();
    const waiting = outbox.take();
    outbox.close();
    expect(await waiting).toBeUndefined();
  });

  test('drops what it holds where it is told to', async () => {
    const outbox = new Outbox<number>();
    void outbox.push(1);
    outbox.close({ discard: true });
    expect(await outbox.take()).toBeUndefined();
  });

  test('takes nothing once it is closed, and holds nobody up', async () => {
    const outbox = new Outbox<number>();
    outbox.close();
    expect(outbox.push(1)).toBeUndefined();
    await outbox.deliver(2);
    expect(await outbox.take()).toBeUndefined();
  });

  test('makes a producer wait where it is full, until the consumer comes', async () => {
    const outbox = new Outbox<number>();
    let room: Promise<void> | undefined;
    let pushed = 0;
    while (room === undefined) room = outbox.push(pushed++);
    expect(pushed).toBe(16);
    const producer = watch(room);
    await settle();
    expect(producer.isDone).toBe(false);
    await outbox.take();
    await settle();
    expect(producer.isDone).toBe(true);
  });

  test('delivers when the consumer has taken the item and come back', async () => {
    const outbox = new Outbox<number>();
    const delivered = watch(outbox.deliver(1));
    await settle();
    expect(delivered.isDone).toBe(false);
    expect(await outbox.take()).toBe(1);
    await settle();
    expect(delivered.isDone).toBe(false);
    void outbox.take();
    await settle();
    expect(delivered.isDone).toBe(true);
  });

  test('lets go of every producer when it is closed', async () => {
    const outbox = new Outbox<number>();
    const producers = [watch(outbox.deliver(1)), watch(outbox.deliver(2))];
    for (let item = 0; item < 20; item++) producers.push(watch(outbox.push(item)));
    outbox.close();
    await settle();
    expect(producers.every(({ isDone }) => isDone)).toBe(true);
  });

  test('loses nothing between many readers and many producers', async () => {
    const outbox = new Outbox<number>();
    const seen: number[] = [];
    const readers = Array.from({ length: 5 }, async () => {
      for (let item = await outbox.take(); item !== undefined; item = await outbox.take()) seen.push(item);
    });
    const produce = async (item: number): Promise<void> => (item % 2 === 0 ? outbox.deliver(item) : outbox.push(item));
    await Promise.all(Array.from({ length: 50 }, (_, item) => produce(item)));
    outbox.close();
    await Promise.all(readers);
    expect(seen.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 50 }, (_, item) => item));
  });
});
