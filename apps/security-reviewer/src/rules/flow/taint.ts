/** What a value can be made safe for, one by one: `shlex.quote` helps a shell and no database. */
const FAMILIES = [
  'sql',
  'shell',
  'code',
  'html',
  'path',
  'url',
  'redirect',
  'ldap',
  'xpath',
  'header',
  'log',
  'template',
  'pattern',
  'query',
  'data',
  'fields',
  'scheme',
] as const;

/** A family of dangerous places that one sanitiser serves. */
export type Family = (typeof FAMILIES)[number];

/** A set of families, one bit each. */
export type FamilySet = number;

/** The set that holds these families. */
export function familySet(...families: readonly Family[]): FamilySet {
  return families.reduce((set, family) => set | (1 << FAMILIES.indexOf(family)), 0);
}

/** Every family. */
export const ALL_FAMILIES: FamilySet = (1 << FAMILIES.length) - 1;

/**
 * Where a value may come from: `remote` (a request), `local` (the command line, the terminal), `unknown` (the
 * result of code that is not seen), `archive` (a member of one), `exception` (an error and its trace), or
 * `parameter:…` of a function of this file.
 */
export type Origin = string;

/** Origins of a value, each with the families it has been made safe for. No origins: the program's own text. */
export type Taint = ReadonlyMap<Origin, FamilySet>;

/** Of the program itself. */
export const CLEAN: Taint = new Map();

/** Of one origin, safe for nothing yet. */
export function taintedBy(origin: Origin): Taint {
  return new Map([[origin, 0]]);
}

/** All origins of both; safe only for what both sides were made safe for. */
export function joinTaint(left: Taint, right: Taint): Taint {
  if (left === right || right.size === 0) return left;
  if (left.size === 0) return right;
  const joined = new Map(left);
  for (const [origin, safe] of right) {
    const known = joined.get(origin);
    joined.set(origin, known === undefined ? safe : known & safe);
  }
  return joined;
}

/** The same origins, made safe for more; an origin safe for everything is dropped. */
export function cleanTaint(taint: Taint, families: FamilySet): Taint {
  if (taint.size === 0 || families === 0) return taint;
  if (families === ALL_FAMILIES) return CLEAN;
  const cleaned = new Map<Origin, FamilySet>();
  for (const [origin, safe] of taint) {
    if ((safe | families) !== ALL_FAMILIES) cleaned.set(origin, safe | families);
  }
  return cleaned;
}

/** The same origins, made unsafe again for some families: text that is parsed can be any structure. */
export function soilTaint(taint: Taint, families: FamilySet): Taint {
  return new Map([...taint].map(([origin, safe]) => [origin, safe & ~families] as const));
}

/** Puts what the caller passed in the place of parameters. */
export function substituteTaint(taint: Taint, passed: ReadonlyMap<Origin, Taint>): Taint {
  let result: Taint = CLEAN;
  for (const [origin, safe] of taint) {
    const argument = passed.get(origin);
    result = joinTaint(result, argument === undefined ? new Map([[origin, safe]]) : cleanTaint(argument, safe));
  }
  return result;
}
