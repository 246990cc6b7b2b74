import { unknownDirectories, type Directories } from './directories.ts';
import { toArgument } from './to-argument.ts';
import { unfoldGit } from './git-words.ts';
import { isBuiltin } from './builtins.ts';
import { shells } from './launchers.ts';
import { parseShell } from './parse-shell.ts';
import type { ShellInput, ShellRedirect, ShellUnit } from './shell-unit.ts';
import { literalWord, unknownWord, type ShellWord } from './word.ts';
import { hasProfile, startedBy, subcommandIndex, type Argument } from './profiles/program-profile.ts';
import { isWrapper, nameOf, unwrap } from './wrappers.ts';

/** One command that a unit runs: itself, or one that it hands on. */
export interface Form {
  readonly words: readonly ShellWord[];
  readonly directories: Directories;
}

/** All that a unit may run, as far as it can be seen. */
export interface Unfolded {
  readonly forms: Form[];
  /** What it may run, for all that anybody can say. */
  readonly possible: Form[];
  /** Redirections of the scripts that it runs. */
  readonly redirects: { readonly redirect: ShellRedirect; readonly directories: Directories }[];
  /** What it may run that cannot be seen. */
  readonly doubts: string[];
}

/** More than that nobody writes to be understood. */
const maxForms = 400;
const maxDepth = 12;

/** Looks through wrappers, shells and whatever else runs commands that its words spell out. */
export function unfold(unit: ShellUnit): Unfolded {
  const found: Unfolded = { forms: [], possible: [], redirects: [], doubts: [] };
  unfoldWords(found, unit.words, unit, 0);
  for (const redirect of unit.redirects) found.redirects.push({ redirect, directories: unit.directories });
  return found;
}

interface Around {
  /** True inside of what is only a guess, which is not guessed about again. */
  readonly isGuess?: boolean;
  readonly directories: Directories;
  readonly input: ShellInput;
}

function unfoldWords(found: Unfolded, words: readonly ShellWord[], around: Around, depth: number): void {
  const [first] = words;
  if (first === undefined) return;
  if (found.forms.length >= maxForms || depth > maxDepth) {
    found.doubts.push('it is nested too deeply to be looked through');
    return;
  }
  found.forms.push({ words, directories: around.directories });
  const name = nameOf(first);
  if (name === undefined) {
    found.doubts.push('which program it runs is only known when it runs');
    return;
  }
  if (name !== first.text) {
    found.forms.push({ words: [literalWord(name), ...words.slice(1)], directories: around.directories });
  }
  const go: Go = {
    words: (inner, directories = around.directories) => {
      unfoldWords(found, inner, { ...around, directories }, depth + 1);
    },
    script: (script) => {
      unfoldScript(found, script, around, depth + 1);
    },
    doubt: (what) => found.doubts.push(what),
  };
  unfoldProgram(name, words, around, go);
  unfoldStarted(name, words, go);
  if (around.isGuess === true) return;
  if (depth > 0 && /\s/.test(first.text)) guessScript(found, first, around, depth);
  if (!isUnderstood(name) || makes(name)) guess(found, words, around, depth);
  else if (isWrapper(name)) guess(found, ownWords(words), around, depth);
}

/** What the options and operands of a known program make it start, and its subcommand without the options before it. */
function unfoldStarted(name: string, words: readonly ShellWord[], go: Go): void {
  const args = words.slice(1).map(toArgument);
  const index = subcommandIndex(name, args);
  if (index !== undefined && index > 0 && index < args.length && name !== 'git') {
    go.words([literalWord(name), ...words.slice(index + 1)]);
  }
  for (const started of startedBy(name, args)) {
    if ('script' in started) go.script(literalWord(started.script));
    else go.words(started.words.map((word) => (word === undefined ? unknownWord : toWord(word))));
  }
}

function toWord({ text, hasGlob }: Argument): ShellWord {
  return { ...literalWord(text), hasGlob };
}

/** Whether all that a program starts shows in what is known of it. */
function isUnderstood(name: string): boolean {
  return hasProfile(name) || isWrapper(name) || isBuiltin(name) || shells.has(name);
}

/** More places than that where a command may start are not looked at: nobody could say that nothing is denied. */
const maxGuesses = 20;
const maxPlaces = 60;

/** Words behind which programs that are not known may take a command. */
const launching =
  /^(?:--|run|exec|x|shell|start|new|new-session|new-window|neww|split-window|splitw|respawn-(?:pane|window)|respawn[pw]|run-shell|popup|display-popup|pipe-pane|-[a-z]*[cexm]|--(?:exec|command|args|run))$/;

/** The value of an option with a name, or of one that is for messages, is a text, unless the option is for commands. */
function isTitle(before: string): boolean {
  return /^(?:--.|-[mtbM]$)/.test(before) && !launching.test(before);
}

/** What a wrapper takes for itself, and the program that it seems to start: versions do not agree on all options. */
function ownWords(words: readonly ShellWord[]): readonly ShellWord[] {
  const inner = unwrap(words);
  if (inner === undefined) return words;
  const isSplit = words.slice(inner.start).some(({ text }) => text === '--');
  return isSplit && words[inner.start]?.text !== 'git' ? words : words.slice(0, inner.start + 1);
}

/** Of a program of which nothing is known: what stands behind `--`, `run` or `exec`, and words that are whole commands. */
function guess(found: Unfolded, words: readonly ShellWord[], { directories, input }: Around, depth: number): void {
  const around: Around = { directories, input, isGuess: true };
  const name = nameOf(words[0]) ?? '';
  let guesses = 0;
  let places = 0;
  const inside: Unfolded = { forms: [], possible: [], redirects: [], doubts: [] };
  for (const [index, { text, isKnown }] of words.entries()) {
    if (index === 0 || !isKnown || guesses >= maxGuesses) continue;
    if (launching.test(text) || /\s/.test(text)) guesses++;
    if (launching.test(text)) {
      for (const place of placesBehind(words, index)) {
        if (++places > maxPlaces) break;
        unfoldWords(inside, words.slice(place), around, depth + 1);
      }
    } else if (makes(name) && /^\w+[:?+!]*=\S+$/.test(text)) {
      unfoldScript(inside, literalWord(text.slice(text.indexOf('=') + 1)), around, depth + 1);
    } else if (/\s/.test(text) && !isTitle(words[index - 1]?.text ?? '')) {
      unfoldScript(inside, literalWord(text.replace(/^[^\s=]+=(?=\S)/, '')), around, depth + 1);
    }
  }
  found.possible.push(...inside.forms);
  if (guesses >= maxGuesses || places > maxPlaces) {
    found.doubts.push('it has more parts that may be commands than can be looked at');
  }
}

/** Where the command may start behind such a word: at once, or behind options, with values or without. */
function placesBehind(words: readonly ShellWord[], index: number): readonly number[] {
  const places = [index + 1];
  let place = index + 1;
  while (place < words.length && words[place]?.text.startsWith('-') === true) {
    place++;
    if (words[place]?.text.startsWith('-') === true) continue;
    places.push(place, ++place);
  }
  return places.filter((candidate) => candidate < words.length);
}

/** A program whose name has blanks in it is a whole command for some of those that start it. */
function guessScript(found: Unfolded, word: ShellWord, { directories, input }: Around, depth: number): void {
  const inside: Unfolded = { forms: [], possible: [], redirects: [], doubts: [] };
  unfoldScript(inside, word, { directories, input, isGuess: true }, depth + 1);
  found.possible.push(...inside.forms);
}

/** Programs whose recipes run what their variables say. */
function makes(name: string): boolean {
  return name === 'make' || name === 'gmake';
}

/** `make SHELL=program` runs each line of a recipe with it. */
function unfoldMake(words: readonly ShellWord[], go: Go): void {
  for (const { text, template, isKnown } of words.slice(1)) {
    const [start] = /^SHELL\s*[:?+!]*=\s*/.exec(text) ?? [];
    if (start === undefined) continue;
    const value = text.slice(start.length);
    if (isKnown && shells.has(value.slice(value.lastIndexOf('/') + 1))) continue;
    go.script({ ...literalWord(value), isKnown, template: `${isKnown ? value : template.slice(start.length)} "$_"` });
  }
}

/** What to do with what is found inside. */
export interface Go {
  words(words: readonly ShellWord[], directories?: Directories): void;
  script(script: ShellWord | undefined): void;
  doubt(what: string): void;
}

function unfoldProgram(name: string, words: readonly ShellWord[], { input }: Around, go: Go): void {
  if (shells.has(name)) return unfoldShell(name, words, input, go);
  switch (name) {
    case 'eval':
      return words.length > 1 ? go.script(joined(words.slice(words[1]?.text === '--' ? 2 : 1))) : undefined;
    case 'at':
    case 'batch':
      return words.some(({ text }) => text === '-f') ? undefined : unfoldInput(name, input, go);
    case 'trap':
      return unfoldTrap(words, go);
    case 'source':
    case '.':
      return unfoldSource(words, input, go);
    case 'alias':
      for (const word of words.slice(1)) {
        go.script(word.isKnown ? literalWord(word.text.slice(word.text.indexOf('=') + 1)) : word);
      }
      return;
    case 'hash':
    case 'enable':
      if (words.slice(1).some(({ text, isKnown }) => !isKnown || /^-\w*[pf]/.test(text))) {
        go.doubt(`${name} changes what later words mean`);
      }
      return;
    case 'find':
      return unfoldActions(words, /^-(?:exec|ok)(?:dir)?$/, go);
    case 'fd':
    case 'fdfind':
      return unfoldActions(words, /^(?:-[A-Za-z]*[xX]|--exec|--exec-batch)$/, go);
    case 'git':
      return unfoldGit(words, go);
    case 'make':
    case 'gmake':
      return unfoldMake(words, go);
    default:
      return unfoldWrapper(name, words, input, go);
  }
}

function unfoldScript(found: Unfolded, script: ShellWord | undefined, around: Around, depth: number): void {
  if (script === undefined) return;
  if (!script.isKnown) found.doubts.push('it runs a script that is only known when it runs');
  if (depth > maxDepth) {
    found.doubts.push('it is nested too deeply to be looked through');
    return;
  }
  const { units, problem } = parseShell(script.template, around.directories, around.input);
  if (problem !== undefined) found.doubts.push(`of the script that it runs, ${problem}`);
  for (const unit of units) {
    unfoldWords(found, unit.words, { ...unit, isGuess: around.isGuess === true }, depth);
    for (const redirect of unit.redirects) found.redirects.push({ redirect, directories: unit.directories });
  }
}

/** `bash -c script`, `bash file`, or a script from the input. */
function unfoldShell(name: string, words: readonly ShellWord[], input: ShellInput, go: Go): void {
  let hasScript = false;
  let readsInput = false;
  let index = 1;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word?.isKnown !== true || word.hasGlob || !/^[-+]./.test(word.text)) break;
    if (word.text === '--') {
      index++;
      break;
    }
    if (/^--(?:rcfile|init-file)$/.test(word.text)) {
      go.doubt(`${name} runs the file that ${word.text} names`);
      index++;
    } else if (!word.text.startsWith('--')) {
      hasScript ||= word.text.startsWith('-') && word.text.includes('c');
      readsInput ||= word.text.startsWith('-') && word.text.includes('s');
      index += (word.text.match(/[oO]/g) ?? []).length;
    }
  }
  const operand = words[index];
  if (hasScript) return operand === undefined ? undefined : go.script(operand);
  if (operand !== undefined && !readsInput && !isInputPath(operand.text)) {
    if (!operand.isKnown || operand.hasGlob) go.doubt(`which script ${name} runs is only known when it runs`);
    return;
  }
  unfoldInput(name, input, go);
}

function unfoldInput(name: string, input: ShellInput, go: Go): void {
  if (input.type === 'text') go.script(literalWord(input.text));
  else go.doubt(`${name} runs a script from its input, which is only known when it runs`);
}

function isInputPath(path: string): boolean {
  return /^(?:-|\/dev\/stdin|\/dev\/fd\/\d+|\/proc\/self\/fd\/\d+)$/.test(path);
}

function unfoldSource(words: readonly ShellWord[], input: ShellInput, go: Go): void {
  const operand = words.slice(1).find(({ text, isKnown }) => !isKnown || text !== '--');
  if (operand === undefined) return;
  if (!operand.isKnown || operand.hasGlob) go.doubt('which file is sourced is only known when it runs');
  else if (isInputPath(operand.text)) unfoldInput('source', input, go);
}

function unfoldTrap(words: readonly ShellWord[], go: Go): void {
  const operands = words.slice(1).filter(({ text }) => !/^-[lpP-]*$/.test(text));
  if (operands.length > 1) go.script(operands[0]);
}

/** `-exec command {} ;`, as often as it comes. */
function unfoldActions(words: readonly ShellWord[], action: RegExp, go: Go): void {
  for (const [index, { text, isKnown }] of words.entries()) {
    if (!isKnown || !action.test(text)) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((word) => word.text === ';' || word.text === '+');
    const command = withUnknown(end < 0 ? rest : rest.slice(0, end), '{}');
    const found = command.map((word, place) => (rest[place]?.text === '{}' ? { ...word, isFound: true } : word));
    go.words(found, unknownDirectories);
  }
}

function unfoldWrapper(name: string, words: readonly ShellWord[], input: ShellInput, go: Go): void {
  const inner = unwrap(words);
  if (inner === undefined) {
    return;
  }
  if (inner.script !== undefined) {
    // What `env -S` splits are options of its own as well.
    const { script } = inner;
    go.script(name === 'env' ? { ...script, text: `env ${script.text}`, template: `env ${script.template}` } : script);
  }
  if (inner.startIfLacking !== undefined) go.words(words.slice(inner.startIfLacking));
  const rest = words.slice(inner.start);
  const moves = words.slice(1, inner.start).some(({ text }) => /^(?:-[A-Za-z]*[CDR]|--chdir|--chroot)/.test(text));
  const directories = moves || name === 'chroot' ? unknownDirectories : undefined;
  if (inner.joins) {
    const end = rest.findIndex(({ text }) => /^:{3,4}\+?$/.test(text));
    const command = end < 0 ? rest : rest.slice(0, end);
    if (command.length === 0) go.doubt(`${name} runs what its input or its arguments say`);
    else for (const script of scriptsOf(name, command)) go.script(script);
  } else if (rest.length > 0) {
    go.words(name === 'xargs' ? withInput(rest, words.slice(0, inner.start), input) : rest, directories);
  } else if (/^(?:sudo|su|doas|runuser|unshare|nsenter|chroot)$/.test(name) && inner.script === undefined) {
    go.doubt(`${name} starts a shell, which runs what its input says`);
  }
}

/** What `xargs` makes of its input. */
function withInput(rest: readonly ShellWord[], own: readonly ShellWord[], input: ShellInput): readonly ShellWord[] {
  const isFound =
    input.type === 'names' && input.areJudged && !own.some(({ text }) => /^(?:-[A-Za-z]*a|--arg-file)/.test(text));
  const placeholder = replacedBy(own);
  return [
    ...withUnknown(rest, placeholder).map((word, index) =>
      isFound && rest[index]?.text === placeholder ? { ...word, isFound } : word,
    ),
    { ...unknownWord, isFound },
  ];
}

/** Some take each word for a command, others all of them for one. */
function scriptsOf(name: string, words: readonly ShellWord[]): readonly ShellWord[] {
  if (name === 'hyperfine') return words;
  const template = words.map((word) => (name === 'parallel' && word.text === '{}' ? unknownWord : word));
  const last = template.at(-1);
  // What comes from the input is appended.
  const known = last?.isKnown === false ? template.slice(0, -1) : template;
  return [joined(known.map((word) => ({ ...word, template: word.template.replaceAll('{}', '"$@"') })))];
}

/** The text that `-I` replaces. */
function replacedBy(own: readonly ShellWord[]): string {
  for (const [index, { text }] of own.entries()) {
    const [, attached] = /^(?:-[A-Za-z0-9]*[Ii]|--replace=)(.*)$/.exec(text) ?? [];
    if (attached !== undefined) return attached || (text.endsWith('I') ? (own[index + 1]?.text ?? '{}') : '{}');
  }
  return '{}';
}

/** Words in which a placeholder stands are only known when they are filled in. */
function withUnknown(words: readonly ShellWord[], placeholder: string): readonly ShellWord[] {
  return words.map((word) =>
    placeholder !== '' && word.text.includes(placeholder) ? { ...unknownWord, isOne: true } : word,
  );
}

function joined(words: readonly ShellWord[]): ShellWord {
  const template = words.map((word) => word.template).join(' ');
  return { ...literalWord(template), isKnown: words.every(({ isKnown }) => isKnown) };
}
