import { linesOf } from './numbered-lines.ts';

/** Lines of the file that a hint quotes at most. */
const maxQuotedLines = 20;
/** Lines that are compared at most when nothing matches but for white space. */
const maxComparedLines = 20_000;
/** Below this share of common letter pairs, two lines have nothing to do with each other. */
const leastSimilarity = 0.5;

/** What the file holds that comes closest to a text that is not in it, so that the next try can name it exactly. */
export function describeNearMiss(text: string, wanted: string): string {
  if (/^ *\d+\t/.test(wanted)) {
    return 'It starts with a line number of Read; leave out the numbers and the tabs behind them.';
  }
  const lines = linesOf(text);
  const wantedLines = withoutBlankEnds(linesOf(wanted));
  const start = looseMatch(lines, wantedLines);
  if (start !== undefined) {
    const quoted = quote(lines, start, wantedLines.length);
    return `It differs from these lines only in white space or quotes, which must be given exactly:\n${quoted}`;
  }
  const similar = mostSimilar(lines, wantedLines);
  if (similar === undefined) return 'Nothing in the file comes close. Read it again.';
  return `The lines that come closest are:\n${quote(lines, similar, wantedLines.length)}`;
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** Where the lines stand in the file, but for white space and the kind of quotes; the ends may be parts of lines. */
function looseMatch(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const [first, ...rest] = wanted.map(loose);
  if (first === undefined) return undefined;
  const looseLines = lines.map(loose);
  const last = rest.pop();
  const fits = (start: number): boolean => {
    const line = looseLines[start] ?? '';
    if (last === undefined) return line.includes(first);
    return (
      line.endsWith(first) &&
      rest.every((middle, index) => looseLines[start + 1 + index] === middle) &&
      looseLines[start + 1 + rest.length]?.startsWith(last) === true
    );
  };
  const found = looseLines.findIndex((_line, start) => fits(start));
  return found === -1 ? undefined : found;
}

function loose(line: string): string {
  return line
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[‘’‚‛]/g, "'")
    .replaceAll(/[“”„‟]/g, '"');
}

/** Where the lines would start whose longest one is most like the longest one that is wanted. */
function mostSimilar(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const longest = wanted.reduce((best, line, index) => (line.length > (wanted[best]?.length ?? 0) ? index : best), 0);
  const wantedPairs = pairsOf(wanted[longest] ?? '');
  let best: number | undefined;
  let bestSimilarity = leastSimilarity;
  for (const [index, line] of lines.slice(0, maxComparedLines).entries()) {
    const similarity = similarityOf(pairsOf(line), wantedPairs);
    if (similarity > bestSimilarity) [best, bestSimilarity] = [index, similarity];
  }
  return best === undefined ? undefined : Math.max(0, best - longest);
}

/** Pairs of neighbouring characters, without white space. Of a very long line, the start. */
function pairsOf(line: string): ReadonlySet<string> {
  const text = line.slice(0, 500).replaceAll(/\s+/g, '');
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

/** Share of common pairs (Dice's coefficient), from 0 to 1. */
function similarityOf(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  const common = [...left].filter((pair) => right.has(pair)).length;
  return (2 * common) / (left.size + right.size);
}

/** Of a line, in a hint. */
const maxQuotedCharacters = 500;

function quote(lines: readonly string[], start: number, count: number): string {
  const end = Math.min(lines.length, start + Math.min(count, maxQuotedLines));
  return lines
    .slice(start, end)
    .map((line, index) => `${start + index + 1}\t${line.slice(0, maxQuotedCharacters).toWellFormed()}`)
    .join('\n');
}
