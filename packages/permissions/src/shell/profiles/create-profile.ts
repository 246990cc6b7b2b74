import type { Argument, FileUse, ProgramProfile } from './argument.ts';
import { checkCommand, checkOption, type FindProfile } from './check-command.ts';
import type { CommandTable, SubcommandTable } from './command-table.ts';
import { filesOfCommand, opensFiles } from './files-of-command.ts';
import { readOptionTable, type OptionSpec, type OptionTable } from './option-table.ts';
import { parseOptions, type ParsedCommand } from './parse-options.ts';
import { startedBy } from './started-by.ts';

/** The profile of a program that a table describes. */
export function createProfile(table: CommandTable | SubcommandTable, findProfile: FindProfile): ProgramProfile {
  return 'subcommands' in table ? createGroup(table, [], findProfile) : createCommand(table, [], findProfile);
}

function createCommand(table: CommandTable, common: readonly OptionTable[], findProfile: FindProfile): ProgramProfile {
  const specs = readOptionTable(table, ...common);
  const hasFiles = opensFiles(table, specs);
  return {
    checkArguments: (args, options) => checkCommand(parseOptions(args, specs, table), table, findProfile, options),
    filesOf: (args) => {
      const command = parseOptions(args, specs, table);
      return hasFiles ? filesOfCommand(command, table) : filesOfLaunched(command, table, findProfile);
    },
    startedBy: (args) => startedBy(parseOptions(args, specs, table), table),
    subcommandWords: (args) => {
      if (table.launches !== undefined || table.isSingular === true) return undefined;
      const count = table.namingOperands ?? 0;
      const names = args.slice(0, count).filter((word) => !word.startsWith('-'));
      return names.length === count ? count : undefined;
    },
  };
}

/** A program that starts another one opens the files of that. */
function filesOfLaunched(
  { operands }: ParsedCommand,
  { launches, runsElsewhere }: CommandTable,
  findProfile: FindProfile,
): FileUse | undefined {
  const program = launches === undefined ? undefined : operands[launches];
  if (launches === undefined || program === undefined || runsElsewhere === true) return undefined;
  return findProfile(program.text.replace(/^.*\//u, ''))?.filesOf?.(operands.slice(launches + 1));
}

interface Member {
  readonly profile: ProgramProfile;
  readonly mustSpell: string | undefined;
}

function createGroup(
  table: SubcommandTable,
  inherited: readonly OptionTable[],
  findProfile: FindProfile,
): ProgramProfile {
  const globals = readOptionTable(table.globals);
  const common = table.common === undefined ? inherited : [...inherited, table.common];
  const members = new Map<string, Member>();
  for (const [names, member] of Object.entries(table.subcommands)) {
    const profile =
      'subcommands' in member ? createGroup(member, common, findProfile) : createCommand(member, common, findProfile);
    for (const name of names.split(' ')) members.set(name, { profile, mustSpell: member.mustSpell });
  }
  const otherwise = table.otherwise && createCommand(table.otherwise, common, findProfile);
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
      const member = members.get(name.text)?.profile.filesOf?.(args.slice(index + 1));
      const use = members.has(name.text) ? member : otherwise?.filesOf?.(args);
      const hasGlobal = args.slice(0, index).some((word) => word === undefined);
      return use && { ...use, hasUnknown: use.hasUnknown || hasGlobal };
    },
    startedBy: (args) => {
      const { index } = skipGlobals(args, table, globals);
      const name = args[index];
      if (name === undefined) return [];
      const own = startedBy(parseOptions(args.slice(0, index), globals, table.globals), {});
      const member = members.get(name.text);
      if (member !== undefined) return [...own, ...(member.profile.startedBy?.(args.slice(index + 1)) ?? [])];
      return otherwise?.startedBy?.(args) ?? own;
    },
    knowsSubcommand: (args) => {
      const { index } = skipGlobals(args, table, globals);
      return index >= args.length || members.has(args[index]?.text ?? '');
    },
    subcommandIndex: (args) => skipGlobals(args, table, globals).index,
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
