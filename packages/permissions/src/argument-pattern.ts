import type { Fail } from './fail.ts';

/** Whether letters are told from one another by their case. */
export type ArgumentCase = 'ignore' | 'exact';

/** Whether a text is what a pattern describes. */
export type ArgumentPattern = (text: string) => boolean;

/**
 * Reads the pattern of an argument: `*` stands for any text, line ends included, `\*` for a star and `\\` for a
 * backslash. Everything else stands for itself, and the whole text must match.
 *
 * With `ignore`, upper and lower case are one, and so are composed and decomposed letters. Takes time in proportion to
 * the text.
 */
export function parseArgumentPattern(pattern: string, matching: ArgumentCase, fail: Fail): ArgumentPattern {
  const read = matching === 'ignore' ? foldText : (text: string): string => text;
  const pieces = piecesOf(pattern, fail).map(read);
  return (text) => matchesPieces(pieces, read(text));
}

/** The texts between the stars. */
function piecesOf(pattern: string, fail: Fail): readonly string[] {
  const pieces = [''];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '*') {
      pieces.push('');
      continue;
    }
    const next = pattern.charAt(index + 1);
    if (character === '\\' && next !== '*' && next !== '\\') {
      fail(
        `the pattern ${JSON.stringify(pattern)} has a backslash that escapes nothing; write "\\\\" for a backslash.`,
      );
    }
    if (character === '\\') index++;
    pieces.push((pieces.pop() ?? '') + (character === '\\' ? next : character));
  }
  return pieces;
}

/** Each piece is looked for as early as it can be, which leaves the most to those behind it. */
function matchesPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Down and up: the Kelvin sign is a k, and both small sigmas are one letter. */
function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase();
}
