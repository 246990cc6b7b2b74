import type { DecodedText, TextEncoding } from './decode-text.ts';
import { lineEndsOf } from './line-ends.ts';

/** How much of a text one answer may hold. */
export interface NumberingLimits {
  /** First line, from 1. */
  readonly offset: number;
  readonly maxLines: number;
  /** A longer line is cut, and a note says so. In UTF-16 code units, as `length` counts. */
  readonly maxLineCharacters: number;
  /** Of all lines together; the first one is shown in any case. */
  readonly maxCharacters: number;
}

/** What {@link parseNumberedLines} finds in an answer of Read. */
export interface NumberedLines {
  /**
   * The lines as they stand in the file, line ends included: the pages of a file, one behind the other, are its text. The
   * byte order mark is not in it.
   */
  readonly text: string;
  /** Number of the first line, from 1. */
  readonly firstLine: number;
  readonly lineCount: number;
  /** Lines of the whole file. */
  readonly totalLines: number;
  /** The `offset` to go on with; `undefined` where the file ends here. */
  readonly nextOffset: number | undefined;
  readonly encoding: TextEncoding;
  readonly hasByteOrderMark: boolean;
  /** False where a line was cut, or where U+FFFD stands for bytes that are no text. */
  readonly isExact: boolean;
}

const remarks = {
  crlf: 'CRLF line ends',
  unterminated: 'no newline at the end',
  marked: 'byte order mark',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
  returns: 'carriage returns in lines or at the end of some',
  notUtf8: 'some bytes are not UTF-8 (perhaps Latin-1) and shown as U+FFFD',
  inexact: 'some bytes are not valid and shown as U+FFFD',
} as const;

/**
 * Numbers the lines of a text: `<number>\t<line>`, from `offset` on. Every other line of the output is a note in brackets,
 * the last one says where the file ends or how to go on. {@link parseNumberedLines} is the way back.
 *
 * @returns `undefined` where the text has no line `offset`; an empty text has its first.
 */
export function numberLines(file: DecodedText, limits: NumberingLimits): string | undefined {
  const lines = linesOf(file.text);
  if (limits.offset > Math.max(lines.length, 1)) return undefined;
  const output: string[] = [];
  const maxLineCharacters = Math.min(limits.maxLineCharacters, limits.maxCharacters);
  const end = Math.min(lines.length, limits.offset - 1 + limits.maxLines);
  let characters = 0;
  let index = limits.offset - 1;
  for (; index < end; index++) {
    const line = lines[index] ?? '';
    const shown = cutLine(line, maxLineCharacters);
    characters += shown.length;
    if (characters > limits.maxCharacters && output.length > 0) break;
    output.push(`${index + 1}\t${shown}`);
    if (shown !== line) output.push(`[line ${index + 1} is cut: ${shown.length} of ${line.length} characters shown]`);
  }
  output.push(lastNote(file, limits.offset, index, lines.length));
  return output.join('\n');
}

/** The lines of a text without their ends; `\r` is part of a line unless every line ends with it. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(lineEndsOf(text) === 'crlf' ? '\r\n' : '\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function cutLine(line: string, maxCharacters: number): string {
  if (line.length <= maxCharacters) return line;
  const cut = line.slice(0, maxCharacters);
  // Not through the middle of a surrogate pair.
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** @param last - Number of the last line shown. */
function lastNote(file: DecodedText, offset: number, last: number, total: number): string {
  const isEnd = last === total;
  const lineEnds = lineEndsOf(file.text);
  const facts = [
    lineEnds === 'crlf' && remarks.crlf,
    lineEnds !== 'crlf' && file.text.includes('\r') && remarks.returns,
    isEnd && file.text !== '' && !file.text.endsWith('\n') && remarks.unterminated,
    file.hasByteOrderMark && remarks.marked,
    file.encoding !== 'utf-8' && remarks[file.encoding],
    !file.isExact && (file.encoding === 'utf-8' ? remarks.notUtf8 : remarks.inexact),
  ].filter((fact) => fact !== false);
  const where = isEnd ? `end of file: ${counted(total, 'line')}` : `lines ${offset} to ${last} of ${total}`;
  const more = isEnd ? '' : `; go on with offset ${last + 1}`;
  return `[${[where, ...facts].join(', ')}${more}]`;
}

/** A number and its noun: `1 line`, `2 lines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const numberedLine = /^(\d+)\t/;
const cutNote = /^\[line \d+ is cut: \d+ of \d+ characters shown\]$/;
const finalNote =
  /^\[(?:end of file: (\d+) lines?|lines \d+ to \d+ of (\d+))((?:, [^,;\]]+)*)(?:; go on with offset (\d+))?\]$/;

/**
 * Turns Read's answer back into the text of the file: exactly, with its line ends and with or without a last newline.
 *
 * @returns `undefined` for anything that is no such answer: an error, an image, an output that was shortened on its way.
 */
export function parseNumberedLines(output: string): NumberedLines | undefined {
  const rows = output.split('\n');
  const note = finalNote.exec(rows.pop() ?? '');
  if (note === null) return undefined;
  const [, wholeTotal, partTotal, facts = '', next] = note;
  const has = (remark: string): boolean => facts.split(', ').includes(remark);

  const lines: string[] = [];
  let firstLine = 1;
  let isCut = false;
  for (const row of rows) {
    const number = numberedLine.exec(row);
    if (number === null) {
      if (!cutNote.test(row)) return undefined;
      isCut = true;
      continue;
    }
    if (lines.length === 0) firstLine = Number(number[1]);
    if (Number(number[1]) !== firstLine + lines.length) return undefined;
    lines.push(row.slice(number[0].length));
  }

  const lineEnd = has(remarks.crlf) ? '\r\n' : '\n';
  const lastEnd = lines.length === 0 || has(remarks.unterminated) ? '' : lineEnd;
  return {
    text: lines.join(lineEnd) + lastEnd,
    firstLine,
    lineCount: lines.length,
    totalLines: Number(wholeTotal ?? partTotal),
    nextOffset: next === undefined ? undefined : Number(next),
    encoding: has(remarks['utf-16le']) ? 'utf-16le' : has(remarks['utf-16be']) ? 'utf-16be' : 'utf-8',
    hasByteOrderMark: has(remarks.marked),
    isExact: !isCut && !has(remarks.notUtf8) && !has(remarks.inexact),
  };
}
