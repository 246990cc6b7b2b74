import { realpathSync } from 'node:fs';
import { parse, sep } from 'node:path';
import { foldName } from './fold-name.ts';
import { literalPrefix, matchesBeginning, matchesGlob, type NameMatching } from './glob.ts';
import { isWithin, namesOf, type JudgedPath, type Names } from './judged-path.ts';
import type { PathPattern, PlacedGlob } from './path-pattern.ts';

/** Whether a deny or ask rule is about a path. */
export type PathRestriction = (path: JudgedPath) => boolean;

/**
 * A pattern as deny and ask rules read it, on the wide side: it holds for the path as it was asked for and for where it
 * really is, in any spelling that some file system would take for it, and for all that is in a directory it matches.
 *
 * Links in the part of the rule that has no wildcards are followed here, once: a rule that names a link holds for what
 * it leads to.
 */
export function createPathRestriction(pattern: PathPattern): PathRestriction {
  const exact = withTargets(pattern.globs).map(withContents);
  const folded = withTargets(pattern.composed).map(withContents).map(withFoldedBase);
  return ({ requested, real }) =>
    [...requested, ...real].some(
      (spelling) => matchesAny(exact, spelling.exact, 'exact') || matchesAny(folded, spelling.folded, 'folded'),
    );
}

/** Whether a pattern is about something that could be in a directory, in whatever spelling. */
export function createBelowRestriction(pattern: PathPattern): PathRestriction {
  const exact = withTargets(pattern.globs);
  const folded = withTargets(pattern.composed).map(withFoldedBase);
  return ({ requested, real }) =>
    [...requested, ...real].some(
      (spelling) => canMatchBelow(exact, spelling.exact, 'exact') || canMatchBelow(folded, spelling.folded, 'folded'),
    );
}

function canMatchBelow(globs: readonly PlacedGlob[], names: Names, matching: NameMatching): boolean {
  return globs.some(({ base, glob }) =>
    isWithin(base, names)
      ? matchesBeginning(glob, names.slice(base.length), matching)
      : isWithin(names, base) && base.length > names.length,
  );
}

function matchesAny(globs: readonly PlacedGlob[], names: Names, matching: NameMatching): boolean {
  return globs.some(({ base, glob }) => isWithin(base, names) && matchesGlob(glob, names.slice(base.length), matching));
}

function withContents({ base, glob }: PlacedGlob): PlacedGlob {
  return { base, glob: [...glob, 'globstar'] };
}

function withFoldedBase({ base, glob }: PlacedGlob): PlacedGlob {
  return { base: base.map(foldName), glob };
}

function withTargets(globs: readonly PlacedGlob[]): readonly PlacedGlob[] {
  return globs.flatMap((placed) => {
    const literal = literalPrefix(placed.glob);
    const named = [...placed.base, ...literal];
    const target = targetOf(named);
    return target === undefined || (target.length === named.length && isWithin(target, named))
      ? [placed]
      : [placed, { base: target, glob: placed.glob.slice(literal.length) }];
  });
}

/** Where a path leads; `undefined` where it cannot be followed, because it does not exist or may not be seen. */
function targetOf(names: Names): Names | undefined {
  try {
    return namesOf(realpathSync.native(toPath(names)));
  } catch {
    // ENOENT, ENOTDIR, EACCES, ELOOP: there is nothing that this process could reach by another path.
    return undefined;
  }
}

function toPath(names: Names): string {
  // The first name is the drive on Windows, and the root has none elsewhere.
  return sep === '\\' ? names.join(sep) + sep : parse('/').root + names.join(sep);
}
