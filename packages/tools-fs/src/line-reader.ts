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

/** Read at once, in bytes: most files are not larger. */
const firstBytes = 32_768;

const byteOrderMark = Buffer.from('\ufeff');

/**
 * Reads lines from a file that was checked. So what a search shows comes from this file, even if ripgrep was led
 * elsewhere by a link that was there for a moment.
 */
export async function lineReader({ handle, version }: CheckedFile): Promise<LineReader> {
  const buffer = Buffer.alloc(Math.max(byteOrderMark.length, Math.min(firstBytes, Number(version.sizeBytes))));
  const first = await handle.read(buffer, 0, buffer.length, 0);
  const start = buffer.subarray(0, first.bytesRead);
  if (encodingOf(start) === 'utf-8') {
    const skipped = start.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
    return async ({ offset, column }) => await excerptAt(handle, start, skipped + offset, column);
  }
  if (version.sizeBytes > maxDecodedBytes) return async () => '[too large to be shown in UTF-16]';
  const bytes = Buffer.alloc(Number(version.sizeBytes));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const lines = linesOf(decodeText(bytes.subarray(0, bytesRead))?.text ?? '');
  return async ({ line }) => shorten(lines[line - 1] ?? '');
}

async function excerptAt(handle: FileHandle, start: Buffer, lineStart: number, column: number): Promise<string> {
  const skipped = column > maxShownBytes - bytesBeforeMatch ? column - 1 - bytesBeforeMatch : 0;
  const read = await bytesAt(handle, start, lineStart + skipped, maxShownBytes + 1);
  const end = read.indexOf('\n');
  const isWhole = end !== -1 || read.length <= maxShownBytes;
  const bytes = end === -1 ? read.subarray(0, maxShownBytes) : read.subarray(0, end);
  // As a stream, the decoder leaves out a character that the cut has halved at the end.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(withoutHalf(bytes), { stream: !isWhole });
  return `${skipped > 0 ? '…' : ''}${isWhole ? text.replace(/\r$/, '') : `${text}…`}`;
}

/** @param start - What the file starts with, already read. */
async function bytesAt(handle: FileHandle, start: Buffer, position: number, length: number): Promise<Buffer> {
  if (position + length <= start.length) return start.subarray(position, position + length);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
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
