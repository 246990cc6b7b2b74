import { filesOf } from './profiles/program-profile.ts';
import type { ShellInput } from './shell-unit.ts';
import { toArgument } from './to-argument.ts';
import type { ShellWord } from './word.ts';

/** What a command writes into a pipe, as far as it matters to those that take names of files from it. */
export function outputOf(words: readonly ShellWord[], input: ShellInput): ShellInput {
  const [program, ...args] = words;
  if (program?.isKnown === true && args.every(({ isKnown }) => isKnown)) {
    const texts = args.map(({ text }) => text);
    if (listsFiles(program.text, texts)) return { type: 'names', areJudged: true };
    if (program.text === 'git' && listsTracked(texts)) return { type: 'names', areJudged: false };
    if (input.type === 'names' && passesOn(program.text, args)) return input;
  }
  return { type: 'unknown' };
}

/** Searches that print the names of what they went through, and nothing else. Their own files are judged. */
function listsFiles(program: string, texts: readonly string[]): boolean {
  switch (program) {
    case 'find':
      return !texts.some((text) => /^-(?:printf|exec|ok|ls|fprint|files0-from|fls)/.test(text));
    case 'fd':
    case 'fdfind':
      return !texts.some((text) => /^-(?:-exec|-format|-list|[A-Za-z]*[xXl])/.test(text));
    case 'rg':
      return texts.includes('-l') || texts.includes('--files') || texts.includes('--files-with-matches');
    case 'grep':
      return texts.some((text) => /^-[A-Za-z]*l[A-Za-z]*$/.test(text) || text === '--files-with-matches');
    default:
      return false;
  }
}

/** What git names lies in its repository, and is looked at by nobody. */
function listsTracked([subcommand, ...rest]: readonly string[]): boolean {
  if (subcommand === 'ls-files') return !rest.some((text) => /^(?:--format|-[a-z]*[su]$|--stage|--debug)/.test(text));
  return /^(?:diff|show)$/.test(subcommand ?? '') && rest.includes('--name-only') && !rest.includes('--no-index');
}

/** Programs that leave lines out or sort them. */
function passesOn(program: string, args: readonly ShellWord[]): boolean {
  if (!/^(?:head|tail|sort|uniq|grep)$/.test(program)) return false;
  const use = filesOf(program, args.map(toArgument));
  const isRecursive = use?.reads.some((read) => read.isRecursive) ?? true;
  return use !== undefined && use.reads.length === 0 && !isRecursive && !use.hasUnknown;
}
