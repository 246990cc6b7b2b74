import type { CommentSyntax } from './comment-syntax.ts';
import type { SourceComment } from './source-comment.ts';

/**
 * The comments of a source whose language is known by its marks alone. What stands in a text is none, nor is a mark in
 * the middle of a word, as in `$#` or `https://`.
 */
export function scanComments(source: string, syntax: CommentSyntax): SourceComment[] {
  const comments: SourceComment[] = [];
  let index = 0;
  while (index < source.length) {
    const end = commentEnd(source, index, syntax);
    if (end !== undefined) comments.push({ start: index, end });
    index = end ?? textEnd(source, index, syntax) ?? index + 1;
  }
  return comments;
}

/** Where the comment that begins here ends; `undefined` where none does. */
function commentEnd(source: string, index: number, { line, block }: CommentSyntax): number | undefined {
  for (const [open, close] of block) {
    if (!source.startsWith(open, index)) continue;
    const end = source.indexOf(close, index + open.length);
    return end === -1 ? source.length : end + close.length;
  }
  const isMark = line.some((mark) => source.startsWith(mark, index));
  return isMark && !/[^\s;{}(),[\]]/.test(source[index - 1] ?? ' ') ? lineEnd(source, index) : undefined;
}

/** Where the text that begins here ends: at its line's end where it may not go on and is not closed. */
function textEnd(source: string, index: number, { quotes, longQuotes }: CommentSyntax): number | undefined {
  const quote = quotes.find((candidate) => source.startsWith(candidate, index));
  if (quote === undefined) return undefined;
  const limit = longQuotes.includes(quote) ? source.length : lineEnd(source, index);
  for (let at = index + quote.length; at < limit; at++) {
    if (source[at] === '\\') at += 1;
    else if (source.startsWith(quote, at)) return at + quote.length;
  }
  return limit;
}

function lineEnd(source: string, index: number): number {
  const end = source.indexOf('\n', index);
  return end === -1 ? source.length : end;
}
