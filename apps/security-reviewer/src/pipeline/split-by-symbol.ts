/** Lines of a file, both included, from 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** A file with more lines is reviewed in parts. */
export const MOST_LINES = 600;

/** What may stand at the beginning of a line that goes on with the statement above it. */
const continuation = /^(?:[)\]}>,;.:?|&+*/=-]|else\b|elif\b|except\b|finally\b|catch\b|and\b|or\b)/;

/**
 * Parts of a long file, each of whole top-level statements as far as they are short enough: by indentation, which tells
 * in every language. Together they are the file.
 */
export function splitBySymbol(lines: readonly string[], mostLines: number = MOST_LINES): LineRange[] {
  const starts = lines.flatMap((line, index) => (isTopLevel(line) ? [index + 1] : []));
  const parts: LineRange[] = [];
  let first = 1;
  while (lines.length - first + 1 > mostLines) {
    const next = starts.findLast((line) => line > first && line <= first + mostLines) ?? first + mostLines;
    parts.push({ first, last: next - 1 });
    first = next;
  }
  parts.push({ first, last: lines.length });
  return parts;
}

function isTopLevel(line: string): boolean {
  return line !== '' && !/^\s/.test(line) && !continuation.test(line);
}
