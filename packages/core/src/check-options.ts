import { OptionError } from './errors.ts';

/** What one option may be. */
export interface OptionRule {
  readonly type?: 'string' | 'number' | 'boolean' | 'object' | 'array' | 'function';
  /** The only values it may have. */
  readonly oneOf?: readonly unknown[];
  readonly required?: boolean;
  /** A number's least value, which must be passed where `exclusive`. */
  readonly min?: number;
  readonly exclusive?: boolean;
  /** Infinity is none: for numbers that are kept as JSON. */
  readonly finite?: boolean;
  /** Whole numbers only. */
  readonly integer?: boolean;
  /** Rules of the options inside it. */
  readonly fields?: OptionRules;
}

/** Rules by option name. An option that has no rule is unknown, which is an error. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/**
 * Checks a caller's options. `undefined` counts as left out.
 *
 * @param owner - What the options belong to, for the message: `run`, `createAnthropic`.
 * @throws OptionError that names the option, what it got, and for an unknown one the nearest known one.
 */
export function checkOptions(owner: string, options: unknown, rules: OptionRules, prefix: string = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError(prefix, `Expected the options of ${owner} to be an object, got ${shown(options)}.`);
  }
  const given = new Map<string, unknown>(Object.entries(options));
  for (const name of given.keys()) {
    if (!Object.hasOwn(rules, name)) throw unknownOption(owner, prefix + name, Object.keys(rules), prefix);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = given.get(name);
    if (value !== undefined) checkValue(owner, prefix + name, value, rule);
    else if (rule.required) throw new OptionError(prefix + name, `${owner} needs the option \`${prefix}${name}\`.`);
  }
}

/** The known name nearest to a mistyped one, or `undefined` where none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function unknownOption(owner: string, path: string, known: readonly string[], prefix: string): OptionError {
  const nearest = nearestName(path.slice(prefix.length), known);
  const hint = nearest === undefined ? `Known: ${known.join(', ')}.` : `Did you mean \`${prefix}${nearest}\`?`;
  return new OptionError(path, `${owner} has no option \`${path}\`. ${hint}`);
}

function checkValue(owner: string, path: string, value: unknown, rule: OptionRule): void {
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
    const nearest = typeof value === 'string' ? nearestName(value, rule.oneOf.filter(isString)) : undefined;
    const hint = nearest === undefined ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
    throw new OptionError(
      path,
      `Expected \`${path}\` of ${owner} to be ${rule.oneOf.map(shown).join(' | ')}, got ${shown(value)}.${hint}`,
    );
  }
  if (rule.type !== undefined && typeName(value) !== rule.type) {
    throw new OptionError(path, `Expected \`${path}\` of ${owner} to be ${article(rule.type)}, got ${shown(value)}.`);
  }
  if (typeof value === 'number') checkNumber(owner, path, value, rule);
  if (rule.fields !== undefined) checkOptions(owner, value, rule.fields, `${path}.`);
}

function checkNumber(owner: string, path: string, value: number, rule: OptionRule): void {
  const least = rule.min ?? Number.NEGATIVE_INFINITY;
  const isTooSmall = rule.exclusive === true ? value <= least : value < least;
  const isTooLarge = rule.finite === true && value === Number.POSITIVE_INFINITY;
  if (Number.isNaN(value) || isTooSmall || isTooLarge || (rule.integer === true && !Number.isInteger(value))) {
    const kind = rule.integer === true ? 'a whole number' : isTooLarge ? 'a finite number' : 'a number';
    const bound = rule.min === undefined ? '' : rule.exclusive === true ? ` above ${least}` : ` of at least ${least}`;
    throw new OptionError(path, `Expected \`${path}\` of ${owner} to be ${kind}${bound}, got ${value}.`);
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A value for a message: scalars as they are, anything else by its kind only, since it may hold a secret. */
function shown(value: unknown): string {
  const isOpaque = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isOpaque ? article(typeName(value)) : (JSON.stringify(value) ?? 'undefined');
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
