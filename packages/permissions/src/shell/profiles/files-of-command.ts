import type { Argument, FileOperand, FileUse } from './argument.ts';
import { printsOnly, toList } from './check-command.ts';
import type { CommandTable } from './command-table.ts';
import type { OptionSpec } from './option-table.ts';
import type { ParsedCommand } from './parse-options.ts';

/** The files of a command whose table knows of some that it could open. */
export function filesOfCommand(command: ParsedCommand, table: CommandTable): FileUse {
  const reads: FileOperand[] = [];
  const writes: FileOperand[] = [];
  // A script or a value that is not safe may open files of its own choice.
  let hasUnknown = table.isOpenToJudge !== true && table.judge?.(command) !== undefined;
  let edits = table.edits?.(command) === true;
  for (const { spec, value } of command.options) {
    if (spec === undefined) hasUnknown = true;
    else if (spec.effect === 'unsafe') {
      if (spec.why === 'edits files') edits = true;
      else if (value !== undefined && namesFile.test(spec.why ?? '')) reads.push(toFile(value, {}));
      else hasUnknown ||= !harmlessToFiles.test(spec.why ?? '');
    }
    if (spec?.effect !== 'read' && spec?.effect !== 'write') continue;
    if (value === undefined) hasUnknown ||= spec.values === 'one' || spec.values === 'two';
    else if (spec.effect === 'read') reads.push(toFile(value, {}));
    else if (!printsOnly(spec, value.text)) writes.push(toFile(value, {}));
  }
  const byOption = reads.length;
  const uses = table.operands?.(command) ?? [];
  for (const [index, operand] of command.operands.entries()) {
    // A word that is not known may be an option as well.
    if (operand === undefined) hasUnknown = true;
    else {
      for (const use of toList(uses[index])) {
        if (use.role === 'word' && use.problem !== undefined) hasUnknown = true;
        if (use.role !== 'word') (use.role === 'read' ? reads : writes).push(toFile(operand, use));
      }
    }
  }
  for (const path of table.moreReads?.(command) ?? []) reads.push({ path, hasGlob: false, isRecursive: false });
  const hasRead = uses.some((use) => toList(use).some(({ role }) => role === 'read'));
  if (!hasRead && table.defaultRead?.(command) === true) reads.push({ path: '.', hasGlob: false, isRecursive: true });
  const filter = table.filter?.(command);
  const filtered = reads.map((read) => (filter !== undefined && read.isRecursive ? { ...read, filter } : read));
  return { reads: filtered, writes: edits ? [...writes, ...filtered.slice(byOption)] : writes, hasUnknown };
}

/** An unsafe option whose value is the one file that it is about. */
const namesFile =
  /^takes (?:(?:its|the) (?:configuration|rules|base) from|rules from a file)|^sets the configuration$/u;
/** An unsafe option by which no file is opened that does not show. */
const harmlessToFiles =
  /^(?:switches the host|switches the package|asks on the terminal|opens a port|starts the editor|starts a browser|starts the pager|makes directories|shares a connection|sets the clock|loads code|may start a program|starts the program given)$/u;

/** Whether a table knows of files that the command could open. */
export function opensFiles(table: CommandTable, specs: ReadonlyMap<string, OptionSpec>): boolean {
  const opensByOption = [...specs.values()].some(({ effect }) => effect === 'read' || effect === 'write');
  const { operands, defaultRead, moreReads } = table;
  return opensByOption || [operands, defaultRead, moreReads].some((rule) => rule !== undefined);
}

function toFile(
  operand: Argument,
  use: { readonly path?: string; readonly isRecursive?: boolean; readonly hasGlob?: boolean },
): FileOperand {
  return {
    path: use.path ?? operand.text,
    hasGlob: operand.hasGlob || use.hasGlob === true,
    isRecursive: use.isRecursive === true,
  };
}
