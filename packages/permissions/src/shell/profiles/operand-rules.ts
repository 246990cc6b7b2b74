import type { OperandRule, OperandUse } from './command-table.ts';
import type { ValueCheck } from './option-table.ts';
import type { ParsedCommand } from './parse-options.ts';

/** Whether one of these options is given. */
export function hasOption({ options }: ParsedCommand, ...names: readonly string[]): boolean {
  return options.some((option) => names.includes(option.name));
}

/** Every operand is a file that is read. */
export const readsFiles: OperandRule = ({ operands }) => operands.map(() => ({ role: 'read' }));

/** Every operand is a file or a directory that is read with all that is in it. */
export const readsTrees: OperandRule = ({ operands }) => operands.map(() => ({ role: 'read', isRecursive: true }));

/** Every operand is read, with all that is in it where one of the options is given. */
export function readsTreesWith(...names: readonly string[]): OperandRule {
  return (command) => command.operands.map(() => ({ role: 'read', isRecursive: hasOption(command, ...names) }));
}

/** Every operand is a file that is written, as the name of the program says. */
export const writesFiles: OperandRule = ({ operands }) => operands.map(() => ({ role: 'write' }));

/** Every operand is written, with all that is in it where one of the options is given. */
export function writesTreesWith(...names: readonly string[]): OperandRule {
  return (command) => command.operands.map(() => ({ role: 'write', isRecursive: hasOption(command, ...names) }));
}

/** No operand is safe. */
export function noOperands(problem: string): OperandRule {
  return ({ operands }) => operands.map(() => ({ role: 'word', problem }));
}

/** At most so many files are read; the rest would be written. */
export function readsAtMost(count: number): OperandRule {
  return ({ operands }) =>
    operands.map((operand, index): OperandUse => {
      if (index >= count) return { role: 'write', problem: 'it writes the file', isWriteProblem: true };
      return operand?.hasGlob === true
        ? { role: 'read', problem: 'a pattern may stand for several files, of which the last would be written' }
        : { role: 'read' };
    });
}

/** The first operand is a script or a pattern, unless an option brings it; the others are files. */
export function scriptThenFiles(
  settings: { readonly unless: readonly string[]; readonly check?: ValueCheck },
  files: OperandRule = readsFiles,
): OperandRule {
  return (command) => {
    const uses = files(command);
    if (hasOption(command, ...settings.unless)) return uses;
    return uses.map((use, index) => {
      if (index > 0) return use;
      const [script] = command.operands;
      if (script?.hasGlob === true) return { role: 'word', problem: 'the shell would replace it by names of files' };
      const problem = script && settings.check?.(script.text);
      return { role: 'word', ...(problem !== undefined && { problem }) };
    });
  };
}

/** The last operand, or the value of an option, is written; the others are read. */
export function copies(isWordAlone: readonly string[], settings: { readonly removes: boolean }): OperandRule {
  return (command) => {
    const hasTarget = hasOption(command, ...isWordAlone);
    const problem = { problem: 'it writes the file', isWriteProblem: true };
    return command.operands.map((_, index): OperandUse | readonly OperandUse[] => {
      const isTarget = index === command.operands.length - 1 && !hasTarget;
      if (isTarget) return { role: 'write', isRecursive: true, ...problem };
      const source: OperandUse = { role: 'read', isRecursive: true };
      return settings.removes ? [source, { role: 'write', isRecursive: true, ...problem }] : source;
    });
  };
}
