import type { FileFilter } from './argument.ts';
import type { OptionTable } from './option-table.ts';
import type { OptionSyntax, ParsedCommand } from './parse-options.ts';

/** What an operand is to the program. */
export interface OperandUse {
  readonly role: 'word' | 'read' | 'write';
  readonly isRecursive?: boolean;
  /** Another path than the operand itself. */
  readonly path?: string;
  /** Why the operand is not safe, unless the rule spells it. */
  readonly problem?: string;
  /** The problem is gone where each file that is written is permitted. */
  readonly isWriteProblem?: boolean;
}

/** Says of each operand what it is; an operand may be used in more than one way. */
export type OperandRule = (command: ParsedCommand) => readonly (OperandUse | readonly OperandUse[])[];

/** A program, or one of its subcommands, as data. */
export interface CommandTable extends OptionTable, OptionSyntax {
  /** What the operands are; words without meaning to the file system where it is absent. */
  readonly operands?: OperandRule;
  /** What in directories is left alone. */
  readonly filter?: (command: ParsedCommand) => FileFilter;
  /** Where the program goes without an operand that is a file. */
  readonly defaultRead?: (command: ParsedCommand) => boolean | undefined;
  /** Why a wildcard cannot stand for this subcommand itself. */
  readonly mustSpell?: string;
  /** Each use is to be looked at: no rule with a wildcard is to be suggested. */
  readonly isSingular?: boolean;
  /** How many operands name what is run, as in `npm run build`. */
  readonly namingOperands?: number;
  /**
   * The operand with this index is a program that is started with the operands behind it. The rule has to spell all
   * that leads to it.
   */
  readonly launches?: number;
  /** What is started runs on another machine, whose files are not those here. */
  readonly runsElsewhere?: boolean;
  /** Files that are read because of a part of a value, as in `curl --data @file`. */
  readonly moreReads?: (command: ParsedCommand) => readonly string[];
  /** Options that are not known belong to something else, and pass. */
  readonly passesUnknown?: boolean;
  /** True where the operands are written as well. */
  readonly edits?: (command: ParsedCommand) => boolean;
  /** True where `judge` is not about files that do not show. */
  readonly isOpenToJudge?: boolean;
  /** Why options and operands are not safe together. */
  readonly judge?: (command: ParsedCommand) => string | undefined;
}

/** A program with subcommands. A name may have others behind it, between spaces. */
export interface SubcommandTable {
  /** Options in front of the subcommand. */
  readonly globals: OptionTable & OptionSyntax;
  /** Options that each subcommand takes as well. */
  readonly common?: OptionTable;
  readonly subcommands: Readonly<Record<string, CommandTable | SubcommandTable>>;
  /** What a first word is that names no subcommand. */
  readonly otherwise?: CommandTable;
  readonly mustSpell?: string;
}
