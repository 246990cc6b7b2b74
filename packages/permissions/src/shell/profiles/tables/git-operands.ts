import type { OperandRule, OperandUse } from '../command-table.ts';
import type { ParsedCommand } from '../parse-options.ts';

/** Revisions and paths, of which each may be the path of a file. */
export const revisionsAndPaths: OperandRule = ({ operands, operandsBeforeDashes }) =>
  operands.map((operand, index) => pathUse(operand?.text ?? '', 'read', index < (operandsBeforeDashes ?? Infinity)));

/** Paths of files that are read. */
export const paths: OperandRule = ({ operands }) =>
  operands.map((operand) => pathUse(operand?.text ?? '', 'read', false));

/** Paths of files that are written; in front of `--` there may be revisions as well. */
export const writtenPaths: OperandRule = ({ operands, operandsBeforeDashes }) =>
  operands.map((operand, index) =>
    pathUse(operand?.text ?? '', 'write', operandsBeforeDashes !== undefined && index < operandsBeforeDashes),
  );

/** Files are written only where `--` stands in front of them. */
export const pathsBehindDashes: OperandRule = ({ operands, operandsBeforeDashes }) =>
  operands.map((operand, index) =>
    operandsBeforeDashes !== undefined && index >= operandsBeforeDashes
      ? pathUse(operand?.text ?? '', 'write', false)
      : { role: 'word' },
  );

function pathUse(text: string, role: 'read' | 'write', mayBeRevision: boolean): OperandUse {
  if (mayBeRevision) {
    // `HEAD:src/a.ts`, `:README.md` and `:1:README.md`; `:/text` looks for a message.
    const path = /^[^:]*:(?:\d:)?([^/].*)$/su.exec(text)?.[1];
    if (text.startsWith(':(') || text.startsWith(':/') || /^:[!^]/u.test(text)) return magicUse(text, role);
    if (path !== undefined) return { role, path };
    if (text.includes(':') || /[~^@]/u.test(text)) return { role: 'word' };
    return { role, isRecursive: true };
  }
  return text.startsWith(':') ? magicUse(text, role) : { role, isRecursive: true };
}

/** `:(exclude)dist` takes files away; `:(top)src` and `:/src` begin at the top. */
function magicUse(text: string, role: 'read' | 'write'): OperandUse {
  const [, magic, path] = /^:(\([^)]*\)|[!^/]*)(.*)$/su.exec(text) ?? [];
  if (magic !== undefined && /[!^]|exclude/u.test(magic)) return { role: 'word' };
  return { role, path: path === undefined || path === '' ? '.' : path, isRecursive: true };
}

/**
 * The first operand is a remote by one of its usual names. Another word may be a directory as well, whose hooks and
 * configuration would count.
 */
export const knownRemote: OperandRule = ({ operands }) =>
  operands.map((operand, index) =>
    index > 0 || operand === undefined || /^(?:origin|upstream|fork)$/u.test(operand.text)
      ? { role: 'word' }
      : { role: 'word', problem: 'it is another repository' },
  );

/** Files that an option names in part of its value, as `-L 1,5:README.md` does. */
export function rangesOf({ options }: ParsedCommand): readonly string[] {
  return options.flatMap(({ name, value }) => {
    const end = name === '-L' ? (value?.text.lastIndexOf(':') ?? -1) : -1;
    return end === -1 || value === undefined ? [] : [value.text.slice(end + 1)];
  });
}
