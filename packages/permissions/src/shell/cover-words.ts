import type { AllowRule } from '../rule.ts';
import { operandProblem, mayTouchFiles } from './cover-files.ts';
import type { Coverage, CoverContext } from './cover-unit.ts';
import type { Directories } from './directories.ts';
import { touchesOf } from './file-uses.ts';
import { isLauncher, neverByWildcard, shells } from './launchers.ts';
import { checkArguments, filesOf, hasProfile } from './profiles/program-profile.ts';
import { expandGlob, isRelative } from './shell-path.ts';
import { coverWords, type ShellPattern } from './shell-rule.ts';
import type { ShellUnit } from './shell-unit.ts';
import type { ShellWord } from './word.ts';
import { isWrapper, nameOf, unwrap } from './wrappers.ts';

/** Programs that only print or compare their words, or wait. */
const printers: ReadonlySet<string> = new Set(['echo', 'printf', 'test', '[', 'basename', 'dirname', 'seq', 'sleep']);

/** A word, and whether the rule spells it. */
interface CoveredWord extends ShellWord {
  readonly isSpelled: boolean;
}

/** How an allow rule covers the words of a unit; `undefined` where it is about something else. */
export function coverWordsBy(
  rule: AllowRule,
  words: readonly ShellWord[],
  unit: ShellUnit,
  context: CoverContext,
): Coverage | undefined {
  const { commands } = rule;
  if (commands === undefined) return undefined;
  const covered = matchWords(commands, words);
  if (covered === undefined) return undefined;
  const problem = openProblem(commands, covered, unit, context);
  return problem ?? { isCovered: true, rule };
}

/** Words that are not known are no match for anything but a wildcard. */
function matchWords(pattern: ShellPattern, words: readonly ShellWord[]): readonly CoveredWord[] | undefined {
  const spelled = coverWords(
    pattern,
    words.map(({ text }) => text),
  );
  if (spelled === undefined) return undefined;
  const covered = words.map((word, index) => ({ ...word, isSpelled: spelled[index] ?? false }));
  const isClear = covered.every(
    ({ isKnown, isSpelled }, index) => isKnown || (!isSpelled && pattern.words[index]?.type !== 'wildcard'),
  );
  return isClear ? covered : undefined;
}

type Open = Extract<Coverage, { isCovered: false }>;

function openProblem(
  pattern: ShellPattern,
  words: readonly CoveredWord[],
  unit: ShellUnit,
  context: CoverContext,
): Open | undefined {
  const [program] = words;
  const name = nameOf(program);
  if (program === undefined || name === undefined) return open('which program runs is not spelled out');
  if (program.text.includes('/') && !program.isSpelled) {
    return open('a program in a directory must be spelled out by the rule');
  }
  if (program.text.includes('/') && isRelative(program.text) && unit.directories.hasMoved) {
    return open(`${program.text} is another program in another directory, and this is not the first one`);
  }
  if (name === 'git' && unit.directories.hasMoved) {
    return open('git runs what the configuration of another directory says, and this is not the first one');
  }
  if (isLauncher(name) && words.length === 1 && unit.input.type !== 'inherited') {
    return open(`${name} would run what its input says`);
  }
  return pattern.isExact ? undefined : wildcardProblem(name, words, unit, context);
}

/** What a rule with a wildcard does not cover, though its words match. */
function wildcardProblem(
  name: string,
  words: readonly CoveredWord[],
  unit: ShellUnit,
  context: CoverContext,
): Open | undefined {
  if (neverByWildcard.has(name)) return open(`no wildcard covers ${name}, which changes what later words mean`);
  if (!words[0]?.isSpelled && (isLauncher(name) || isWrapper(name)) && !isVersionQuestion(words)) {
    return open(`no wildcard stands for ${name}, which runs what it is given`);
  }
  if (isWrapper(name)) return wrapperProblem(name, words, unit, context);
  const launched = isLauncher(name) ? launcherProblem(name, words) : undefined;
  return launched ?? argumentsProblem(name, words, unit.directories, context);
}

function isVersionQuestion(words: readonly CoveredWord[]): boolean {
  return words.length === 2 && /^--(?:version|help)$/.test(words[1]?.text ?? '');
}

function wrapperProblem(
  name: string,
  words: readonly CoveredWord[],
  unit: ShellUnit,
  context: CoverContext,
): Open | undefined {
  const inner = unwrap(words);
  if (inner === undefined) {
    return name === 'command' ? undefined : argumentsProblem(name, words, unit.directories, context);
  }
  if (inner.joins || inner.script !== undefined) return open(`${name} runs a script, which the rule does not spell`);
  const command = words.slice(inner.start);
  const isSpelled = words.slice(0, inner.start + 1).every((word) => word.isSpelled);
  if (command.length === 0 || !isSpelled) return open(`${name} runs another program, which the rule does not spell`);
  const program = nameOf(command[0]);
  if (program === undefined) return open('which program runs is not spelled out');
  if (name === 'xargs' && unit.input.type !== 'names' && readsOperands(program)) {
    return open(`which files ${program} reads is only known when it runs`);
  }
  return wildcardProblem(program, command, unit, context);
}

/** Whether a program reads the files that are its operands. */
function readsOperands(program: string): boolean {
  const operand = { text: 'x', hasGlob: false, isSpelled: false };
  return (filesOf(program, [operand, operand])?.reads.length ?? 0) > 0;
}

/** The rule has to spell what is launched: a first word that is no option, and all before it. */
function launcherProblem(name: string, words: readonly CoveredWord[]): Open | undefined {
  if (isVersionQuestion(words)) return undefined;
  const first = words.findIndex(({ text, isSpelled }, index) => index > 0 && (!isSpelled || !text.startsWith('-')));
  if (
    first > 0 &&
    words[first]?.isSpelled === true &&
    !(shells.has(name) && words.slice(1, first).some(({ text }) => text.includes('c')))
  ) {
    return undefined;
  }
  return open(`${name} runs what it is given, which the rule does not spell`);
}

function argumentsProblem(
  name: string,
  words: readonly CoveredWord[],
  directories: Directories,
  context: CoverContext,
): Open | undefined {
  const args = words.slice(1);
  if (printers.has(name)) return printerProblem(name, args);
  if (args.some(({ isKnown }) => !isKnown)) return open('it has words that are only known when it runs');
  const odd = args.find((word) => !word.isSpelled && word.hasGlob && mayBeOption(word.text, directories, context));
  if (odd !== undefined) return open(`a file that ${odd.text} matches may be taken for an option`);
  const unsafe = hasProfile(name) ? argumentProblem(name, words, directories, context) : undefined;
  if (unsafe !== undefined) return open(unsafe);
  const spelled = new Set(args.filter(({ isSpelled }) => isSpelled).map(({ text }) => text));
  for (const touch of touchesOf(words)) {
    // Of a program whose options are known, what is not known of its files is what the rule spells.
    if (touch.path === undefined ? hasProfile(name) : spelled.has(touch.path)) continue;
    const file = operandProblem(touch, directories, context);
    if (file !== undefined) return { ...open(file.problem), file };
  }
  return undefined;
}

/** What a program writes may be permitted on its own, as it would be to a file tool. */
function argumentProblem(
  name: string,
  words: readonly CoveredWord[],
  directories: Directories,
  context: CoverContext,
): string | undefined {
  const args = words.slice(1);
  const problem = checkArguments(name, args);
  if (problem === undefined || checkArguments(name, args, { mayWrite: true }) !== undefined) return problem;
  const touches = touchesOf(words);
  const writes = touches.some(({ kind }) => kind === 'write');
  return writes && mayTouchFiles(touches, directories, context) ? undefined : problem;
}

function printerProblem(name: string, [first]: readonly CoveredWord[]): Open | undefined {
  if (name === 'test' || name === '[') return open('it may evaluate subscripts');
  if (name !== 'printf' || first === undefined) return undefined;
  return !first.isKnown || first.hasGlob || /^-(?!-$)/.test(first.text)
    ? open('printf may set a variable, and evaluate its subscript')
    : undefined;
}

/** A name that a glob matches may start with a dash, unless the glob starts with something else. */
function mayBeOption(text: string, { paths }: Directories, { places }: CoverContext): boolean {
  if (!/^[*?[]/.test(text)) return text.startsWith('-');
  return (
    paths?.some((directory) => expandGlob(text, directory, places)?.some((match) => match.startsWith('-')) ?? true) ??
    true
  );
}

function open(problem: string): Open {
  return { isCovered: false, problem };
}
