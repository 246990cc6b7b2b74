import type { Workspace } from '@harness-sdk/core/node';
import type { Fail } from './fail.ts';
import { composeName } from './fold-name.ts';
import { parseGlob, type Glob } from './glob.ts';
import { namesOf, type Names } from './judged-path.ts';

/** What the paths of rules start from. */
export interface Places {
  readonly workspace: Workspace;
  /** The home directory, as it is called and as it really is. */
  readonly homes: readonly string[];
}

/** A glob and the directory that it starts from. */
export interface PlacedGlob {
  readonly base: Names;
  readonly glob: Glob;
}

/** The path in the brackets of a rule. */
export interface PathPattern {
  /** As written. */
  readonly globs: readonly PlacedGlob[];
  /** In composed form, for matching that does not tell spellings apart. */
  readonly composed: readonly PlacedGlob[];
  /** True for what ends in a slash. */
  readonly isDirectory: boolean;
  /** True for a bare name. */
  readonly isName: boolean;
}

/**
 * Reads the path of a rule. `//x` starts from the root of the file system, `~/x` from the home directory, `/x`, `./x`
 * and `a/b` from the workspace. A bare name, and what starts with a double star, is looked for at any depth of every
 * root.
 */
export function parsePathPattern(spec: string, places: Places, fail: Fail): PathPattern {
  if (spec === '') fail('there is no path in the brackets; leave them out to mean every path.');
  if (spec.startsWith('!')) fail('a path cannot be negated; write "\\!" for the character.');
  const roots = places.workspace.roots.map(({ path }) => namesOf(path));
  const start = startOf(spec, places, roots, fail);
  return {
    globs: placedGlobs(start, start.text, roots, fail),
    composed: placedGlobs(start, composeName(start.text), roots, fail),
    isDirectory: spec.endsWith('/') && !/^(\/+|~\/|\.\/)$/.test(spec),
    isName: start.isName,
  };
}

/** Where a pattern starts. */
interface Start {
  readonly bases: readonly Names[];
  /** The pattern without what says where it starts. */
  readonly text: string;
  readonly isName: boolean;
}

function startOf(spec: string, { homes }: Places, roots: readonly Names[], fail: Fail): Start {
  if (spec.startsWith('//')) return { bases: [[]], text: spec.slice(2), isName: false };
  if (/^~(\/|$)/.test(spec)) return { bases: homes.map(namesOf), text: spec.slice(2), isName: false };
  if (spec.startsWith('~')) {
    fail('"~" is the home directory and needs a slash behind it; write "\\~" for the character.');
  }
  const isName = !/\/./s.test(spec) && !['/', '.', './'].includes(spec);
  return { bases: isName ? roots : roots.slice(0, 1), text: spec, isName };
}

function placedGlobs(start: Start, text: string, roots: readonly Names[], fail: Fail): readonly PlacedGlob[] {
  const isInWorkspace = start.bases[0] === roots[0];
  return parseGlob(text, fail).flatMap((glob) => {
    const isAnywhere = isInWorkspace && glob[0] === 'globstar';
    return (isAnywhere ? roots : start.bases).map((base) => ({
      base,
      glob: start.isName ? ['globstar', ...glob] : glob,
    }));
  });
}
