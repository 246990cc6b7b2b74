import type { Argument } from './argument.ts';
import type { OptionSpec } from './option-table.ts';

/** How a program reads its options. */
export interface OptionSyntax {
  /**
   * `gnu`: clusters, and beginnings of long names. `exact`: clusters, and whole names alone. `single`: long names behind
   * one dash or two, and no clusters.
   */
  readonly syntax?: 'gnu' | 'exact' | 'single';
  /** The first operand ends the options. */
  readonly stopsAtOperand?: boolean;
}

/** An option as it was given. */
export interface GivenOption {
  /** The name in the table, or the word where there is none. */
  readonly name: string;
  readonly spec: OptionSpec | undefined;
  readonly isSpelled: boolean;
  /** The last of the words it takes; absent where it has none, or it cannot be known. */
  readonly value?: Argument;
  readonly isAttached: boolean;
  /** A flag got a value, which no version that is known here takes. */
  readonly hasSurplus?: boolean;
}

/** The arguments of a command, told apart. */
export interface ParsedCommand {
  readonly options: readonly GivenOption[];
  readonly operands: readonly (Argument | undefined)[];
  /** How many operands stand in front of `--`. */
  readonly operandsBeforeDashes: number | undefined;
}

type Words = readonly (Argument | undefined)[];
type Specs = ReadonlyMap<string, OptionSpec>;
interface Step {
  readonly options: readonly GivenOption[];
  /** How many further words were taken. */
  readonly taken: number;
}

/** Tells options from operands the way the program does. */
export function parseOptions(
  words: Words,
  specs: Specs,
  { syntax = 'gnu', stopsAtOperand }: OptionSyntax,
): ParsedCommand {
  const options: GivenOption[] = [];
  const operands: (Argument | undefined)[] = [];
  const found = new Map<string, OptionSpec | undefined>();
  const find = (name: string): OptionSpec | undefined => {
    if (!found.has(name)) found.set(name, findLong(name, specs, syntax));
    return found.get(name);
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word?.text === '--') {
      return { options, operands: [...operands, ...words.slice(index + 1)], operandsBeforeDashes: operands.length };
    }
    if (word === undefined || !word.text.startsWith('-') || word.text === '-') {
      if (stopsAtOperand === true) {
        return { options, operands: words.slice(index), operandsBeforeDashes: undefined };
      }
      operands.push(word);
      continue;
    }
    const isLong = word.text.startsWith('--') || syntax === 'single';
    const step = isLong ? readLong(word, words, index, find, syntax) : readCluster(word, words, index, specs);
    options.push(...step.options);
    index += step.taken;
  }
  return { options, operands, operandsBeforeDashes: undefined };
}

function readLong(
  word: Argument,
  words: Words,
  index: number,
  find: (name: string) => OptionSpec | undefined,
  syntax: 'gnu' | 'exact' | 'single',
): Step {
  const end = word.text.indexOf('=');
  const written = end === -1 ? word.text : word.text.slice(0, end);
  const spec = find(syntax === 'single' ? written.replace(/^--/u, '-') : written);
  const attached = end === -1 ? undefined : { ...word, text: word.text.slice(end + 1) };
  return finish(word, spec?.name ?? written, spec, attached, words, index);
}

function findLong(name: string, specs: Specs, syntax: 'gnu' | 'exact' | 'single'): OptionSpec | undefined {
  const exact = specs.get(name) ?? (/^-\d+$/u.test(name) ? specs.get('-#') : undefined);
  if (exact !== undefined) return exact;
  // `--config.script-shell=x` is as unsafe as `--config` is.
  const group = specs.get(name.replace(/\..*$/u, ''));
  if (group?.effect === 'unsafe') return group;
  if (syntax !== 'gnu') return undefined;
  const candidates = [...specs.values()].filter((spec) => spec.name.startsWith(name) && spec.name.startsWith('--'));
  const [first] = candidates;
  const isPlain = candidates.every((spec) => spec.effect === 'safe' && !spec.check && spec.values === first?.values);
  return candidates.length === 1 || isPlain ? first : undefined;
}

function readCluster(word: Argument, words: Words, place: number, specs: Specs): Step {
  const whole = specs.get(word.text);
  if (whole !== undefined && word.text.length > 2) return finish(word, word.text, whole, undefined, words, place);
  const options: GivenOption[] = [];
  for (let index = 1; index < word.text.length; index++) {
    const letter = word.text.charAt(index);
    const name = /\d/u.test(letter) && specs.has('-#') && !specs.has(`-${letter}`) ? '-#' : `-${letter}`;
    const spec = specs.get(name);
    const rest = word.text.slice(index + 1);
    if (spec === undefined) {
      return { options: [...options, { name, spec, isSpelled: word.isSpelled, isAttached: false }], taken: 0 };
    }
    if (spec.values === 'none') {
      options.push({ name, spec, isSpelled: word.isSpelled, isAttached: false });
      continue;
    }
    const attached = rest === '' ? undefined : { ...word, text: rest };
    const step = finish(word, name, spec, attached, words, place);
    return { options: [...options, ...step.options], taken: step.taken };
  }
  return { options, taken: 0 };
}

function finish(
  word: Argument,
  name: string,
  spec: OptionSpec | undefined,
  attached: Argument | undefined,
  words: Words,
  index: number,
): Step {
  const given = { name, spec, isSpelled: word.isSpelled };
  if (spec === undefined || spec.values === 'none') {
    return { options: [{ ...given, isAttached: false, hasSurplus: attached !== undefined }], taken: 0 };
  }
  if (spec.values !== 'two' && attached !== undefined) {
    return { options: [{ ...given, value: attached, isAttached: true }], taken: 0 };
  }
  const taken = spec.values === 'optional' ? 0 : spec.values === 'two' ? (attached === undefined ? 2 : 1) : 1;
  const value = taken === 0 ? undefined : words[index + taken];
  return { options: [{ ...given, ...(value && { value }), isAttached: false }], taken };
}
