import type { Fail } from './fail.ts';
import { foldCharacter } from './fold-name.ts';
import { matchSequence } from './match-sequence.ts';
import { parseGlobParts, type GlobPart, type GlobToken } from './parse-glob.ts';

/** `**`, or the pattern of one name. */
export type GlobSegment = 'globstar' | readonly GlobToken[];

/** A pattern of paths, name by name. */
export type Glob = readonly GlobSegment[];

/** Whether names must be equal as written, or only for some file system: see `foldName`. */
export type NameMatching = 'exact' | 'folded';

/** More would let a short rule make much work of a long name. */
const maxStarsInName = 3;

/**
 * Reads a pattern: `*` and `?` stay in one name, `**` crosses names, `{a,b}` and `[…]` choose, a backslash takes the
 * special meaning from what follows. Names that start with a dot match like any other.
 *
 * @returns One pattern for each choice that its braces leave.
 */
export function parseGlob(text: string, fail: Fail): readonly Glob[] {
  return parseGlobParts(text, fail).map((parts) => toGlob(parts, fail));
}

function toGlob(parts: readonly GlobPart[], fail: Fail): Glob {
  const names: GlobToken[][] = [[]];
  for (const part of parts) {
    if (part.type === 'slash') names.push([]);
    else names.at(-1)?.push(part);
  }
  return names.filter((name) => name.length > 0 && literalOf(name) !== '.').map((name) => toSegment(name, fail));
}

function toSegment(name: readonly GlobToken[], fail: Fail): GlobSegment {
  if (literalOf(name) === '..') return fail('".." would leave the directory that the rule starts from.');
  const stars = name.filter(({ type }) => type === 'star').length;
  if (stars === name.length && stars === 2) return 'globstar';
  if (stars > maxStarsInName) return fail(`more than ${maxStarsInName} "*" in one name are not supported.`);
  if (name.some(({ type }, index) => type === 'star' && name[index + 1]?.type === 'star')) {
    return fail('"**" must stand alone between slashes, as in src/**/*.ts.');
  }
  return name;
}

/** The name that a segment spells out, or `undefined` where it leaves a choice. */
export function literalOf(segment: GlobSegment): string | undefined {
  if (segment === 'globstar' || !segment.every((token) => token.type === 'character')) return undefined;
  return segment.map((token) => (token.type === 'character' ? token.character : '')).join('');
}

/** The names before the first wildcard. */
export function literalPrefix(glob: Glob): readonly string[] {
  const names = glob.map(literalOf);
  const end = names.indexOf(undefined);
  return names.slice(0, end < 0 ? names.length : end).filter((name) => name !== undefined);
}

/** Whether a glob matches a path, given as its names. Folded matching expects folded names. */
export function matchesGlob(glob: Glob, names: readonly string[], matching: NameMatching): boolean {
  return matchSequence(
    glob,
    names,
    (segment) => segment === 'globstar',
    (segment, name) => segment !== 'globstar' && matchesName(segment, name, matching),
  );
}

/** Whether a glob matches some path that goes on behind these names. Folded matching expects folded names. */
export function matchesBeginning(glob: Glob, names: readonly string[], matching: NameMatching): boolean {
  // Where in the glob one can be: behind each name, and through each double star that stands for nothing.
  let places = withSkipped(glob, new Set([0]));
  for (const name of names) {
    const next = [...places].flatMap((place) => {
      const segment = glob[place];
      if (segment === 'globstar') return [place];
      return segment !== undefined && matchesName(segment, name, matching) ? [place + 1] : [];
    });
    places = withSkipped(glob, new Set(next));
  }
  return [...places].some((place) => place < glob.length);
}

function withSkipped(glob: Glob, places: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(places);
  for (const place of all) if (glob[place] === 'globstar') all.add(place + 1);
  return all;
}

function matchesName(segment: readonly GlobToken[], name: string, matching: NameMatching): boolean {
  return matchSequence(
    segment,
    Array.from(name),
    (token) => token.type === 'star',
    (token, character) => matchesCharacter(token, character, matching),
  );
}

function matchesCharacter(token: GlobToken, character: string, matching: NameMatching): boolean {
  switch (token.type) {
    case 'star':
    case 'any':
      return true;
    case 'character':
      return character === (matching === 'folded' ? foldCharacter(token.character) : token.character);
    case 'class': {
      // Folded, a class takes a character where it takes it in either case.
      const cases = matching === 'folded' ? [character, character.toUpperCase()] : [character];
      return cases.some((candidate) => isInClass(token, candidate) !== token.isNegated);
    }
  }
}

function isInClass({ ranges }: Extract<GlobToken, { type: 'class' }>, character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return ranges.some(([first, last]) => first <= point && point <= last);
}
