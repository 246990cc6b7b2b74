import type { Directories } from './directories.ts';
import type { ShellWord } from './word.ts';

/** An assignment in front of a command, or for itself. */
export interface ShellAssignment {
  readonly name: string;
  /** One word, or the elements of an array. */
  readonly values: readonly ShellWord[];
  /** True where it sets one element of an array, so that its index is evaluated. */
  readonly isSpecial: boolean;
}

/** A redirection that opens a file. Those that only copy descriptors are harmless, and not among them. */
export interface ShellRedirect {
  readonly kind: 'read' | 'write';
  /** As written. */
  readonly text: string;
  /** More than one, or one with a glob, is an error for bash. */
  readonly targets: readonly ShellWord[];
}

/** Where a command reads from, as far as it matters to shells that read a script. */
export type ShellInput =
  | { readonly type: 'inherited' }
  /** A here-document or here-string that is spelled out. */
  | { readonly type: 'text'; readonly text: string }
  /** The names of files in the workspace; true where the search that prints them is judged for them. */
  | { readonly type: 'names'; readonly areJudged: boolean }
  /** A pipe, a file, or a text with expansions. */
  | { readonly type: 'unknown' };

/** A part of a command that is judged on its own. */
export interface ShellUnit {
  /**
   * - `command`: a program or builtin with its words; or, without words, assignments and redirections alone.
   * - `test`: `[[ … ]]`.
   * - `arithmetic`: `(( … ))`.
   * - `values`: the words of a loop or `case`.
   * - `definition`: a function or coprocess.
   */
  readonly kind: 'command' | 'test' | 'arithmetic' | 'values' | 'definition';
  /** As written. */
  readonly text: string;
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly input: ShellInput;
  /** Where it starts. */
  readonly directories: Directories;
  /** Why one of its expansions may do more than give a text. */
  readonly danger?: string;
  /** True for the `cat` of a text that is spelled out: see `literalOutput`. */
  readonly isLiteral: boolean;
}
