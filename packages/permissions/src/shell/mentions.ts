import { isBuiltin } from './builtins.ts';
import { toArgument } from './to-argument.ts';
import { isLauncher, shells } from './launchers.ts';
import { remembering } from './memory.ts';
import { checkArguments, filesOf, hasProfile, knowsSubcommand } from './profiles/program-profile.ts';
import type { ShellWord } from './word.ts';
import { isWrapper, nameOf, unwrap } from './wrappers.ts';

/** Programs whose scripts are read by their profile, which says whether a script does more than print. */
const scripted: ReadonlySet<string> = new Set('awk gawk mawk nawk sed gsed less more man'.split(' '));

/**
 * The words of a command that are code of another language, in which nothing is read but what it mentions: those of
 * interpreters and editors, and those of awk and sed where their script does more than print.
 */
export const codeOf: (words: readonly ShellWord[]) => readonly string[] = remembering(([program, ...args]) => {
  const name = nameOf(program);
  if (name === undefined || shells.has(name) || name === 'eval') return [];
  const known = args.filter(({ isKnown }) => isKnown);
  if (scripted.has(name)) {
    const given = known.map(({ text, hasGlob }) => ({ text, hasGlob, isSpelled: false }));
    return checkArguments(name, given) === undefined ? [] : known.map(({ text }) => text);
  }
  return isLauncher(name) ? known.map(({ text }) => text).filter((text) => /[\s()"'`;!|]/.test(text)) : [];
});

/** Whether code may start a program: its name stands where a text or a command of the code starts. */
export function mentionsProgram(code: string, program: string): boolean {
  const name = program.replaceAll(/[^\w]/g, '\\$&');
  return new RegExp(`(?:["'\`!/;|&=]\\s*|(?:(?<![A-Za-z])e|shell|system)\\s+)${name}(?![\\w.=(-])`, 'iu').test(code);
}

/** Programs that change the files that they are told. */
const editors: ReadonlySet<string> = new Set(
  'vim vi nvim nano emacs ed ex gzip gunzip bzip2 bunzip2 xz unxz zstd lz4 unzip 7z zip patch ex pico micro hx'.split(
    ' ',
  ),
);

/** The words that may be paths, of a program of which nobody knows which files it opens. */
export function namedFiles(words: readonly ShellWord[], isWritten: boolean): readonly string[] {
  return isWritten ? writtenFiles(words) : mentionedFiles(words);
}

const mentionedFiles = remembering((words: readonly ShellWord[]) => findNamed(words, false));
const writtenFiles = remembering((words: readonly ShellWord[]) => findNamed(words, true));

function findNamed(words: readonly ShellWord[], isWritten: boolean): readonly string[] {
  const name = nameOf(words[0]);
  if (name === undefined || shells.has(name) || isBuiltin(name)) return [];
  if (isWrapper(name)) return isWritten ? [] : ownFiles(words);
  const args = words.slice(1).filter(({ isKnown }) => isKnown);
  const inPlace = /^(?:perl|ruby)$/.test(name) && args.some(({ text }) => /^-\w*i/.test(text));
  if (isWritten && !editors.has(name) && !inPlace && codeOf(words).length === 0) return [];
  const given = words.slice(1).map(toArgument);
  if (
    !isLauncher(name) &&
    !scripted.has(name) &&
    hasProfile(name) &&
    (name === 'git' ? knowsSubcommand(name, given) : filesOf(name, given) !== undefined)
  ) {
    return [];
  }
  const code = codeOf(words);
  return args.flatMap(({ text }) => (code.includes(text) ? pathsIn(text) : partsOf(text)));
}

/** Files among the options of a wrapper, and of `parallel` among the words behind `:::`. */
function ownFiles(words: readonly ShellWord[]): readonly string[] {
  const end = words.findIndex(({ text }) => /^:{3,4}\+?$/.test(text));
  const own = [...words.slice(1, unwrap(words)?.start), ...(end < 0 ? [] : words.slice(end + 1))];
  return own.flatMap(({ text, isKnown }) => (isKnown ? partsOf(text) : []));
}

function pathsIn(code: string): readonly string[] {
  return code.split(/[\s"'`(){}[\],;:=@<>|!]+/).filter(isShort);
}

/** A word, the value of an option in it, and what stands behind an `@`. */
function partsOf(text: string): readonly string[] {
  if (/\s/.test(text)) return [];
  return [text, ...text.split(/[=@,:]/), text.replace(/^-\w/, '')].filter(isShort);
}

function isShort(part: string): boolean {
  return part !== '' && part.length < 1_000;
}
