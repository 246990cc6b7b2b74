import { expect, test } from 'vitest';
import { PartialArgs } from './partial-args.ts';
import type { WirePartialArg } from './wire.ts';

function argsOf(...partials: readonly WirePartialArg[]): unknown {
  const args = new PartialArgs();
  for (const partial of partials) args.add(partial);
  return args.toArguments(false);
}

test('puts values where their paths say', () => {
  expect(
    argsOf(
      { jsonPath: '$.files[0].path', stringValue: 'a' },
      { jsonPath: '$.files[0].lines[1]', numberValue: 2 },
      { jsonPath: '$.files[0].lines[0]', numberValue: 1 },
      { jsonPath: '$.files[1].path', stringValue: 'b' },
      { jsonPath: "$['a.b']['it\\'s']", boolValue: false },
      { jsonPath: '$["c"]', nullValue: 'NULL_VALUE' },
    ),
  ).toEqual({
    args: {
      files: [{ path: 'a', lines: [1, 2] }, { path: 'b' }],
      'a.b': { "it's": false },
      c: null,
    },
  });
});

test('joins the pieces of a string, also where others come between', () => {
  expect(
    argsOf(
      { jsonPath: '$.a', stringValue: 'Hel', willContinue: true },
      { jsonPath: '$.b', numberValue: 0 },
      { jsonPath: '$.a', stringValue: 'lo', willContinue: true },
      { jsonPath: '$.a', stringValue: '' },
    ),
  ).toEqual({ args: { a: 'Hello', b: 0 } });
});

test('gives an empty object where nothing came', () => {
  expect(argsOf()).toEqual({ args: {} });
  expect(argsOf({ jsonPath: '$.a' })).toEqual({ args: {} });
});

test.for(['', '$', 'a', '$a', '$..a', '$.a[', '$.a[*]', '$.a[-1]', '$.', '$[a]', "$['a]"])(
  'keeps what came where %j is no place',
  (jsonPath) => {
    const parsed = argsOf({ jsonPath: '$.ok', numberValue: 1 }, { jsonPath, stringValue: 'x' });
    expect(parsed).toEqual({
      rawArgs: `$.ok = 1\n${jsonPath} = "x"`,
      argsError: `${JSON.stringify(jsonPath)} is no place in the arguments.`,
    });
  },
);

test('keeps as text what was cut off', () => {
  const args = new PartialArgs();
  args.add({ jsonPath: '$.a', stringValue: 'Hel' });
  expect(args.toArguments(true)).toEqual({ rawArgs: '{"a":"Hel"', argsError: 'The arguments were cut off.' });
});

test('takes names that objects treat in their own way for names', () => {
  const { args } = argsOf({ jsonPath: '$.__proto__.polluted', boolValue: true }) as { args: object };
  expect(Object.keys(args)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
