import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandTables } from './all-profiles.ts';
import type { Argument } from './argument.ts';
import type { CommandTable, SubcommandTable } from './command-table.ts';
import { readOptionTable, type OptionSpec, type OptionTable } from './option-table.ts';
import { checkArguments } from './program-profile.ts';

interface Place {
  readonly program: string;
  /** The words that name the subcommand. */
  readonly path: readonly string[];
  readonly table: CommandTable;
  readonly specs: ReadonlyMap<string, OptionSpec>;
}

function placesOf(
  program: string,
  table: CommandTable | SubcommandTable,
  path: readonly string[] = [],
  common: readonly OptionTable[] = [],
): readonly Place[] {
  if (!('subcommands' in table)) return [{ program, path, table, specs: readOptionTable(table, ...common) }];
  const inherited = table.common === undefined ? common : [...common, table.common];
  const globals = {
    program,
    path,
    table: { ...table.globals, stopsAtOperand: true },
    specs: readOptionTable(table.globals),
  };
  const members = Object.entries(table.subcommands).flatMap(([names, member]) =>
    placesOf(program, member, [...path, names.split(' ')[0] ?? ''], inherited),
  );
  return [globals, ...members];
}

const places = Object.entries(commandTables).flatMap(([program, table]) => placesOf(program, table));
const unsafeOptions = places.flatMap((place) =>
  [...place.specs.values()]
    .filter(({ effect }) => effect === 'unsafe' || effect === 'write')
    .map((spec) => ({ place, spec, name: `${place.program} ${place.path.join(' ')} ${spec.name}` })),
);

/** Each way to write an option with a value of `./x`. */
function spellings({ table, specs }: Place, spec: OptionSpec): readonly (readonly string[])[] {
  const { name, values } = spec;
  const takes = values === 'one' || values === 'two';
  const isLong = name.startsWith('--') || table.syntax === 'single';
  const all: string[][] = [takes ? [name, './x', './y'] : [name]];
  if (isLong && values !== 'none' && values !== 'two') all.push([`${name}=./x`]);
  if (table.syntax === 'single' && name !== '-') all.push(takes ? [`-${name}`, './x'] : [`-${name}`]);
  if (name.startsWith('--') && (table.syntax ?? 'gnu') === 'gnu') {
    for (let length = 3; length < name.length; length++) {
      const beginning = name.slice(0, length);
      const others = [...specs.keys()].filter((other) => other !== name && other.startsWith(beginning));
      if (others.length > 0) continue;
      all.push(takes ? [beginning, './x'] : [beginning]);
      if (values !== 'none' && values !== 'two') all.push([`${beginning}=./x`]);
    }
  }
  if (/^-[^-]$/u.test(name) && !isLong) {
    if (values !== 'none' && values !== 'two') all.push([`${name}./x`]);
    const flags = [...specs.values()].filter(
      (other) => /^-[A-Za-z]$/u.test(other.name) && other.values === 'none' && other.effect === 'safe',
    );
    for (const flag of flags) {
      all.push(takes ? [`${flag.name}${name.slice(1)}`, './x'] : [`${flag.name}${name.slice(1)}`]);
      if (values !== 'none' && values !== 'two') all.push([`${flag.name}${name.slice(1)}./x`]);
    }
  }
  return all.filter((words) => words.length > 0);
}

const argument = (text: string, isSpelled: boolean): Argument => ({ text, hasGlob: false, isSpelled });

test('refuses each unsafe option in each spelling', () => {
  let count = 0;
  for (const { place, spec } of unsafeOptions) {
    for (const words of spellings(place, spec)) {
      // A word that the table names as an option of its own is that option.
      if (words[0] !== spec.name && place.specs.has(words[0] ?? '')) continue;
      const args = [...place.path.map((word) => argument(word, true)), ...words.map((word) => argument(word, false))];
      count++;
      expect([words, checkArguments(place.program, args)]).toEqual([words, expect.any(String)]);
    }
  }
  expect(count).toBeGreaterThan(3000);
});

test('refuses an unsafe option among safe ones, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...unsafeOptions),
      fc.array(fc.nat(1_000), { maxLength: 4 }),
      fc.nat(1_000),
      fc.nat(10),
      ({ place, spec }, picks, spelling, position) => {
        const safe = [...place.specs.values()].filter(
          ({ effect, values, check }) => effect === 'safe' && values === 'none' && !check,
        );
        const around = picks.flatMap((pick) =>
          safe.length === 0 ? [] : [[safe[pick % safe.length]!.name.replace('-#', '-5')]],
        );
        const ways = spellings(place, spec).filter(([first]) => first === spec.name || !place.specs.has(first ?? ''));
        const chosen = ways[spelling % ways.length]!;
        const words = [...around];
        words.splice(position % (words.length + 1), 0, [...chosen]);
        const args = [
          ...place.path.map((word) => argument(word, true)),
          ...words.flat().map((word) => argument(word, false)),
        ];
        expect(checkArguments(place.program, args)).toEqual(expect.any(String));
      },
    ),
    { numRuns: 3_000 },
  );
});

test('lets an option pass that is spelled with its value', () => {
  let count = 0;
  for (const { place, spec } of unsafeOptions) {
    const isPlain =
      place.table.operands === undefined && place.table.judge === undefined && place.table.launches === undefined;
    if (!isPlain || place.path.length === 0 || spec.values === 'two') continue;
    const words = spec.values === 'one' ? [spec.name, './x'] : [spec.name];
    const args = [...place.path, ...words].map((word) => argument(word, true));
    count++;
    expect([args, checkArguments(place.program, args)]).toEqual([args, undefined]);
  }
  expect(count).toBeGreaterThan(100);
});

test('says of an option that is not known that it is not', () => {
  for (const { program, path, table, specs } of places) {
    if (specs.size === 0 || table.passesUnknown === true) continue;
    const args = [...path.map((word) => argument(word, true)), argument('--no-such-option-anywhere', false)];
    expect([program, path, checkArguments(program, args)]).toEqual([program, path, expect.any(String)]);
  }
});
