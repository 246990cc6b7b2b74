import { isUtf8 } from 'node:buffer';

/** Encodings that Read, Write and Edit keep. UTF-16 is known by its byte order mark alone. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** How a text stands in its file. */
export interface TextFormat {
  readonly encoding: TextEncoding;
  readonly hasByteOrderMark: boolean;
}

/** A file's text, without the byte order mark. */
export interface DecodedText extends TextFormat {
  readonly text: string;
  /** False where bytes are not valid in the encoding; U+FFFD stands in their place. */
  readonly isExact: boolean;
}

/** What a new file is written as. */
export const plainFormat: TextFormat = { encoding: 'utf-8', hasByteOrderMark: false };

const byteOrderMark = '\ufeff';

/** The text in a file, or `undefined` where it is binary: it has a NUL and is not marked as UTF-16. */
export function decodeText(bytes: Buffer): DecodedText | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && bytes.includes(0)) return undefined;
  const { text, isExact } = decode(bytes, encoding);
  const hasByteOrderMark = text.startsWith(byteOrderMark);
  return { text: hasByteOrderMark ? text.slice(1) : text, encoding, hasByteOrderMark, isExact };
}

/** The bytes of a text in the format its file has. */
export function encodeText(text: string, format: TextFormat): Buffer {
  const marked = format.hasByteOrderMark ? byteOrderMark + text : text;
  switch (format.encoding) {
    case 'utf-8':
      return Buffer.from(marked, 'utf8');
    case 'utf-16le':
      return Buffer.from(marked, 'utf16le');
    case 'utf-16be':
      return Buffer.from(marked, 'utf16le').swap16();
  }
}

/** UTF-16 where the first bytes are its byte order mark, else UTF-8. */
export function encodingOf(start: Buffer): TextEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decode(bytes: Buffer, encoding: TextEncoding): { text: string; isExact: boolean } {
  if (encoding === 'utf-8') return { text: bytes.toString('utf8'), isExact: isUtf8(bytes) };
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
  const text = (encoding === 'utf-16le' ? whole : Buffer.from(whole).swap16()).toString('utf16le');
  return { text: text.toWellFormed(), isExact: whole.length === bytes.length && text.isWellFormed() };
}
