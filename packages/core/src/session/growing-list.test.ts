import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrowingList } from './growing-list.ts';

describe('a growing list', () => {
  test('keeps what it was when others grow from it', () => {
    const first = GrowingList.of(['a']);
    const second = first.append('b');
    const fork = first.append('x', 'y');
    const third = second.append('c');
    expect([first, second, fork, third].map((list) => list.toArray())).toEqual([
      ['a'],
      ['a', 'b'],
      ['a', 'x', 'y'],
      ['a', 'b', 'c'],
    ]);
    expect(first.append()).toBe(first);
  });

  test('reads like the array of its items', () => {
    const items = fc.array(fc.integer(), { maxLength: 12 });
    const place = fc.integer({ min: -15, max: 15 });
    fc.assert(
      fc.property(items, items, items, place, place, (start, more, other, from, to) => {
        const list = GrowingList.of(start).append(...more);
        GrowingList.of(start).append(...other);
        list.append(...other);
        const array = [...start, ...more];
        expect([...list]).toEqual(array);
        expect(list).toHaveLength(array.length);
        expect(list.at(from)).toBe(array.at(from));
        expect(list.slice(from, to)).toEqual(array.slice(from, to));
      }),
    );
  });

  test('gives arrays that are the caller’s own', () => {
    const list = GrowingList.of([1, 2]);
    list.toArray().push(3);
    expect([...list.append(4)]).toEqual([1, 2, 4]);
  });
});
