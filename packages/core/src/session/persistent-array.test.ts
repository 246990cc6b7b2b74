import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PersistentArray } from './persistent-array.ts';

test('an array of any length keeps what it was through changes, each of which reads like one of a copy', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 20 });
  // Around the sizes at which the tree gets one more level: 32 and 1,024.
  const lengths = fc.oneof(fc.nat(3), fc.integer({ min: 30, max: 34 }), fc.integer({ min: 1_020, max: 1_100 }));
  fc.assert(
    fc.property(lengths, changes, (length, changed) => {
      const items = Array.from({ length }, (_, index) => index);
      const versions = [{ array: items, persistent: PersistentArray.of(items) }];
      for (const [place, value] of length === 0 ? [] : changed) {
        const { array, persistent } = versions[place % versions.length]!;
        const index = place % length;
        versions.push({ array: array.with(index, value), persistent: persistent.with(index, value) });
      }
      for (const { array, persistent } of versions) {
        expect([...persistent]).toEqual(array);
        expect(persistent).toHaveLength(length);
      }
    }),
    { numRuns: 200 },
  );
});

test('an array of three levels finds every item', () => {
  const items = Array.from({ length: 40_000 }, (_, index) => index);
  const changed = PersistentArray.of(items).with(33_000, -1);
  expect(Array.from(changed)).toEqual(items.with(33_000, -1));
});
