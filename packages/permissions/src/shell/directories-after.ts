import { changeDirectory, unknownDirectories, type Directories } from './directories.ts';
import { filesOf } from './profiles/program-profile.ts';
import type { ShellAssignment } from './shell-unit.ts';
import type { ShellWord } from './word.ts';

/** Builtins that run a text or another builtin, so that they may change the directory. */
const mayChange: ReadonlySet<string> = new Set([
  'eval',
  'source',
  '.',
  'pushd',
  'popd',
  'trap',
  'exec',
  'alias',
  'shopt',
]);
/** Programs that leave every directory where it is. */
const harmless: ReadonlySet<string> = new Set(
  [
    'cd pwd echo printf test [ true false : exit set read wait sleep seq basename dirname date which',
    'whoami uname id hostname',
  ].flatMap((line) => line.split(' ')),
);

/** Where the shell is after a simple command. */
export function directoriesAfter(
  words: readonly ShellWord[],
  assignments: readonly ShellAssignment[],
  at: Directories,
  canFail: boolean,
): Directories {
  if (assignments.some(({ name }) => name === 'CDPATH')) return unknownDirectories;
  const [first, second] = words;
  if (first === undefined) return at;
  if (!first.isKnown) return unknownDirectories;
  if (first.text === 'cd') return changeDirectory(at, words, canFail);
  if (first.text === 'command' || first.text === 'builtin') {
    if (second?.text === 'cd') return changeDirectory(at, words.slice(1), canFail);
    return second?.isKnown !== true || second.text.startsWith('-') || mayChange.has(second.text)
      ? unknownDirectories
      : at;
  }
  return mayChange.has(first.text) ? unknownDirectories : at;
}

/** Whether a command may take a directory away, so that a later `cd` into it fails. */
export function mayRemove([program, ...args]: readonly ShellWord[]): boolean {
  if (program === undefined || harmless.has(program.text)) return false;
  const use = filesOf(
    program.text,
    args.map((word) => (word.isKnown ? { text: word.text, hasGlob: word.hasGlob, isSpelled: false } : undefined)),
  );
  return use === undefined || use.writes.length > 0 || use.hasUnknown;
}
