import { profiles } from './all-profiles.ts';
import type { Argument, CheckOptions, FileUse, Started } from './argument.ts';

export type { Argument, CheckOptions, FileFilter, FileUse, Started } from './argument.ts';

/** Whether the options of a program are known. */
export function hasProfile(program: string): boolean {
  return profiles.has(program);
}

/**
 * Why the arguments that a wildcard of a rule stands for are not safe, or `undefined` where they are.
 *
 * A program of which nothing is known has no unsafe arguments here: ask `hasProfile` first.
 */
export function checkArguments(program: string, args: readonly Argument[], options?: CheckOptions): string | undefined {
  return profiles.get(program)?.checkArguments(args, options);
}

/** The files that a recognised reader or writer is told to open; `undefined` for every other program. */
export function filesOf(program: string, args: readonly (Argument | undefined)[]): FileUse | undefined {
  // Which files it opens does not depend on what a rule says.
  return profiles.get(program)?.filesOf?.(args.map((word) => word && { ...word, isSpelled: false }));
}

/** The commands that the arguments of a known program make it start. */
export function startedBy(program: string, args: readonly (Argument | undefined)[]): readonly Started[] {
  return profiles.get(program)?.startedBy?.(args.map((word) => word && { ...word, isSpelled: false })) ?? [];
}

/** Where the subcommand stands among the arguments; `undefined` for a program without subcommands. */
export function subcommandIndex(program: string, args: readonly (Argument | undefined)[]): number | undefined {
  return profiles.get(program)?.subcommandIndex?.(args);
}

/** Whether the subcommand of a program is one whose options are known. */
export function knowsSubcommand(program: string, args: readonly (Argument | undefined)[]): boolean {
  return profiles.get(program)?.knowsSubcommand?.(args) ?? false;
}

/** How many words behind the program name its subcommand, to suggest a rule: 0 for a program without subcommands. */
export function subcommandWords(program: string, args: readonly string[]): number {
  return profiles.get(program)?.subcommandWords(args) ?? 0;
}

/**
 * Whether a rule with a wildcard behind the subcommand may be suggested: the program is known, and this use of it
 * neither starts another program nor removes, sends or overwrites what a person should look at each time.
 */
export function maySuggestWildcard(program: string, args: readonly string[]): boolean {
  return profiles.get(program)?.subcommandWords(args) !== undefined;
}
