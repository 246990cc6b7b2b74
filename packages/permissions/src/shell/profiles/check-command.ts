import type { CheckOptions, ProgramProfile } from './argument.ts';
import type { CommandTable, OperandUse } from './command-table.ts';
import type { OptionSpec } from './option-table.ts';
import type { GivenOption, ParsedCommand } from './parse-options.ts';

/** Finds what is known of a program that another one starts. */
export type FindProfile = (program: string) => ProgramProfile | undefined;

/** Why a command is not safe beyond what the rule spells, or `undefined` where it is. */
export function checkCommand(
  command: ParsedCommand,
  table: CommandTable,
  findProfile: FindProfile,
  options: CheckOptions = {},
): string | undefined {
  for (const option of command.options) {
    if (option.spec === undefined && table.passesUnknown === true) continue;
    const problem = checkOption(option, options);
    if (problem !== undefined) return problem;
  }
  return checkOperands(command, table, options) ?? checkLaunch(command, table, findProfile) ?? table.judge?.(command);
}

/** Why an option is not safe, or `undefined` where it is. */
export function checkOption(option: GivenOption, { mayWrite }: CheckOptions): string | undefined {
  const { name, spec, value, isSpelled, isAttached } = option;
  if (spec === undefined) return isSpelled ? undefined : `"${name}" is not an option that is known to be safe`;
  if (option.hasSurplus === true) return isSpelled ? undefined : `"${name}" takes no value that is known to be safe`;
  if (value?.isSpelled === true && isSpelled) return undefined;
  if (spec.effect === 'write' && value !== undefined && !value.hasGlob) {
    if (isSpelled || mayWrite === true || printsOnly(spec, value.text)) return undefined;
  }
  if (spec.effect === 'unsafe' || spec.effect === 'write') {
    if (!isSpelled) return `"${name}" ${spec.why ?? 'is not safe'}`;
    return spec.values === 'none' || spec.values === 'optional'
      ? undefined
      : `"${name}" ${spec.why ?? 'is not safe'}, and the rule leaves open which`;
  }
  if (value === undefined || value.isSpelled) return undefined;
  if (value.hasGlob && !isAttached) return `the shell would replace the value of "${name}" by names of files`;
  const problem = spec.check?.(value.text);
  return problem === undefined ? undefined : `the value of "${name}" is not safe: ${problem}`;
}

/** A value that stands for the terminal, or for nothing, where a file would be written. */
export function printsOnly({ check }: OptionSpec, value: string): boolean {
  return check !== undefined && check(value) === undefined;
}

function checkOperands(command: ParsedCommand, table: CommandTable, { mayWrite }: CheckOptions): string | undefined {
  const uses = table.operands?.(command) ?? [];
  for (const [index, operand] of command.operands.entries()) {
    if (operand === undefined || operand.isSpelled) continue;
    const wrong = toList(uses[index]).find(({ problem, isWriteProblem }) => {
      return problem !== undefined && !(isWriteProblem === true && mayWrite === true && !operand.hasGlob);
    });
    if (wrong?.problem !== undefined) return `"${operand.text}" is not safe: ${wrong.problem}`;
  }
  return undefined;
}

function checkLaunch(
  { operands }: ParsedCommand,
  { launches }: CommandTable,
  findProfile: FindProfile,
): string | undefined {
  if (launches === undefined) return undefined;
  const open = operands.slice(0, launches + 1).find((operand) => operand?.isSpelled !== true);
  if (open !== undefined) return `it starts what the rule does not spell: "${open.text}"`;
  const program = operands[launches];
  if (program === undefined) return undefined;
  const rest = operands.slice(launches + 1).filter((word) => word !== undefined);
  return findProfile(program.text.replace(/^.*\//u, ''))?.checkArguments(rest);
}

/** What an operand is used for, as a list. */
export function toList(use: OperandUse | readonly OperandUse[] | undefined): readonly OperandUse[] {
  if (use === undefined) return [];
  return isList(use) ? use : [use];
}

function isList(use: OperandUse | readonly OperandUse[]): use is readonly OperandUse[] {
  return Array.isArray(use);
}
