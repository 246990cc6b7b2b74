import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';

/** What can start a substitution, with line joins where bash takes them out. */
const opener = /\$(?:\\\n)*\(|`|[<>](?:\\\n)*\(/g;

/** What a place in the source is to the shell. Where nothing is marked, there is a comment, or an operator. */
const places = { comment: 0, word: 1, doubleQuoted: 2, literal: 3 } as const;

/**
 * Looks for a substitution that the parser has not seen: each `$(`, backtick, `<(` and `>(` of the source has to be the
 * start of one, unless it is quoted or stands in a comment. A second look at the text, which shares nothing with the
 * first but where words start and end.
 *
 * @returns What is not accounted for, or `undefined`.
 */
export function unseenSubstitution(script: ParsedScript, source: string): string | undefined {
  const marks = new Uint8Array(source.length);
  const starts = new Set<number>();
  mark(script, marks, starts);
  for (const match of source.matchAll(opener)) {
    const { index } = match;
    if (starts.has(index) || isEscaped(source, index)) continue;
    const place = marks[index];
    if (place === places.literal) continue;
    if (place === places.doubleQuoted && /[<>]/.test(match[0])) continue;
    if (place === places.comment && isComment(source, index, marks)) continue;
    return `what starts at ${JSON.stringify(source.slice(index, index + 20))} cannot be seen`;
  }
  return undefined;
}

function mark(node: SyntaxNode, marks: Uint8Array, starts: Set<number>): void {
  const { pos, end } = node;
  switch (node.type) {
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      starts.add(pos);
      // The script between backticks has positions of its own.
      if (node.script?.source !== undefined) {
        marks.fill(places.literal, pos, end);
        return;
      }
      marks.fill(places.comment, pos, end);
      // A backtick that closes.
      starts.add(end - 1);
      break;
    case 'ArithmeticExpansion':
    case 'ArithmeticCommandExpansion':
      starts.add(pos);
      marks.fill(places.doubleQuoted, pos, end);
      break;
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
    case 'TestCommand':
    case 'DoubleQuoted':
    case 'LocaleString':
      marks.fill(places.doubleQuoted, pos, end);
      break;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      marks.fill(places.literal, pos, end);
      return;
    case 'HereDoc':
      marks.fill(node.delimiter?.quoted === true ? places.literal : places.doubleQuoted, node.body.pos, node.body.end);
      break;
    case 'Word':
      marks.fill(Math.max(places.word, marks[pos] ?? 0), pos, end);
      break;
    default:
  }
  forEachChild(node, (child) => {
    mark(child, marks, starts);
  });
}

function isEscaped(source: string, index: number): boolean {
  let start = index;
  while (source[start - 1] === '\\') start--;
  return (index - start) % 2 === 1;
}

/** A `#` in front of it on the line, where a word would start. */
function isComment(source: string, index: number, marks: Uint8Array): boolean {
  for (let at = index - 1; at >= 0 && source[at] !== '\n'; at--) {
    if (source[at] === '#' && marks[at] === places.comment && /^$|[\s;&|()]/.test(source[at - 1] ?? '')) return true;
  }
  return false;
}
