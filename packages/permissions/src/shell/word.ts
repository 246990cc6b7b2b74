import type { Word, WordPart } from 'unbash';
import { expandBraces, type Letter } from './expand-braces.ts';
import { literalOutput } from './literal-output.ts';

/** One word, as a program would get it. */
export interface ShellWord {
  /** The word after quotes are removed and braces expanded; without what only the running shell can know. */
  readonly text: string;
  /** The word as a script, with a variable where something is not known. */
  readonly template: string;
  /** True where `text` is all there is to know, but for what its globs match. */
  readonly isKnown: boolean;
  /** True where the shell replaces the word by the names of files that match it. */
  readonly hasGlob: boolean;
  /** True for a word that stays one word, whatever it turns out to be. */
  readonly isOne: boolean;
  /** True where it stands for files that a search names, which is judged by itself. */
  readonly isFound?: boolean;
}

/** What braces may multiply one word to; more is a word that cannot be known. */
const maxWords = 300;

/** A word that cannot be known. */
export const unknownWord: ShellWord = { text: '', template: '$_', isKnown: false, hasGlob: false, isOne: false };

/** A word that is what it says. */
export function literalWord(text: string): ShellWord {
  return { text, template: text, isKnown: true, hasGlob: false, isOne: true };
}

/** The words that one word of the source becomes. Nothing is expanded in them but braces. */
export function toShellWords(word: Word, integers: ReadonlySet<string> = noIntegers): readonly ShellWord[] {
  const plain = asWritten(word);
  if (plain !== undefined) return [{ ...literalWord(plain), hasGlob: /[*?[]/.test(plain) }];
  const expanded = expandBraces(lettersOf(word, integers), maxWords);
  return expanded === undefined ? [unknownWord] : expanded.map(toShellWord);
}

/** The one word that is left where braces are not expanded, as in assignments. */
export function toSingleWord(word: Word): ShellWord {
  return toShellWord(lettersOf(word));
}

/** What of a word stands outside of quotes, as it is written. */
export function plainTextOf(word: Word): string {
  const plain = asWritten(word);
  if (plain !== undefined) return plain;
  return lettersOf(word)
    .map(({ kind, text }) => (kind === 'plain' ? text : ''))
    .join('');
}

/** The text of a word in which nothing is quoted, expanded or in braces, as most words are. */
function asWritten({ text, parts }: Word): string | undefined {
  return parts === undefined && !/[\\{]/.test(text) ? text : undefined;
}

function toShellWord(letters: readonly Letter[]): ShellWord {
  const unclear = letters.filter(({ kind }) => kind === 'unknown');
  return {
    text: letters.map(({ text }) => text).join(''),
    template: letters.map(({ kind, text }) => (kind === 'unknown' ? '$_' : text)).join(''),
    isKnown: unclear.length === 0,
    hasGlob: letters.some(({ kind, text }) => kind === 'plain' && '*?['.includes(text)),
    isOne: unclear.every(({ isQuoted }) => isQuoted === true),
  };
}

const noIntegers: ReadonlySet<string> = new Set();

function lettersOf({ text, parts }: Word, integers: ReadonlySet<string> = noIntegers): readonly Letter[] {
  return parts === undefined ? plainLetters(text) : parts.flatMap((part) => lettersOfPart(part, integers));
}

function lettersOfPart(part: WordPart, integers: ReadonlySet<string>): readonly Letter[] {
  switch (part.type) {
    case 'Literal':
      return plainLetters(part.text);
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return quoted(part.value);
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.length === 0 ? quoted('') : part.parts.flatMap(lettersInQuotes);
    case 'Glob':
      return part.parts?.every(({ type }) => type === 'Literal') === false ? [unknown(false)] : plainLetters(part.text);
    case 'BraceExpansion':
      return part.parts === undefined
        ? plainLetters(part.text)
        : [
            ...plainLetters('{'),
            ...part.parts.flatMap((inner) => lettersOfPart(inner, integers)),
            ...plainLetters('}'),
          ];
    case 'SimpleExpansion':
      return [unknown(/^\$[?#!$]$/.test(part.text) || integers.has(part.text.slice(1)))];
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'ExtendedGlob':
      return [unknown(false)];
  }
}

function lettersInQuotes(part: WordPart): readonly Letter[] {
  if (part.type === 'Literal') return quoted(part.value);
  const output = part.type === 'CommandExpansion' ? literalOutput(part) : undefined;
  return output === undefined ? [unknown(part.text !== '$@' && !/^\$\{.*[@*]/s.test(part.text))] : quoted(output);
}

/** Text outside of quotes: a backslash takes the meaning from what follows, and joins lines. */
function plainLetters(text: string): readonly Letter[] {
  const letters: Letter[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character !== '\\') {
      letters.push({ kind: 'plain', text: character });
      continue;
    }
    index++;
    if (text.charAt(index) !== '\n') letters.push({ kind: 'quoted', text: text.charAt(index) || '\\' });
  }
  return letters;
}

function quoted(text: string): readonly Letter[] {
  return [{ kind: 'quoted', text }];
}

function unknown(isQuoted: boolean): Letter {
  return { kind: 'unknown', text: '', isQuoted };
}
