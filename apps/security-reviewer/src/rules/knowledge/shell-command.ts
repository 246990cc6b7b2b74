import { constantText, type Value } from '../flow/value.ts';

const SHELL =
  /(?:^|[/\\])(?:sh|bash|zsh|dash|ksh|ash|fish|cmd|cmd\.exe|powershell|powershell\.exe|pwsh|sudo|env|busybox|ssh)$/i;
const OPTION = /^-\w*c\w*$|^\/[cC]$|^-(?:Command|EncodedCommand)$/i;
const INTERPRETER = /(?:^|[/\\])(?:python[\d.]*|perl|ruby|node|php|lua)$/i;

/**
 * The part of a program's arguments that a shell or an interpreter runs, where the program is one.
 *
 * @param parts - The program and its arguments.
 */
export function shellCommand(parts: readonly Value[]): Value | undefined {
  const program = constantText(parts[0]);
  if (program === undefined) return undefined;
  const rest = parts.slice(1);
  if (SHELL.test(program)) return after(rest, OPTION);
  return INTERPRETER.test(program) ? after(rest, /^(?:-c|-e|-r|--eval)$/) : undefined;
}

function after(parts: readonly Value[], option: RegExp): Value | undefined {
  const position = parts.findIndex((part) => option.test(constantText(part) ?? ''));
  return position === -1 ? undefined : parts[position + 1];
}
