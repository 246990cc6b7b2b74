import type { PathRestriction } from '../path-restriction.ts';
import type { RestrictingRule } from '../rule.ts';
import type { Directories } from './directories.ts';
import { touchesOf, touchesOfRedirect, type FileTouch } from './file-uses.ts';
import type { UnfoldedUnit } from './shell-command.ts';
import { mayLook, once } from './memory.ts';
import { entriesIn, expandGlob, isRelative, toShellPath, type ShellPlaces } from './shell-path.ts';
import { restrictWords } from './shell-rule.ts';

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

function commandRestrictions({ commands }: RestrictingRule, { forms }: UnfoldedUnit['unfolded']): UnitRestriction[] {
  if (commands === undefined) return [];
  return forms.flatMap(({ words }): readonly UnitRestriction[] => {
    const match = restrictWords(commands, words);
    if (match === 'yes') return [{ isCertain: true, what: `it would run ${shownWords(words)}` }];
    return match === 'maybe'
      ? [{ isCertain: false, what: `it may run that, depending on words that are only known then` }]
      : [];
  });
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
  const touches = [
    ...unfolded.forms.flatMap(({ words, directories }) => touchesOf(words).map((touch) => ({ touch, directories }))),
    ...unfolded.redirects.flatMap(({ redirect, directories }) =>
      touchesOfRedirect(redirect).map((touch) => ({ touch, directories })),
    ),
  ];
  return touches.flatMap(({ touch, directories }) => restrictTouch(rule, touch, directories, places) ?? []);
}

/** Each file is looked at once for each rule, and no more of them than a person would look through. */
function restrictTouch(
  rule: RestrictingRule,
  touch: FileTouch,
  directories: Directories,
  places: ShellPlaces,
): UnitRestriction | undefined {
  const key = JSON.stringify(['rule', rule.text, touch, directories.paths]);
  return once(places, key, () =>
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
    return entries === undefined || entries.some(restricts);
  });
}
