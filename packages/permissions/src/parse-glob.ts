import type { Fail } from './fail.ts';

/** A part of a pattern that stands for characters of one name. Class ranges are code points, both ends included. */
export type GlobToken =
  | { readonly type: 'character'; readonly character: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | {
      readonly type: 'class';
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [first: number, last: number])[];
    };

/** A token, or the slash between two names. */
export type GlobPart = GlobToken | { readonly type: 'slash' };

type Sequence = readonly GlobPart[];

/** What is left to read. */
interface Reader {
  readonly characters: readonly string[];
  index: number;
}

/** The longest path that a workspace takes, in bytes. */
const maxLength = 4096;
/** More than anybody writes, and few enough to try one by one. */
const maxChoices = 100;

/** Reads a pattern. Gives one sequence for each choice that its braces leave. */
export function parseGlobParts(text: string, fail: Fail): readonly Sequence[] {
  if (text.length > maxLength) fail(`it is longer than ${maxLength} characters; no path is.`);
  const reader: Reader = { characters: Array.from(text), index: 0 };
  const sequences = readSequence(reader, false, fail);
  if (sequences.length > maxChoices) fail(`its braces leave more than ${maxChoices} choices; write several rules.`);
  return sequences;
}

/** Reads to the end or, in braces, to the comma or brace that ends the choice. */
function readSequence(reader: Reader, isInBraces: boolean, fail: Fail): readonly Sequence[] {
  let sequences: readonly Sequence[] = [[]];
  while (reader.index < reader.characters.length) {
    const character = reader.characters[reader.index];
    if (isInBraces && (character === ',' || character === '}')) break;
    const choices = readPart(reader, fail);
    sequences = sequences.flatMap((before) => choices.map((choice) => [...before, ...choice]));
    if (sequences.length > maxChoices) break;
  }
  return sequences;
}

function readPart(reader: Reader, fail: Fail): readonly Sequence[] {
  const character = take(reader);
  if ('?*+@!'.includes(character) && reader.characters[reader.index] === '(') {
    return fail(
      `"${character}(" is an extended pattern, which is not supported; write {a,b}, or "\\(" for the character.`,
    );
  }
  switch (character) {
    case '/':
      return [[{ type: 'slash' }]];
    case '*':
      return [[{ type: 'star' }]];
    case '?':
      return [[{ type: 'any' }]];
    case '\\':
      return [[{ type: 'character', character: takeEscaped(reader, fail) }]];
    case '[':
      return [[readClass(reader, fail)]];
    case '{':
      return readBraces(reader, fail);
    case ']':
    case '}':
      return fail(`"${character}" has no beginning; write "\\${character}" for the character.`);
    case '\0':
      return fail('no path has a NUL character.');
    default:
      return [[{ type: 'character', character }]];
  }
}

function readBraces(reader: Reader, fail: Fail): readonly Sequence[] {
  const choices = [...readSequence(reader, true, fail)];
  let count = 1;
  for (; reader.characters[reader.index] === ','; count++) {
    reader.index++;
    choices.push(...readSequence(reader, true, fail));
  }
  if (choices.length > maxChoices) return choices;
  if (take(reader) !== '}') return fail('"{" has no end; write "\\{" for the character.');
  if (count === 1) return fail('braces need two choices or more, as in {a,b}; write "\\{" for the character.');
  return choices;
}

function readClass(reader: Reader, fail: Fail): GlobToken {
  const isNegated = ['!', '^'].includes(reader.characters[reader.index] ?? '');
  if (isNegated) reader.index++;
  const ranges: [number, number][] = [];
  while (reader.characters[reader.index] !== ']' || ranges.length === 0) {
    const first = takeInClass(reader, fail);
    const isRange = reader.characters[reader.index] === '-' && reader.characters[reader.index + 1] !== ']';
    if (isRange) reader.index++;
    const last = isRange ? takeInClass(reader, fail) : first;
    if (last < first) fail('a range in "[…]" must go upwards, as in [a-z].');
    ranges.push([first, last]);
  }
  reader.index++;
  return { type: 'class', isNegated, ranges };
}

/** The code point of the next member of a class. */
function takeInClass(reader: Reader, fail: Fail): number {
  const character = take(reader);
  if (character === '') fail('"[" has no end; write "\\[" for the character.');
  if (character === '/') fail('"[…]" stands for one character of a name, so that "/" cannot be in it.');
  if (character === '[') fail('"[" in "[…]" is not supported; write "\\[" for the character.');
  const member = character === '\\' ? takeEscaped(reader, fail) : character;
  return member.codePointAt(0) ?? 0;
}

function takeEscaped(reader: Reader, fail: Fail): string {
  const character = take(reader);
  if (character === '' || character === '/') {
    fail('a backslash must stand before the character that it takes as it is.');
  }
  if (character === '\0') fail('no path has a NUL character.');
  return character;
}

/** The next character; empty at the end. */
function take(reader: Reader): string {
  const character = reader.characters[reader.index] ?? '';
  reader.index++;
  return character;
}
