/**
 * The text of a file as `Read` decodes it: UTF-16 where the first bytes are its byte order mark, else UTF-8, with
 * U+FFFD for what is no text. Without the byte order mark.
 */
export function sourceText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** True where the first bytes are the byte order mark of UTF-16, the one kind of text that is full of NULs. */
export function isUtf16(bytes: Uint8Array): boolean {
  return encodingOf(bytes) !== 'utf-8';
}

/** The lines of a text as `Read` numbers them, without their endings: the end of the last line begins no other. */
export function sourceLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/\r$/, ''));
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}
