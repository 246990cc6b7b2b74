import { sourceLines } from './source-lines.ts';

/** A quote that stands where it was said to. */
export interface FoundEvidence {
  readonly isFound: true;
  readonly startLine: number;
  readonly endLine: number;
  /** The cited lines as they stand in the file. */
  readonly text: string;
}

/** What came of comparing a quote with the file. */
export type EvidenceCheck =
  | FoundEvidence
  | {
      readonly isFound: false;
      /** What is really there, for the reviewer that quoted it. */
      readonly problem: string;
    };

/** Lines that a reviewer cites, from 1. */
export interface CitedLines {
  readonly line: number;
  readonly endLine?: number;
}

/** A shorter quote is on too many lines to tell them apart, unless it is the whole line. */
const leastQuoteLength = 8;
/** Cited lines that are kept as evidence at most. */
const mostLines = 20;
const mostCharacters = 1_000;
/** Other places of a quote that are named at most. */
const mostPlaces = 3;

/**
 * Compares a quote with the lines it is said to be from. Runs of white space count as one blank, and the line numbers
 * that a reviewer copied along are left out; everything else must be as it stands in the file.
 *
 * @param lines - All lines of the file.
 * @param quote - One line or several; the first must be on the cited line.
 */
export function checkEvidence(lines: readonly string[], cited: CitedLines, quote: string): EvidenceCheck {
  const { line } = cited;
  const start = lines[line - 1];
  if (start === undefined) return missing(`The file has ${plural(lines.length, 'line')}; there is no line ${line}.`);
  const quoted = quotedLines(quote, line);
  const folded = fold(quoted.join('\n'));
  if (folded === '') return missing('The quote is empty. Quote the code of the cited line as it stands in the file.');
  const endLine = Math.min(
    Math.max(cited.endLine ?? line, line + quoted.length - 1),
    line + mostLines - 1,
    lines.length,
  );
  const cite = lines.slice(line - 1, endLine);
  if (!startsOn(fold(start), fold(cite.join('\n')), folded)) return missing(whatIsThere(lines, line, start, quoted));
  if (folded.length < leastQuoteLength && folded !== fold(start)) {
    return missing(`The quote "${folded}" is too short to tell its line from others. Quote the whole of line ${line}.`);
  }
  return { isFound: true, startLine: line, endLine, text: shortened(cite.join('\n'), mostCharacters) };
}

/** Lines by which a citation may be off, for its quote to be looked for. */
const mostLinesOff = 10;

/** The one place near the cited line where a quote really stands; `undefined` where there is none, or more than one. */
export function findEvidenceNear(
  lines: readonly string[],
  { line, endLine = line }: CitedLines,
  quote: string,
): FoundEvidence | undefined {
  const found = Array.from({ length: 2 * mostLinesOff + 1 }, (_, index) => line - mostLinesOff + index).flatMap(
    (start) => {
      if (start < 1) return [];
      const checked = checkEvidence(lines, { line: start, endLine: start + endLine - line }, quote);
      return checked.isFound ? [checked] : [];
    },
  );
  return found.length === 1 ? found[0] : undefined;
}

/** A text with every run of white space as one blank, and none around it. */
export function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function startsOn(start: string, range: string, quote: string): boolean {
  const index = range.indexOf(quote);
  return index !== -1 && index < start.length;
}

/** The lines of a quote, without the numbers that `Read` puts before them. */
function quotedLines(quote: string, line: number): string[] {
  const lines = sourceLines(quote.trim());
  const isNumbered = lines.every((text, index) => numberOf(text) === line + index);
  return isNumbered ? lines.map((text) => text.replace(numbered, '')) : lines;
}

const numbered = /^\s*(\d+)[\t→|:]/;

function numberOf(text: string): number | undefined {
  const number = numbered.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

function whatIsThere(lines: readonly string[], line: number, start: string, quoted: readonly string[]): string {
  const there = fold(start) === '' ? `Line ${line} is blank.` : `Line ${line} is: ${shortened(fold(start), 300)}`;
  const first = fold(quoted[0] ?? '');
  const places = lines.flatMap((text, index) => (fold(text).includes(first) ? [index + 1] : []));
  if (places.length === 0) return `${there}\nThe quoted text is nowhere in the file.`;
  const shown = places.slice(0, mostPlaces).join(', ');
  const more = places.length > mostPlaces ? ` and ${places.length - mostPlaces} more` : '';
  return `${there}\nThe quoted text is on line ${shown}${more}: report it there if that is what you mean.`;
}

function missing(problem: string): EvidenceCheck {
  return { isFound: false, problem };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}
