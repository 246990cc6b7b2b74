import type { Argument, ProgramProfile } from './argument.ts';
import { checkCommand, checkOption, type CheckProgram } from './check-command.ts';
import type { CommandTable, SubcommandTable } from './command-table.ts';
import { filesOfCommand } from './files-of-command.ts';
import { readOptionTable, type OptionSpec, type OptionTable } from './option-table.ts';
import { parseOptions } from './parse-options.ts';

/** The profile of a program that a table describes. */
export function createProfile(table: CommandTable | SubcommandTable, checkProgram: CheckProgram): ProgramProfile {
  return 'subcommands' in table ? createGroup(table, [], checkProgram) : createCommand(table, [], checkProgram);
}

function createCommand(
  table: CommandTable,
  common: readonly OptionTable[],
  checkProgram: CheckProgram,
): ProgramProfile {
  const specs = readOptionTable(table, ...common);
  return {
    checkArguments: (args, options) => checkCommand(parseOptions(args, specs, table), table, checkProgram, options),
    filesOf: (args) => filesOfCommand(parseOptions(args, specs, table), table, specs),
    subcommandWords: (args) => {
      if (table.launches !== undefined || table.isSingular === true) return undefined;
      const count = table.namingOperands ?? 0;
      const names = args.slice(0, count).filter((word) => !word.startsWith('-'));
      return names.length === count ? count : undefined;
    },
  };
}

interface Member {
  readonly profile: ProgramProfile;
  readonly mustSpell: string | undefined;
}

function createGroup(
  table: SubcommandTable,
  inherited: readonly OptionTable[],
  checkProgram: CheckProgram,
): ProgramProfile {
  const globals = readOptionTable(table.globals);
  const common = table.common === undefined ? inherited : [...inherited, table.common];
  const members = new Map<string, Member>();
  for (const [names, member] of Object.entries(table.subcommands)) {
    const profile =
      'subcommands' in member ? createGroup(member, common, checkProgram) : createCommand(member, common, checkProgram);
    for (const name of names.split(' ')) members.set(name, { profile, mustSpell: member.mustSpell });
  }
  const otherwise = table.otherwise && createCommand(table.otherwise, common, checkProgram);
  return {
    checkArguments: (args, options = {}) => {
      const { index, problem } = skipGlobals(args, table, globals);
      const name = args[index];
      if (problem !== undefined || name === undefined) return problem;
      const member = members.get(name.text);
      if (member === undefined) return otherwise ? otherwise.checkArguments(args, options) : checkUnknown(args, index);
      if (member.mustSpell !== undefined && !name.isSpelled) {
        return `the rule does not spell "${name.text}", which ${member.mustSpell}`;
      }
      return member.profile.checkArguments(args.slice(index + 1), options);
    },
    filesOf: (args) => {
      const { index } = skipGlobals(args, table, globals);
      const name = args[index];
      if (name === undefined) return index < args.length ? { reads: [], writes: [], hasUnknown: true } : undefined;
      const use = members.get(name.text)?.profile.filesOf?.(args.slice(index + 1));
      const hasGlobal = args.slice(0, index).some((word) => word === undefined);
      return use && { ...use, hasUnknown: use.hasUnknown || hasGlobal };
    },
    subcommandWords: (args) => {
      const count = members.get(args[0] ?? '')?.profile.subcommandWords(args.slice(1));
      return count === undefined ? undefined : count + 1;
    },
  };
}

/** Where the subcommand stands, and what is wrong with the options in front of it. */
function skipGlobals(
  args: readonly (Argument | undefined)[],
  { globals: syntax }: SubcommandTable,
  globals: ReadonlyMap<string, OptionSpec>,
): { readonly index: number; readonly problem?: string } {
  const { options, operands } = parseOptions(args, globals, { ...syntax, stopsAtOperand: true });
  for (const option of options) {
    const problem = checkOption(option, {});
    if (problem !== undefined) return { index: args.length - operands.length, problem };
  }
  return { index: args.length - operands.length };
}

function checkUnknown(args: readonly Argument[], index: number): string | undefined {
  const open = args.slice(index).find((word) => !word.isSpelled);
  return open === undefined
    ? undefined
    : `nothing is known of "${args[index]?.text ?? ''}", and "${open.text}" is open`;
}
