import { basename } from 'node:path';
import { restrictTouch, touchesIn } from './restrict-unit.ts';
import type { ShellCommand, UnfoldedUnit } from './shell-command.ts';
import { isRelative } from './shell-path.ts';

/** A part of a command that would write a policy file. */
export interface PolicyFileWrite {
  readonly unit: UnfoldedUnit;
  /** To go behind "because". */
  readonly what: string;
}

/**
 * The first part of a command that would write one of these files, or a directory or glob with one in it: by a
 * redirection, or by a program whose operands are known to be written.
 */
export function writtenPolicyFile(
  files: ReadonlySet<string>,
  { units, places }: ShellCommand,
): PolicyFileWrite | undefined {
  if (files.size === 0) return undefined;
  const names = new Set(Array.from(files, (file) => basename(file)));
  const rule = {
    text: '\0policy files',
    family: 'write',
    restricts: ({ resolved }: { readonly resolved: { readonly realPath: string } }) => files.has(resolved.realPath),
  } as const;
  for (const unit of units) {
    for (const touched of touchesIn(unit.unfolded)) {
      const { touch, directories } = touched;
      if (touch.kind !== 'write' || touch.path === undefined) continue;
      // Somewhere else it would be another file, which nobody can tell.
      const isSomewhere = isRelative(touch.path) && directories.paths === undefined;
      if (isSomewhere && !touch.hasGlob && !names.has(basename(touch.path))) continue;
      const restriction = restrictTouch(rule, touched, places);
      if (restriction !== undefined) return { unit, what: restriction.what };
    }
  }
  return undefined;
}
