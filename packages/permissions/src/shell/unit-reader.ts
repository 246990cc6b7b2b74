import {
  forEachChild,
  type AndOr,
  type ArithmeticFor,
  type Case,
  type CommandNode,
  type CompoundList,
  type If,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type Redirection,
  type Statement,
  type SyntaxNode,
  type Word,
} from 'unbash';
import { unseenSubstitution } from './account-substitutions.ts';
import { areSame, unite, unknownDirectories, type Directories } from './directories.ts';
import { arithmeticDanger, dangerOf, namesSetIn, type Integers } from './expansion-danger.ts';
import { isPlainName } from './find-integers.ts';
import { arithmeticGuard, nodeGuard, wordGuard } from './guards.ts';
import { directoriesAfter, mayRemove } from './directories-after.ts';
import { inputOf, toAssignment, toRedirects } from './read-command.ts';
import type { ShellInput, ShellUnit } from './shell-unit.ts';
import { outputOf } from './lists-files.ts';
import { literalOutput } from './literal-output.ts';
import { testDanger } from './test-danger.ts';
import { plainTextOf, toShellWords } from './word.ts';

/** What is found while a command is read. */
export interface Reading {
  readonly units: ShellUnit[];
  readonly integers: Integers;
  /** What cannot be judged. */
  readonly problems: string[];
  /** True once something ran that may have taken a directory away. */
  mayHaveRemoved: boolean;
}

/** Where the reader is. */
export interface Place {
  readonly source: string;
  readonly at: Directories;
  readonly input: ShellInput;
}

/** Reads all units of a script. Each function here returns where the shell is afterwards. */
export function readScript(reading: Reading, script: ParsedScript, place: Place): Directories {
  for (const { message } of script.errors ?? []) reading.problems.push(`it is not valid bash (${message})`);
  // A script between backticks has a text of its own.
  const unseen = script.source === undefined ? undefined : unseenSubstitution(script, script.source);
  if (unseen !== undefined) reading.problems.push(unseen);
  return readStatements(reading, script.commands, { ...place, source: script.source ?? place.source });
}

function readStatements(reading: Reading, statements: readonly Statement[], place: Place): Directories {
  let { at } = place;
  for (const { command, background } of statements) {
    const after = readNode(reading, command, { ...place, at });
    if (background !== true) at = after;
  }
  return at;
}

function readNode(reading: Reading, node: PipelineNode | AndOr | CompoundList, place: Place): Directories {
  switch (node.type) {
    case 'AndOr':
      return readAndOr(reading, node, place);
    case 'Pipeline':
      return readPipeline(reading, node, place);
    case 'CompoundList':
      return readStatements(reading, node.commands, place);
    default:
      return readCommandNode(reading, node, place);
  }
}

/** What follows `||` may run where the first command has not changed the directory. */
function readAndOr(reading: Reading, { commands, operators }: AndOr, place: Place): Directories {
  let { at } = place;
  let before = at;
  for (const [index, command] of commands.entries()) {
    if (operators[index - 1] === '||') at = unite(at, before);
    const after = readNode(reading, command, { ...place, at });
    before = unite(before, at);
    at = operators[index - 1] === '||' ? unite(at, after) : after;
  }
  return operators.includes('||') ? unite(at, before) : at;
}

/** Each command of a pipeline runs in a shell of its own. */
function readPipeline(reading: Reading, { commands }: Pipeline, place: Place): Directories {
  const [first] = commands;
  if (commands.length === 1 && first !== undefined) return readCommandNode(reading, first, place);
  let { input } = place;
  for (const command of commands) {
    readCommandNode(reading, command, { ...place, input });
    const last = reading.units.at(-1);
    const isPlain = command.type === 'Command' && last?.text === textOf(command, place);
    input = isPlain ? outputOf(last.words, last.input) : { type: 'unknown' };
  }
  return place.at;
}

function readCommandNode(reading: Reading, node: CommandNode, place: Place): Directories {
  switch (node.type) {
    case 'Command':
      return readCommand(reading, node, place);
    case 'Redirected': {
      readRedirects(reading, node.redirects, place);
      return readCommandNode(reading, node.command, { ...place, input: inputOf(node.redirects) ?? place.input });
    }
    case 'BraceGroup':
      return readNode(reading, node.body, place);
    case 'Subshell':
      readNode(reading, node.body, place);
      return place.at;
    case 'If':
      return readIf(reading, node, place);
    case 'While':
      return readLoop(reading, place, (at) =>
        readNode(reading, node.body, { ...place, at: readNode(reading, node.clause, { ...place, at }) }),
      );
    case 'For':
    case 'Select':
      readValues(reading, node.name, node.wordlist ?? [], place);
      return readLoop(reading, place, (at) => readNode(reading, node.body, { ...place, at }));
    case 'ArithmeticFor':
      readArithmeticFor(reading, node, place);
      return readLoop(reading, place, (at) => readNode(reading, node.body, { ...place, at }));
    case 'Case':
      return readCase(reading, node, place);
    case 'Function':
    case 'Coproc':
      add(reading, place, { kind: 'definition', text: textOf(node, place) });
      readNode(reading, node.body, { ...place, at: unknownDirectories, input: { type: 'unknown' } });
      return unknownDirectories;
    case 'TestCommand': {
      add(
        reading,
        place,
        { kind: 'test', text: textOf(node, place) },
        testDanger(node.expression, reading.integers, place.source),
      );
      readInside(reading, node, place);
      return place.at;
    }
    case 'ArithmeticCommand': {
      const text = place.source.slice(node.pos + 2, node.end - 2);
      add(
        reading,
        place,
        { kind: 'arithmetic', text: textOf(node, place) },
        arithmeticUnitDanger(text, reading.integers),
      );
      readInside(reading, node, place);
      return place.at;
    }
  }
}

function readIf(reading: Reading, node: If, place: Place): Directories {
  let tested = readNode(reading, node.clause, place);
  let after = readNode(reading, node.then, { ...place, at: tested });
  for (const branch of node.elif) {
    tested = readNode(reading, branch.clause, { ...place, at: tested });
    after = unite(after, readNode(reading, branch.then, { ...place, at: tested }));
  }
  return unite(after, node.else === undefined ? tested : readNode(reading, node.else, { ...place, at: tested }));
}

/** A loop that changes the directory may do so any number of times. Its body is read again then, somewhere. */
function readLoop(reading: Reading, { at }: Place, readBody: (at: Directories) => Directories): Directories {
  const first = reading.units.length;
  if (areSame(readBody(at), at)) return at;
  reading.units.splice(first);
  readBody(unknownDirectories);
  return unknownDirectories;
}

function readCase(reading: Reading, node: Case, place: Place): Directories {
  readValues(reading, undefined, [node.word, ...node.items.flatMap(({ pattern }) => pattern)], place);
  let after = place.at;
  for (const { body } of node.items) after = unite(after, readNode(reading, body, { ...place, at: after }));
  return after;
}

function readArithmeticFor(reading: Reading, node: ArithmeticFor, place: Place): void {
  const { source } = place;
  const texts = [node.initialize, node.test, node.update].map((part) =>
    part === undefined ? '' : source.slice(part.pos, part.end),
  );
  const header = source.slice(node.pos, node.body.pos);
  const guard =
    texts.map(arithmeticGuard).find((problem) => problem !== undefined) ??
    (/\$\(|`|<</.test(header) ? arithmeticGuard('`') : undefined);
  if (guard !== undefined) reading.problems.push(guard);
  const dangers = texts.map((text) => arithmeticUnitDanger(text, reading.integers));
  add(
    reading,
    place,
    { kind: 'arithmetic', text: header },
    dangers.find((danger) => danger !== undefined),
  );
  for (const part of [node.initialize, node.test, node.update]) {
    if (part !== undefined) readInside(reading, part, place);
  }
}

function arithmeticUnitDanger(text: string, integers: Integers): string | undefined {
  const name = namesSetIn(text).find((candidate) => !isPlainName(candidate));
  return name === undefined ? arithmeticDanger(text, integers) : `it sets ${name}`;
}

/** The words that a loop goes through, or a `case` compares. */
function readValues(reading: Reading, name: Word | undefined, words: readonly Word[], place: Place): void {
  for (const word of words) checkWord(reading, word, place);
  const isOdd = name !== undefined && !isPlainName(name.text);
  const danger = isOdd ? `it sets ${name.text}` : dangerIn(reading, words, place);
  const text = words.map((word) => textOf(word, place)).join(' ');
  if (danger !== undefined) {
    add(reading, place, { kind: 'values', text: name === undefined ? text : `${name.text} in ${text}` }, danger);
  }
}

function readRedirects(reading: Reading, redirections: readonly Redirection[], place: Place): void {
  for (const redirection of redirections) readInside(reading, redirection, place);
  const redirects = toRedirects(reading, redirections, place);
  const text = redirections.map((redirection) => textOf(redirection, place)).join(' ');
  add(reading, place, { redirects, text }, dangerIn(reading, redirections, place));
}

function readCommand(reading: Reading, node: Extract<CommandNode, { type: 'Command' }>, place: Place): Directories {
  const { name, prefix, suffix, redirects } = node;
  const wordNodes = [
    ...(name === undefined ? [] : [name]),
    ...suffix.filter((item) => item.type === 'Word' || item.type === 'Assignment'),
  ];
  for (const child of [...prefix, ...suffix, ...(name === undefined ? [] : [name])]) checkWord(reading, child, place);
  const assignments = prefix.filter((item) => item.type === 'Assignment').map(toAssignment);
  const words = wordNodes.flatMap((word) =>
    word.type === 'Word' ? toShellWords(word, reading.integers) : [toAssignment(word).asWord],
  );
  const unit = {
    text: textOf(node, place),
    words,
    assignments,
    redirects: toRedirects(reading, redirects, place),
    input: inputOf(redirects) ?? place.input,
  };
  add(reading, place, unit, dangerIn(reading, [...prefix, ...wordNodes, ...redirects], place));
  const after = directoriesAfter(words, assignments, place.at, reading.mayHaveRemoved);
  reading.mayHaveRemoved ||= mayRemove(words);
  return after;
}

function dangerIn(reading: Reading, nodes: readonly SyntaxNode[], { source }: Place): string | undefined {
  return nodes.map((node) => dangerOf(node, reading.integers, source)).find((danger) => danger !== undefined);
}

/** Guards a word and reads the commands in it. */
function checkWord(reading: Reading, node: SyntaxNode, place: Place): void {
  if (node.type === 'Word') {
    const problem = wordGuard(node, plainTextOf(node));
    if (problem !== undefined) reading.problems.push(problem);
  }
  readInside(reading, node, place);
}

/** Looks for commands and for what cannot be judged in all that a node holds. */
function readInside(reading: Reading, node: SyntaxNode, place: Place): void {
  const problem = nodeGuard(node, place.source);
  if (problem !== undefined) reading.problems.push(problem);
  const first = reading.units.length;
  forEachChild(node, (child) => {
    if (child.type === 'Script') readScript(reading, child, place);
    else readInside(reading, child, place);
  });
  if (node.type !== 'CommandExpansion' || literalOutput(node) === undefined) return;
  const literal = reading.units.splice(first).map((unit) => ({ ...unit, isLiteral: true }));
  reading.units.push(...literal);
}

function textOf({ pos, end }: SyntaxNode, { source }: Place): string {
  return source.slice(pos, end);
}

function add(
  reading: Reading,
  { at, input }: Place,
  unit: Partial<ShellUnit> & { readonly text: string },
  danger?: string,
): void {
  const empty = { kind: 'command', words: [], assignments: [], redirects: [], input, isLiteral: false } as const;
  reading.units.push({ ...empty, directories: at, ...unit, ...(danger === undefined ? {} : { danger }) });
}
