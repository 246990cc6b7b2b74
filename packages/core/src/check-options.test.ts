import { describe, expect, test } from 'vitest';
import { checkOptions, nearestName, type OptionRule, type OptionRules } from './check-options.ts';
import { OptionError } from './errors.ts';

const rules: OptionRules = {
  name: { type: 'string', required: true },
  size: { type: 'number', min: 1, integer: true },
  ratio: { type: 'number', min: 0, exclusive: true },
  limit: { type: 'number', finite: true },
  mode: { oneOf: ['fast', 'slow', 7, true] },
  on: { type: 'boolean' },
  list: { type: 'array' },
  make: { type: 'function' },
  any: {},
  inner: { type: 'object', fields: { deep: { type: 'object', fields: { leaf: { type: 'string', required: true } } } } },
};

function problem(options: unknown): OptionError | undefined {
  try {
    checkOptions('makeThing', options, rules);
    return undefined;
  } catch (error) {
    if (OptionError.isInstance(error)) return error;
    throw error;
  }
}

describe('checkOptions', () => {
  test.each([
    { name: 'a' },
    { name: '' },
    { name: 'a', size: 1, ratio: 0.1, mode: 7, on: false, list: [], make: () => undefined, any: null, inner: {} },
    { name: 'a', size: undefined, mode: undefined, inner: undefined },
    { name: 'a', inner: { deep: { leaf: 'x' } } },
    { name: 'a', ratio: Number.POSITIVE_INFINITY, limit: -1 },
    Object.assign(Object.create(null), { name: 'a' }) as object,
  ])('lets %o pass', (options) => {
    expect(problem(options)).toBeUndefined();
  });

  test.each<[unknown, string, string]>([
    [undefined, '', 'Expected the options of makeThing to be an object, got undefined.'],
    [null, '', 'Expected the options of makeThing to be an object, got null.'],
    [[], '', 'Expected the options of makeThing to be an object, got an array.'],
    ['x', '', 'Expected the options of makeThing to be an object, got "x".'],
    [{}, 'name', 'makeThing needs the option `name`.'],
    [{ name: undefined }, 'name', 'makeThing needs the option `name`.'],
    [{ name: 7 }, 'name', 'Expected `name` of makeThing to be a string, got 7.'],
    [{ name: null }, 'name', 'Expected `name` of makeThing to be a string, got null.'],
    [{ name: 'a', size: '7' }, 'size', 'Expected `size` of makeThing to be a number, got "7".'],
    [{ name: 'a', size: 0 }, 'size', 'Expected `size` of makeThing to be a whole number of at least 1, got 0.'],
    [{ name: 'a', size: 1.5 }, 'size', 'Expected `size` of makeThing to be a whole number of at least 1, got 1.5.'],
    [
      { name: 'a', size: Number.NaN },
      'size',
      'Expected `size` of makeThing to be a whole number of at least 1, got NaN.',
    ],
    [{ name: 'a', ratio: 0 }, 'ratio', 'Expected `ratio` of makeThing to be a number above 0, got 0.'],
    [{ name: 'a', limit: Infinity }, 'limit', 'Expected `limit` of makeThing to be a finite number, got Infinity.'],
    [
      { name: 'a', mode: 'fats' },
      'mode',
      'Expected `mode` of makeThing to be "fast" | "slow" | 7 | true, got "fats". Did you mean "fast"?',
    ],
    [{ name: 'a', mode: 8 }, 'mode', 'Expected `mode` of makeThing to be "fast" | "slow" | 7 | true, got 8.'],
    [{ name: 'a', on: 1 }, 'on', 'Expected `on` of makeThing to be a boolean, got 1.'],
    [{ name: 'a', list: {} }, 'list', 'Expected `list` of makeThing to be an array, got an object.'],
    [{ name: 'a', inner: [] }, 'inner', 'Expected `inner` of makeThing to be an object, got an array.'],
    [{ name: 'a', make: 'x' }, 'make', 'Expected `make` of makeThing to be a function, got "x".'],
    [{ name: 'a', sise: 1 }, 'sise', 'makeThing has no option `sise`. Did you mean `size`?'],
    [{ name: 'a', NAME: 'b' }, 'NAME', 'makeThing has no option `NAME`. Did you mean `name`?'],
    [
      { name: 'a', inner: { deeep: {} } },
      'inner.deeep',
      'makeThing has no option `inner.deeep`. Did you mean `inner.deep`?',
    ],
    [{ name: 'a', inner: { deep: {} } }, 'inner.deep.leaf', 'makeThing needs the option `inner.deep.leaf`.'],
  ])('refuses %o by its name', (options, option, message) => {
    expect(problem(options)).toMatchObject({ code: 'invalid_option', option, message });
  });

  test('lists what it knows where nothing is near', () => {
    expect(problem({ name: 'a', zzzzzzzzzz: 1 })?.message).toBe(
      `makeThing has no option \`zzzzzzzzzz\`. Known: ${Object.keys(rules).join(', ')}.`,
    );
  });

  test('knows no option by a name that every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const options = Object.defineProperty({ name: 'a' }, name, { value: 1, enumerable: true });
      expect(problem(options)?.option).toBe(name);
    }
  });

  test('shows no value that may hold a secret', () => {
    const secret = 'sk-live-1';
    for (const value of [{ secret }, [secret], () => secret]) {
      expect(problem({ name: 'a', size: value })?.message).not.toContain(secret);
    }
  });

  test('reads each option once, so that a getter cannot pass one value and give another', () => {
    let reads = 0;
    const options = Object.defineProperty({}, 'name', {
      enumerable: true,
      get() {
        reads++;
        return 'a';
      },
    });
    expect(problem(options)).toBeUndefined();
    expect(reads).toBe(1);
  });

  test('takes rules for every type there is', () => {
    const values: Record<NonNullable<OptionRule['type']>, unknown> = {
      string: '',
      number: 0,
      boolean: true,
      object: {},
      array: [],
      function: () => undefined,
    };
    const accepts = (type: string, value: unknown): boolean => {
      try {
        checkOptions('x', { value }, { value: { type } as OptionRule });
        return true;
      } catch (error) {
        return !OptionError.isInstance(error);
      }
    };
    for (const [type, value] of Object.entries(values)) {
      expect(Object.keys(values).filter((other) => accepts(other, value))).toEqual([type]);
    }
  });
});

describe('nearestName', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['tool', ['tools', 'model'], 'tools'],
    ['TOOLS', ['tools'], 'tools'],
    ['onAproval', ['onApproval', 'onStop'], 'onApproval'],
    ['xyz', ['tools'], undefined],
    ['', ['a'], 'a'],
    ['Read', [], undefined],
    ['ab', ['ba', 'ab'], 'ab'],
  ])('of %j among %j is %j', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });
});
