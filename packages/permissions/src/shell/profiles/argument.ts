/** One word behind the name of a program, as the shell hands it over. */
export interface Argument {
  /** After quotes are removed and braces expanded. */
  readonly text: string;
  /** True where the shell replaces the word by the names of files that match it. */
  readonly hasGlob: boolean;
  /** True where the rule spells this very word, so that it was reviewed. */
  readonly isSpelled: boolean;
}

/** Which of the files below a directory a program leaves alone. Globs are about names alone. */
export interface FileFilter {
  readonly hidden?: 'skipped';
  /** What a link leads to is opened too, because its name is handed on. */
  readonly links?: 'opened';
  /** Only files of these names are opened. */
  readonly include?: readonly string[];
  /** Files and directories of these names are not gone into. */
  readonly exclude?: readonly string[];
}

/** A file or directory that a program opens because an argument says so. */
export interface FileOperand {
  /** As given; `.` where the program goes to the current directory by itself. */
  readonly path: string;
  readonly hasGlob: boolean;
  /** True where all that is in the directory is touched too. */
  readonly isRecursive: boolean;
  /** What in the directory is left alone. */
  readonly filter?: FileFilter;
}

/** What a recognised reader or writer does with files. */
export interface FileUse {
  readonly reads: readonly FileOperand[];
  readonly writes: readonly FileOperand[];
  /** True where some operand cannot be known. */
  readonly hasUnknown: boolean;
}

/** What the check of arguments may rely on. */
export interface CheckOptions {
  /** True where each of the files that the command writes was found to be permitted on its own. */
  readonly mayWrite?: boolean;
}

/** A command that a program is told to start: its words, of which an `undefined` one cannot be known, or a script. */
export type Started = { readonly words: readonly (Argument | undefined)[] } | { readonly script: string };

/** What is known about one program. */
export interface ProgramProfile {
  /** Why these arguments are not safe to let through unseen, or `undefined` where they are. */
  checkArguments(args: readonly Argument[], options?: CheckOptions): string | undefined;
  /** Which files the arguments name; an `undefined` argument cannot be known. */
  filesOf?(args: readonly (Argument | undefined)[]): FileUse | undefined;
  /** The commands that the arguments name, of programs that start others. */
  startedBy?(args: readonly (Argument | undefined)[]): readonly Started[];
  /** Whether the subcommand is one whose options are known, or there is none. */
  knowsSubcommand?(args: readonly (Argument | undefined)[]): boolean;
  /** Where the subcommand stands, behind the options of the program itself; `undefined` where there are none. */
  subcommandIndex?(args: readonly (Argument | undefined)[]): number;
  /** How many words name the subcommand; `undefined` where no rule with a wildcard should be suggested. */
  subcommandWords(args: readonly string[]): number | undefined;
}
