/** Why a value is not safe, or `undefined` where it is. */
export type ValueCheck = (value: string) => string | undefined;

/** What an option does to the safety of a command. */
type OptionEffect = 'safe' | 'read' | 'write' | 'unsafe';

/** How many words an option takes; an optional value can only be attached. */
type OptionValues = 'none' | 'optional' | 'one' | 'two';

/** One option of a program. */
export interface OptionSpec {
  readonly name: string;
  readonly values: OptionValues;
  readonly effect: OptionEffect;
  /** What the option does, for one that is not safe. */
  readonly why?: string;
  /** For a file that is written: whether it is one at all. */
  readonly check?: ValueCheck;
}

/**
 * The options of a program, as lists of names between spaces.
 *
 * `--name` is a flag, `--name=` takes a value, `--name?` may have one attached, `--name==` takes two words, and `-#` is
 * a number, as in `head -20`.
 */
export interface OptionTable {
  /** Nothing of note happens. */
  readonly safe?: string;
  /** The value is a file that is read. */
  readonly reads?: string;
  /** The value is a file that is written. */
  readonly writes?: string;
  /** The value is a file that is written, unless it is the terminal or nothing at all: `-` or `/dev/null`. */
  readonly prints?: string;
  /** It depends on the value. */
  readonly checked?: readonly (readonly [names: string, check: ValueCheck])[];
  /** What the options do, and their names. */
  readonly unsafe?: Readonly<Record<string, string>>;
}

/** The options of a table, by name. Throws where an option would mean two things. */
export function readOptionTable(...tables: readonly OptionTable[]): ReadonlyMap<string, OptionSpec> {
  const specs = new Map<string, OptionSpec>();
  const add = (names: string | undefined, rest: Omit<OptionSpec, 'name' | 'values'>): void => {
    for (const notation of names?.split(/\s+/u).filter((name) => name !== '') ?? []) {
      const spec = { ...readNotation(notation), ...rest };
      const before = specs.get(spec.name);
      if (before && (before.values !== spec.values || before.effect !== spec.effect || before.check !== spec.check)) {
        throw new TypeError(`Expected each option to mean one thing, got "${spec.name}" twice.`);
      }
      specs.set(spec.name, spec);
    }
  };
  for (const table of tables) {
    add(table.safe, { effect: 'safe' });
    add(table.reads, { effect: 'read' });
    add(table.writes, { effect: 'write', why: 'writes a file' });
    add(table.prints, { effect: 'write', why: 'writes a file', check: checkPrinted });
    for (const [names, check] of table.checked ?? []) add(names, { effect: 'safe', check });
    for (const [why, names] of Object.entries(table.unsafe ?? {})) add(names, { effect: 'unsafe', why });
  }
  return specs;
}

function checkPrinted(value: string): string | undefined {
  return value === '-' || value === '/dev/null' ? undefined : 'writes a file';
}

function readNotation(notation: string): { readonly name: string; readonly values: OptionValues } {
  const name = notation.replace(/[=?]+$/u, '');
  const suffix = notation.slice(name.length);
  if (suffix === '') return { name, values: 'none' };
  return { name, values: suffix === '?' ? 'optional' : suffix === '==' ? 'two' : 'one' };
}
