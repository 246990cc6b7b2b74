import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallList, type CallState } from './call-list.ts';

const callOf = (id: string): CallState => ({
  call: { type: 'tool_call', id, name: 't', args: {} },
  repeats: 1,
  isStarted: false,
});
const resultOf = (toolCallId: string, content: string = ''): CallState['result'] & object => ({
  type: 'tool_result',
  toolCallId,
  name: 't',
  content,
  isError: false,
});
const idsOf = (calls: Iterable<CallState>): readonly string[] => [...calls].map(({ call }) => call.id);

describe('a list of calls', () => {
  test('keeps what it was when a call changes', () => {
    const before = CallList.of([callOf('a'), callOf('b')]);
    const after = before.with('b', { isStarted: true }).with('a', { result: resultOf('a') });
    expect(before.get('b')).toEqual(callOf('b'));
    expect(before.answered).toBe(0);
    expect(idsOf(before.open())).toEqual(['a', 'b']);
    expect(after.get('b')).toMatchObject({ isStarted: true });
    expect(after.answered).toBe(1);
    expect(idsOf(after.open())).toEqual(['b']);
    expect(idsOf(after)).toEqual(['a', 'b']);
  });

  test('is the same where nobody made the call', () => {
    const list = CallList.of([callOf('a')]);
    expect(list.with('x', { isStarted: true })).toBe(list);
    expect(list.get('x')).toBeUndefined();
  });

  test('counts and orders the open calls, whatever order the answers come in', () => {
    const orders = fc
      .integer({ min: 1, max: 80 })
      .chain((length) =>
        fc.tuple(fc.shuffledSubarray(Array.from({ length }, (_, index) => `${index}`)), fc.constant(length)),
      );
    fc.assert(
      fc.property(orders, ([order, length]) => {
        const ids = Array.from({ length }, (_, index) => `${index}`);
        let list = CallList.of(ids.map(callOf));
        const open = new Set(ids);
        for (const id of order) {
          // A second answer counts once.
          list = list.with(id, { result: resultOf(id) }).with(id, { result: resultOf(id) });
          open.delete(id);
          expect(idsOf(list.open())).toEqual([...open]);
          expect(list.answered).toBe(length - open.size);
        }
      }),
      { numRuns: 50 },
    );
  });
});
