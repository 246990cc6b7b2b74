import type { PathRestriction } from '../path-restriction.ts';
import type { RestrictingRule } from '../rule.ts';
import { archivedFiles, writesUnnamedFiles } from './archived-files.ts';
import type { Directories } from './directories.ts';
import { touchesOf, touchesOfRedirect, type FileTouch } from './file-uses.ts';
import type { UnfoldedUnit } from './shell-command.ts';
import { mayLook, once, remembering } from './memory.ts';
import type { FileFilter } from './profiles/program-profile.ts';
import {
  entriesIn,
  expandGlob,
  isRelative,
  matchesName,
  toShellPath,
  type Entry,
  type ShellPlaces,
} from './shell-path.ts';
import { restrictWords, type ShellPattern } from './shell-rule.ts';
import type { Form } from './unfold.ts';
import { codeOf, mentionsProgram, namedFiles } from './mentions.ts';

/** What a deny or ask rule has to do with a unit: it holds, or nobody can say that it does not. */
export interface UnitRestriction {
  readonly isCertain: boolean;
  /** To go behind "because". */
  readonly what: string;
}

/** Whether a deny or ask rule is about a unit, in any form in which it may run. */
export function restrictUnit(
  rule: RestrictingRule,
  { unfolded }: UnfoldedUnit,
  places: ShellPlaces,
): UnitRestriction | undefined {
  const found = [...commandRestrictions(rule, unfolded), ...fileRestrictions(rule, unfolded, places)];
  const [doubt] = unfolded.doubts;
  if (doubt !== undefined && isAboutCommands(rule)) found.push({ isCertain: false, what: doubt });
  return found.find(({ isCertain }) => isCertain) ?? found[0];
}

/** Whether what cannot be seen of a command could be what a rule is about. */
export function isAboutCommands({ commands, family }: RestrictingRule): boolean {
  return commands !== undefined || family !== undefined;
}

function commandRestrictions(
  { commands }: RestrictingRule,
  { forms, possible }: UnfoldedUnit['unfolded'],
): UnitRestriction[] {
  if (commands === undefined) return [];
  const guess = possible.find(({ words }) => restrictWords(commands, words) !== 'no');
  const what = `it may run ${shownWords(guess?.words ?? [])}, for all that is known of the program`;
  const guessed = guess === undefined ? [] : [{ isCertain: false, what }];
  const certain = forms.flatMap(({ words }): readonly UnitRestriction[] => {
    const match = restrictWords(commands, words);
    if (match === 'yes') return [{ isCertain: true, what: `it would run ${shownWords(words)}` }];
    return match === 'maybe'
      ? [{ isCertain: false, what: `it may run that, depending on words that are only known then` }]
      : [];
  });
  return [...certain, ...guessed, ...mentions(commands, forms)];
}

/** A denied program that the code of another language may start. */
function mentions({ words: [program] }: ShellPattern, forms: readonly Form[]): UnitRestriction[] {
  if (program?.type !== 'literal') return [];
  const { text } = program;
  const isMentioned = forms.some(({ words }) => codeOf(words).some((code) => mentionsProgram(code, text)));
  return isMentioned ? [{ isCertain: false, what: `its code mentions ${text}, and may run it` }] : [];
}

function shownWords(words: readonly { readonly text: string; readonly isKnown: boolean }[]): string {
  const text = words.map((word) => (word.isKnown ? word.text : '…')).join(' ');
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

function fileRestrictions(
  rule: RestrictingRule,
  unfolded: UnfoldedUnit['unfolded'],
  places: ShellPlaces,
): UnitRestriction[] {
  if (rule.family === undefined) return [];
  const found = touchesIn(unfolded).flatMap((touched) => {
    const restriction = restrictTouch(rule, touched, places);
    if (restriction === undefined) return [];
    return [touched.isGuess ? { ...restriction, isCertain: false } : restriction];
  });
  if (rule.family === 'write' && unfolded.forms.some(({ words }) => writesUnnamedFiles(words))) {
    found.push({ isCertain: false, what: 'which files it writes is up to what it reads' });
  }
  return found.length > 0 ? found : guessedFiles(rule, unfolded.forms, places);
}

/** A file that a unit opens. */
export interface Touched {
  readonly touch: FileTouch;
  readonly directories: Directories;
  /** True where nobody can be sure that it is opened. */
  readonly isGuess: boolean;
  /** The same for the same file. */
  readonly key: string;
}

/** The files that a unit opens, each once, however often it is named. */
export const touchesIn: (unfolded: UnfoldedUnit['unfolded']) => readonly Touched[] = remembering(
  ({ forms, redirects }) => {
    const found = new Map<string, Touched>();
    const add = (touch: FileTouch, directories: Directories, isGuess = false): void => {
      const key = JSON.stringify([touch, directories.paths]);
      if (!found.has(key)) found.set(key, { touch, directories, isGuess, key });
    };
    for (const { words, directories } of forms) {
      for (const touch of touchesOf(words)) add(touch, directories);
      for (const touch of archivedFiles(words)) add(touch, directories, true);
    }
    for (const { redirect, directories } of redirects) {
      for (const touch of touchesOfRedirect(redirect)) add(touch, directories);
    }
    return [...found.values()];
  },
);

/** Words of programs whose files are not known, which name a file that a rule is about. */
function guessedFiles(
  { family, restricts }: RestrictingRule,
  forms: readonly Form[],
  places: ShellPlaces,
): UnitRestriction[] {
  if (restricts === undefined) return [];
  for (const { words, directories } of forms) {
    for (const path of namedFiles(words, family === 'write').slice(0, maxNamed)) {
      const from = isRelative(path) ? (directories.paths ?? [places.workspace.root]) : [places.workspace.root];
      if (from.some((directory) => restricts(toShellPath(path, directory, places).path))) {
        return [{ isCertain: false, what: `it names ${JSON.stringify(path)}, and nobody knows what it does with it` }];
      }
    }
  }
  return [];
}

/** More than that are not looked at. */
const maxNamed = 100;

/** Each file is looked at once for each rule, and no more of them than a person would look through. */
export function restrictTouch(
  rule: RestrictingRule,
  { touch, directories, key }: Touched,
  places: ShellPlaces,
): UnitRestriction | undefined {
  return once(places, `rule ${rule.text}\0${key}`, () =>
    mayLook(places)
      ? restrictionOf(rule, touch, directories, places)
      : { isCertain: false, what: 'it names more files than can be looked at' },
  );
}

/** A rule about reading is about writing too. */
function restrictionOf(
  { family, restricts }: RestrictingRule,
  touch: FileTouch,
  directories: Directories,
  places: ShellPlaces,
): UnitRestriction | undefined {
  if (touch.kind === 'read' && family === 'write') return undefined;
  const { path, kind } = touch;
  if (path === undefined) return { isCertain: false, what: `it would ${kind} files that are only known when it runs` };
  const what = `it would ${kind} ${JSON.stringify(path)}`;
  if (/^\/(?:proc\/.*\/(?:cwd|root|fd)|dev\/fd)(?:\/|$)/.test(path)) return { isCertain: false, what };
  if (restricts === undefined) return { isCertain: true, what };
  const from = isRelative(path) ? directories.paths : [places.workspace.root];
  if (from === undefined) return { isCertain: false, what: `${what}, wherever it is by then` };
  for (const directory of from) {
    if (restricts(toShellPath(path, directory, places).path)) return { isCertain: !touch.hasGlob, what };
  }
  const isPossible = from.some((directory) => reaches(restricts, touch, path, directory, places));
  return isPossible ? { isCertain: false, what: `${what}, and with it what the rule is about` } : undefined;
}

/** Whether what a glob matches, or what is in a directory, is something that a rule is about. */
function reaches(
  restricts: PathRestriction,
  touch: FileTouch,
  path: string,
  directory: string,
  places: ShellPlaces,
): boolean {
  const paths = touch.hasGlob ? expandGlob(path, directory, places) : [path];
  if (paths === undefined) return true;
  // What is in a directory that the glob names may be what is meant.
  if (touch.hasGlob && paths.some((each) => restricts(toShellPath(each, directory, places).path))) return true;
  if (!touch.isRecursive) return false;
  return paths.some((each) => {
    const { realPath } = toShellPath(each, directory, places);
    const entries = once(places, `entries ${realPath}`, () => entriesIn(realPath, places));
    return entries === undefined || entries.some((entry) => isMeant(entry, restricts, touch.filter));
  });
}

function isMeant(entry: Entry, restricts: PathRestriction, filter: FileFilter | undefined): boolean {
  const isTarget = filter?.links === 'opened' && entry.target !== undefined && restricts(entry.target);
  return (restricts(entry.path) || isTarget) && !isLeftAlone(entry, filter);
}

/** Whether a program does not go into a part of a directory. */
function isLeftAlone({ names }: Entry, filter: FileFilter | undefined): boolean {
  if (filter === undefined) return false;
  const { hidden, include, exclude = [] } = filter;
  if (hidden === 'skipped' && names.some((name) => name.startsWith('.'))) return true;
  if (names.some((name) => exclude.some((glob) => matchesName(glob, name) === true))) return true;
  const own = names.at(-1) ?? '';
  return include !== undefined && include.every((glob) => matchesName(glob, own) === false);
}
