import type { FileHandle } from 'node:fs/promises';
import type { CheckedFile } from '@harness-sdk/core/node';
import { decodeText, encodingOf } from './decode-text.ts';
import { linesOf } from './numbered-lines.ts';

/** Where ripgrep has found something. */
export interface LinePosition {
  /** From 1. */
  readonly line: number;
  /** Where the line starts in the text as ripgrep reads it: UTF-8, without a byte order mark. In bytes, from 0. */
  readonly offset: number;
  /** Where in the line the match starts, in bytes, from 1; 1 for a line without a match. */
  readonly column: number;
}

/** Gives the text of a line, shortened around the match where it is long. */
export type LineReader = (position: LinePosition) => Promise<string>;

/** Of a line, in bytes. */
const maxShownBytes = 500;
/** Of it, what stands before a match that lies further right. */
const bytesBeforeMatch = 100;
/** UTF-16 files are decoded whole, up to this size. */
const maxDecodedBytes = 32n * 1024n * 1024n;

const byteOrderMark = Buffer.from('\ufeff');

/**
 * Reads lines from a file that was checked. So what a search shows comes from this file, even if ripgrep was led
 * elsewhere by a link that was there for a moment.
 */
export async function lineReader({ handle, version }: CheckedFile): Promise<LineReader> {
  const start = Buffer.alloc(byteOrderMark.length);
  await handle.read(start, 0, start.length, 0);
  if (encodingOf(start) === 'utf-8') {
    const skipped = start.equals(byteOrderMark) ? start.length : 0;
    return async ({ offset, column }) => await excerptAt(handle, skipped + offset, column);
  }
  if (version.sizeBytes > maxDecodedBytes) return async () => '[too large to be shown in UTF-16]';
  const bytes = Buffer.alloc(Number(version.sizeBytes));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const lines = linesOf(decodeText(bytes.subarray(0, bytesRead))?.text ?? '');
  return async ({ line }) => shorten(lines[line - 1] ?? '');
}

async function excerptAt(handle: FileHandle, lineStart: number, column: number): Promise<string> {
  const skipped = column > maxShownBytes - bytesBeforeMatch ? column - 1 - bytesBeforeMatch : 0;
  const buffer = Buffer.alloc(maxShownBytes + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, lineStart + skipped);
  const read = buffer.subarray(0, bytesRead);
  const end = read.indexOf('\n');
  const isWhole = end !== -1 || bytesRead <= maxShownBytes;
  const bytes = end === -1 ? read.subarray(0, maxShownBytes) : read.subarray(0, end);
  // As a stream, the decoder leaves out a character that the cut has halved at the end.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(withoutHalf(bytes), { stream: !isWhole });
  return `${skipped > 0 ? '…' : ''}${isWhole ? text.replace(/\r$/, '') : `${text}…`}`;
}

/** Leaves out the rest of a character whose first bytes were skipped; in whole lines there is none. */
function withoutHalf(bytes: Buffer): Buffer {
  let start = 0;
  // 0b10xxxxxx continues a character.
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start);
}

function shorten(line: string): string {
  return line.length > maxShownBytes ? `${line.slice(0, maxShownBytes).toWellFormed()}…` : line;
}
