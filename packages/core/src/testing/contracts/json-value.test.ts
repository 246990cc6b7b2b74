import { describe, expect, test } from 'vitest';
import { assertSameJson, deepFreeze, jsonProblems } from './json-value.ts';

class Point {
  readonly x = 1;
}

const circle: unknown[] = [];
circle.push(circle);

describe('jsonProblems', () => {
  test.each([[null], [0], ['text'], [[1, { a: [] }]], [{ absent: undefined }], [Object.create(null)]])(
    'finds nothing in %j',
    (value) => {
      expect(jsonProblems(value)).toEqual([]);
    },
  );

  test.each<[string, unknown, string]>([
    ['no number', { a: [Number.NaN] }, 'value.a[0] is NaN'],
    ['undefined in a list', [undefined], 'value[0] is undefined'],
    ['a function', { a: () => 1 }, 'value.a is a function'],
    ['a bigint', 1n, 'value is a bigint'],
    ['a date', new Date(0), 'value is an instance of Date'],
    ['an instance', { point: new Point() }, 'value.point is an instance of Point'],
    ['a circle', circle, 'value[0] holds itself'],
  ])('names %s', (_name, value, problem) => {
    expect(jsonProblems(value)).toEqual([problem]);
  });

  test('does not take the same object in two places for a circle', () => {
    const shared = {};
    expect(jsonProblems([shared, shared])).toEqual([]);
  });
});

describe('assertSameJson', () => {
  test('counts a key that holds undefined as absent', () => {
    expect(() => assertSameJson({ a: 1, b: undefined }, { a: 1 }, '')).not.toThrow();
  });

  test.each<[unknown, unknown, string]>([
    [{ a: [1, 2] }, { a: [1, 3] }, 'value.a.1 is 2, not 3.'],
    [{ a: 1 }, {}, 'value.a is 1, not undefined.'],
    [[], {}, 'value is [], not {}.'],
    [[1], [1, 2], 'value.1 is undefined, not 2.'],
    [JSON.parse('{"__proto__": 1}'), {}, 'value.__proto__ is 1, not undefined.'],
    ['x'.repeat(1000), '', '… (1002 characters), not "".'],
  ])('says where %j and %j differ', (actual, expected, difference) => {
    expect(() => assertSameJson(actual, expected, 'Not equal:')).toThrow(difference);
  });
});

test('deepFreeze freezes all that a value holds', () => {
  const value = deepFreeze({ list: [{ a: 1 }] });
  expect(() => {
    // What a careless caller could do.
    (value.list as unknown[]).push(1);
  }).toThrow(TypeError);
  expect(Object.isFrozen(value.list[0])).toBe(true);
});
