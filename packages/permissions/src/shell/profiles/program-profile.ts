/** One word behind the name of a program, as the shell hands it over. */
export interface Argument {
  /** After quotes are removed and braces expanded. */
  readonly text: string;
  /** True where the shell replaces the word by the names of files that match it. */
  readonly hasGlob: boolean;
  /** True where the rule spells this very word, so that it was reviewed. */
  readonly isSpelled: boolean;
}

/** A file or directory that a program opens because an argument says so. */
export interface FileOperand {
  /** As given; `.` where the program goes to the current directory by itself. */
  readonly path: string;
  readonly hasGlob: boolean;
  /** True where all that is in the directory is touched too. */
  readonly isRecursive: boolean;
}

/** What a recognised reader or writer does with files. */
export interface FileUse {
  readonly reads: readonly FileOperand[];
  readonly writes: readonly FileOperand[];
  /** True where some operand cannot be known. */
  readonly hasUnknown: boolean;
}

/** What is known about one program. */
export interface ProgramProfile {
  /** Why these arguments are not safe to let through unseen, or `undefined` where they are. */
  checkArguments?(args: readonly Argument[]): string | undefined;
  /** Which files the arguments name; an `undefined` argument cannot be known. */
  filesOf?(args: readonly (Argument | undefined)[]): FileUse | undefined;
  /** How many words name the subcommand. */
  subcommandWords?(args: readonly string[]): number;
}

/** The programs that are known, by name. */
const profiles: ReadonlyMap<string, ProgramProfile> = new Map();

/** Whether the options of a program are known. */
export function hasProfile(program: string): boolean {
  return profiles.get(program)?.checkArguments !== undefined;
}

/** Why the arguments that a wildcard of a rule stands for are not safe, or `undefined` where they are. */
export function checkArguments(program: string, args: readonly Argument[]): string | undefined {
  return profiles.get(program)?.checkArguments?.(args);
}

/** The files that a recognised reader or writer is told to open; `undefined` for every other program. */
export function filesOf(program: string, args: readonly (Argument | undefined)[]): FileUse | undefined {
  return profiles.get(program)?.filesOf?.(args);
}

/** How many words behind the program name its subcommand, to suggest a rule: 0 for a program without subcommands. */
export function subcommandWords(program: string, args: readonly string[]): number {
  return profiles.get(program)?.subcommandWords?.(args) ?? 0;
}
