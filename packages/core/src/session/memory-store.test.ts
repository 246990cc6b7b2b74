import { expect, test } from 'vitest';
import { logOf } from '../../test/log-of.ts';
import { storeContract } from '../testing/contracts/index.ts';
import type { SessionEvent } from './event.ts';
import { memoryStore } from './memory-store.ts';

storeContract('memoryStore', () => ({ store: memoryStore() }));

const event = (seq: number, text: string): SessionEvent => ({
  v: 1,
  seq,
  at: 0,
  key: `k${seq}`,
  type: 'prompt_added',
  source: 'user',
  content: [{ type: 'text', text }],
});

test('nobody else holds what is stored', async () => {
  const store = memoryStore();
  const mine = [event(1, 'as it was')];
  await store.append('s', 0, mine);
  Object.assign(mine[0]!, { key: 'changed' });
  const [read] = await logOf(store, 's');
  Object.assign(read!, { key: 'changed too' });
  expect(await logOf(store, 's')).toEqual([event(1, 'as it was')]);
});

test('adds all events of an append or none', async () => {
  const store = memoryStore();
  const broken = { ...event(2, ''), content: () => 'cannot be kept' } as unknown as SessionEvent;
  await expect(store.append('s', 0, [event(1, 'a'), broken])).rejects.toThrow('could not be cloned');
  expect(await logOf(store, 's')).toEqual([]);
});
