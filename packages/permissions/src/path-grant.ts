import type { Fail } from './fail.ts';
import { literalOf, literalPrefix, matchesGlob, type Glob } from './glob.ts';
import { isWithin, type JudgedPath, type Spelling } from './judged-path.ts';
import type { PathPattern, PlacedGlob } from './path-pattern.ts';
import { protectedLength } from './protected-paths.ts';

/** How an allow rule covers a path: not at all, as one of many, or so that it names what is protected in it. */
type Coverage = 'none' | 'wide' | 'named';

/** How an allow rule covers a path. */
export type PathGrant = (path: JudgedPath) => Coverage;

/**
 * A pattern as allow rules read it, on the narrow side: it must match the path as it was asked for and where it really
 * is, in exact case, and it has no say over what is in a directory it matches.
 */
export function createPathGrant(pattern: PathPattern, fail: Fail): PathGrant {
  if (pattern.isDirectory) fail('an allow rule for a directory does not cover what is in it; end it with "/**".');
  return ({ requested, real }) => {
    const coverages = [requested, real].map((spellings) => coverageOf(pattern, spellings));
    if (coverages.includes('none')) return 'none';
    return coverages.includes('wide') ? 'wide' : 'named';
  };
}

/** How an allow rule spells out a path: not, so that wildcards go on behind it, or as the one that is meant. */
export type PathSpelling = (path: JudgedPath) => 'no' | 'begins' | 'ends';

/**
 * Whether a pattern spells out a directory that it matches. One that is all wildcards spells out nothing, not even the
 * root that it starts from.
 */
export function createPathSpelling(pattern: PathPattern): PathSpelling {
  return ({ requested, real }) => {
    const both = [requested, real].map((spellings) => spelledIn(pattern, spellings));
    if (both.includes('no')) return 'no';
    return both.includes('begins') ? 'begins' : 'ends';
  };
}

function spelledIn({ globs, isName }: PathPattern, spellings: readonly Spelling[]): ReturnType<PathSpelling> {
  let found: ReturnType<PathSpelling> = 'no';
  for (const { base, glob } of globs) {
    const { length } = literalPrefix(glob);
    for (const { exact } of spellings) {
      if (!isWithin(base, exact) || !matchesGlob(glob, exact.slice(base.length), 'exact')) continue;
      const isLastName = isName && literalOf(glob.at(-1) ?? 'globstar') !== undefined;
      if (length === glob.length || isLastName) return 'ends';
      if (length > 0 && exact.length <= base.length + length) found = 'begins';
    }
  }
  return found;
}

function coverageOf({ globs, isName }: PathPattern, spellings: readonly Spelling[]): Coverage {
  let coverage: Coverage = 'none';
  for (const { base, glob } of globs) {
    for (const spelling of spellings) {
      const { exact } = spelling;
      if (!isWithin(base, exact) || !matchesGlob(glob, exact.slice(base.length), 'exact')) continue;
      if (namesProtected({ base, glob }, spelling) || (isName && isNamedByLastName(glob, spelling))) return 'named';
      coverage = 'wide';
    }
  }
  return coverage;
}

/** True where the part of the rule before its first wildcard spells out each protected part of the path. */
function namesProtected({ base, glob }: PlacedGlob, spelling: Spelling): boolean {
  return protectedLength(spelling) <= base.length + literalPrefix(glob).length;
}

/** A bare name spells out the last name of a path, and nothing before it. */
function isNamedByLastName(glob: Glob, spelling: Spelling): boolean {
  const before = { ...spelling, folded: spelling.folded.slice(0, -1) };
  return literalOf(glob.at(-1) ?? 'globstar') !== undefined && protectedLength(before) === 0;
}
