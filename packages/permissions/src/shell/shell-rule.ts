import type { Fail } from '../fail.ts';
import { matchSequence } from '../match-sequence.ts';
import type { ShellWord } from './word.ts';

/** A word of a rule: one that is spelled out, one with `*` in it, or a `*` alone. */
type WordPattern =
  | { readonly type: 'literal'; readonly text: string }
  /** The pieces between the stars. */
  | { readonly type: 'wildcard'; readonly pieces: readonly string[] }
  | { readonly type: 'star' };

/** The words of a rule about commands. */
export interface ShellPattern {
  readonly words: readonly WordPattern[];
  /** True where further words may follow. */
  readonly isPrefix: boolean;
  /** True for a rule without any wildcard: a command that somebody has looked at. */
  readonly isExact: boolean;
}

/** A letter of a rule, and whether quotes take its meaning. */
interface RuleLetter {
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * Reads the words in the brackets of a rule, as a shell would split them. `:*` at the end is ` *`: further words may
 * follow. A `*` in a word stays in the word, and a `*` alone is one word for allow rules and any number for the others.
 */
export function parseShellPattern(spec: string, fail: Fail): ShellPattern {
  const isOpen = /(?<!\\):\*$/.test(spec);
  const words = splitWords(isOpen ? spec.slice(0, -2) : spec, fail).map(toPattern);
  const isPrefix = isOpen || words.at(-1)?.type === 'star';
  const own = isPrefix && !isOpen ? words.slice(0, -1) : words;
  if (own.length === 0) return fail('there is no command in the brackets; leave them out to mean every command.');
  return { words: own, isPrefix, isExact: !isPrefix && own.every(({ type }) => type === 'literal') };
}

function splitWords(spec: string, fail: Fail): readonly (readonly RuleLetter[])[] {
  const words: RuleLetter[][] = [];
  let current: RuleLetter[] | undefined;
  const characters = Array.from(spec);
  let index = 0;
  const readQuoted = (quote: string): void => {
    for (index++; characters[index] !== quote; index++) {
      let text = characters[index];
      if (text === undefined) return fail(`${quote} has no end; write \\${quote} for the character.`);
      if (quote === '"' && text === '\\' && /^["$`\\]$/.test(characters[index + 1] ?? '')) {
        text = characters[++index] ?? '';
      } else if (quote === '"' && /^[$`]$/.test(text)) {
        return fail(`"${text}" is expanded by the shell; quote it with ' instead.`);
      }
      current?.push({ text, isQuoted: true });
    }
  };
  for (; index < characters.length; index++) {
    const text = characters[index] ?? '';
    if (text === '\n' || text === '\0') fail('a rule is about one command, on one line.');
    if (text === ' ' || text === '\t') {
      current = undefined;
      continue;
    }
    if (current === undefined) words.push((current = []));
    if (text === "'" || text === '"') readQuoted(text);
    else if (text === '\\') current.push({ text: characters[++index] ?? '\\', isQuoted: true });
    else if (/^[;&|<>()$`]$/.test(text)) {
      fail(
        `"${text}" means something to the shell, and a rule is about the words of one command; write "\\${text}" for the character.`,
      );
    } else current.push({ text, isQuoted: false });
  }
  return words;
}

function toPattern(letters: readonly RuleLetter[]): WordPattern {
  const isStar = ({ text, isQuoted }: RuleLetter): boolean => text === '*' && !isQuoted;
  if (!letters.some(isStar)) return { type: 'literal', text: textOf(letters) };
  if (letters.every(isStar)) return { type: 'star' };
  const pieces: RuleLetter[][] = [[]];
  for (const letter of letters) {
    if (isStar(letter)) pieces.push([]);
    else pieces.at(-1)?.push(letter);
  }
  return { type: 'wildcard', pieces: pieces.map(textOf) };
}

function textOf(letters: readonly RuleLetter[]): string {
  return letters.map(({ text }) => text).join('');
}

/** A word with stars in it matches a text. */
function matchesPieces(pieces: readonly string[], text: string): boolean {
  const parts = pieces.flatMap((piece, index) => [...(index === 0 ? [] : [undefined]), ...Array.from(piece)]);
  return matchSequence(
    parts,
    Array.from(text),
    (part) => part === undefined,
    (part, character) => part === character,
  );
}

/** How an allow rule covers a command: for each of its words, whether the rule spells it. `undefined` where it does not. */
export function coverWords(
  { words, isPrefix }: ShellPattern,
  texts: readonly string[],
): readonly boolean[] | undefined {
  if (isPrefix ? texts.length < words.length : texts.length !== words.length) return undefined;
  const isCovered = words.every((word, index) => matchesWord(word, texts[index] ?? ''));
  return isCovered ? texts.map((_text, index) => words[index]?.type === 'literal') : undefined;
}

function matchesWord(word: WordPattern, text: string): boolean {
  switch (word.type) {
    case 'star':
      return true;
    case 'literal':
      return word.text === text;
    case 'wildcard':
      return matchesPieces(word.pieces, text);
  }
}

/** Whether a deny or ask rule is about a command; `maybe` where that depends on what is only known when it runs. */
export function restrictWords(pattern: ShellPattern, words: readonly ShellWord[]): 'yes' | 'maybe' | 'no' {
  if (matchesFreely(pattern, words, false)) return 'yes';
  if (words.every(({ isKnown, hasGlob }) => isKnown && !hasGlob)) return 'no';
  return matchesFreely(pattern, words, true) ? 'maybe' : 'no';
}

/** Follows all ways to match at once. A word that is not known counts as any number of any words, or as no word. */
function matchesFreely({ words, isPrefix }: ShellPattern, given: readonly ShellWord[], isHopeful: boolean): boolean {
  let states = closure(new Set([0]), words);
  for (const [position, word] of given.entries()) {
    const next = new Set<number>();
    const isOpen = isHopeful && (!word.isKnown || word.hasGlob);
    for (const state of states) {
      if (state === words.length) {
        if (isPrefix || isOpen) next.add(state);
        continue;
      }
      const pattern = words[state];
      if (pattern === undefined) continue;
      if (isOpen) for (let later = state; later <= words.length; later++) next.add(later);
      if (pattern.type === 'star') next.add(state);
      else if (isKnownMatch(pattern, word, position === 0)) next.add(state + 1);
    }
    states = closure(next, words);
    if (states.size === 0) return false;
  }
  return states.has(words.length);
}

/** A star may stand for nothing. */
function closure(states: Set<number>, words: readonly WordPattern[]): Set<number> {
  for (const state of states) if (words[state]?.type === 'star') states.add(state + 1);
  return states;
}

/** Some systems find a program whatever the case of its name. */
function isKnownMatch(pattern: WordPattern, { text, isKnown, hasGlob }: ShellWord, isProgram: boolean): boolean {
  if (!isKnown || hasGlob) return false;
  if (matchesWord(pattern, text)) return true;
  return isProgram && matchesWord(lowerCase(pattern), text.toLowerCase());
}

function lowerCase(pattern: WordPattern): WordPattern {
  if (pattern.type === 'literal') return { type: 'literal', text: pattern.text.toLowerCase() };
  if (pattern.type === 'wildcard') {
    return { type: 'wildcard', pieces: pattern.pieces.map((piece) => piece.toLowerCase()) };
  }
  return pattern;
}

/** The rule that covers exactly these words, and nothing else. */
export function toExactSpec(texts: readonly string[]): string {
  return texts.map((text) => (/^[\w@%+=:,./-]+$/.test(text) && !text.endsWith(':') ? text : quoteWord(text))).join(' ');
}

function quoteWord(text: string): string {
  return text.includes("'") ? `"${text.replaceAll(/["$`\\]/g, '\\$&')}"` : `'${text}'`;
}
