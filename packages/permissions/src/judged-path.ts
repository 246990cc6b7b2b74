import { sep } from 'node:path';
import type { ResolvedPath, Workspace } from '@harness-sdk/core/node';
import { foldName } from './fold-name.ts';

/** An absolute path as its names. */
export type Names = readonly string[];

/** One way to write an absolute path. */
export interface Spelling {
  readonly exact: Names;
  readonly folded: Names;
  /** How many of the names lead to the root that the path lies in. */
  readonly rootLength: number;
}

/** A path, with all that a rule can say about it. Of tools that name their paths, it is inside the workspace. */
export interface JudgedPath {
  /** As the call has it, for reasons. */
  readonly given: string;
  readonly resolved: ResolvedPath;
  /** As it was asked for: by the name the root was given and by its real one. */
  readonly requested: readonly Spelling[];
  /** Where it really is, in the same two ways. */
  readonly real: readonly Spelling[];
}

/** Prepares a resolved path for rules. */
export function toJudgedPath(workspace: Workspace, given: string, resolved: ResolvedPath): JudgedPath {
  return {
    given,
    resolved,
    requested: spellings(workspace, resolved.requested),
    real: spellings(workspace, resolved.realPath),
  };
}

/** The names of an absolute path, the drive of Windows first. */
export function namesOf(path: string): Names {
  return path.split(sep).filter((name) => name !== '');
}

/** True where a path is the directory, or is in it. */
export function isWithin(directory: Names, names: Names): boolean {
  return directory.length <= names.length && directory.every((name, index) => name === names[index]);
}

/** A root that is a link has two names; what is in it can be written with either. */
function spellings({ roots }: Workspace, path: string): readonly Spelling[] {
  const names = namesOf(path);
  const all = new Map<string, Spelling>();
  for (const root of roots) {
    const bases = [namesOf(root.path), namesOf(root.realPath)];
    const inside = bases.find((base) => isWithin(base, names));
    if (inside === undefined) continue;
    for (const base of bases) {
      const exact = [...base, ...names.slice(inside.length)];
      all.set(`${base.length}/${exact.join('/')}`, { exact, folded: exact.map(foldName), rootLength: base.length });
    }
  }
  // Only commands get to such a place, where no root counts.
  if (all.size === 0) return [{ exact: names, folded: names.map(foldName), rootLength: 0 }];
  return [...all.values()];
}
