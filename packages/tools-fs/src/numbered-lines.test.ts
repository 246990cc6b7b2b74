import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecodedText } from './decode-text.ts';
import { numberLines, parseNumberedLines, type NumberingLimits } from './numbered-lines.ts';

function file(text: string, facts: Partial<DecodedText> = {}): DecodedText {
  return { text, encoding: 'utf-8', hasByteOrderMark: false, isExact: true, ...facts };
}

const wide: NumberingLimits = { offset: 1, maxLines: 1e6, maxLineCharacters: 1e6, maxCharacters: 1e6 };

describe('numbering', () => {
  test.each([
    ['', '[end of file: 0 lines]'],
    ['a\n', '1\ta\n[end of file: 1 line]'],
    ['a\nb', '1\ta\n2\tb\n[end of file: 2 lines, no newline at the end]'],
    ['\n', '1\t\n[end of file: 1 line]'],
    ['a\n\n', '1\ta\n2\t\n[end of file: 2 lines]'],
    ['a\r\nb\r\n', '1\ta\n2\tb\n[end of file: 2 lines, CRLF line ends]'],
    ['a\r\nb\n', '1\ta\r\n2\tb\n[end of file: 2 lines, carriage returns in lines or at the end of some]'],
    ['a\rb\n', '1\ta\rb\n[end of file: 1 line, carriage returns in lines or at the end of some]'],
  ])('shows %j as %j', (text, output) => {
    expect(numberLines(file(text), wide)).toBe(output);
  });

  test('says what else there is to know', () => {
    const facts = { encoding: 'utf-16le', hasByteOrderMark: true, isExact: false } as const;
    expect(numberLines(file('a', facts), wide)).toBe(
      '1\ta\n[end of file: 1 line, no newline at the end, byte order mark, UTF-16LE, some bytes are not valid and shown as U+FFFD]',
    );
  });

  test('shows a part, and how to go on', () => {
    const text = 'a\nb\nc\nd\n';
    expect(numberLines(file(text), { ...wide, offset: 2, maxLines: 2 })).toBe(
      '2\tb\n3\tc\n[lines 2 to 3 of 4; go on with offset 4]',
    );
    expect(numberLines(file(text), { ...wide, offset: 4, maxLines: 2 })).toBe('4\td\n[end of file: 4 lines]');
  });

  test('cuts a long line, but not through a character', () => {
    expect(numberLines(file('abc😀d\nx\n'), { ...wide, maxLineCharacters: 4 })).toBe(
      '1\tabc\n[line 1 is cut: 3 of 6 characters shown]\n2\tx\n[end of file: 2 lines]',
    );
  });

  test('stops in front of the line that is too much, but shows one in any case', () => {
    expect(numberLines(file('aaaa\nbbbb\n'), { ...wide, maxCharacters: 7 })).toBe(
      '1\taaaa\n[lines 1 to 1 of 2; go on with offset 2]',
    );
    expect(numberLines(file('aaaa\nbbbb\n'), { ...wide, maxCharacters: 3 })).toBe(
      '1\taaa\n[line 1 is cut: 3 of 4 characters shown]\n[lines 1 to 1 of 2; go on with offset 2]',
    );
  });

  test('has no line behind the last', () => {
    expect(numberLines(file('a\n'), { ...wide, offset: 2 })).toBeUndefined();
    expect(numberLines(file(''), { ...wide, offset: 2 })).toBeUndefined();
  });
});

describe('parsing', () => {
  test('finds the text and the facts', () => {
    const output = numberLines(file('a\r\nb', { hasByteOrderMark: true }), { ...wide, offset: 2 });
    expect(parseNumberedLines(output ?? '')).toEqual({
      text: 'b',
      firstLine: 2,
      lineCount: 1,
      totalLines: 2,
      nextOffset: undefined,
      encoding: 'utf-8',
      hasByteOrderMark: true,
      isExact: true,
    });
  });

  test('is not misled by lines that look like notes or numbers', () => {
    const text = '[end of file: 1 line]\n7\tseven\n\n[line 1 is cut: 1 of 2 characters shown]\n[x';
    expect(parseNumberedLines(numberLines(file(text), wide) ?? '')).toMatchObject({
      text,
      totalLines: 5,
      isExact: true,
    });
  });

  test('says that a cut line is not exact', () => {
    const output = numberLines(file('abcdef\n'), { ...wide, maxLineCharacters: 3 });
    expect(parseNumberedLines(output ?? '')).toMatchObject({ text: 'abc\n', isExact: false });
  });

  test.each([
    ['nothing', ''],
    ['an error', '"a.ts" does not exist.'],
    ['an image', '[image/png, 12 bytes]'],
    ['an output without its end', '1\ta\n2\tb'],
    ['an output without its beginning', 'a\n2\tb\n[end of file: 2 lines]'],
    ['an output with a hole', '1\ta\n3\tb\n[end of file: 3 lines]'],
    ['an output with a remark of another', '1\ta\n(shortened)\n3\tb\n[end of file: 3 lines]'],
  ])('has nothing to say about %s', (_name, output) => {
    expect(parseNumberedLines(output)).toBeUndefined();
  });

  const line = fc.string({ unit: fc.constantFrom('a', '\t', '\r', '1', '[', ']', ' ', '\u2028', '\ufeff', '😀', ';') });
  const lineEnd = fc.constantFrom('\n', '\r\n');
  const anyText = fc
    .array(fc.tuple(line, lineEnd))
    .chain((lines) => fc.tuple(fc.constant(lines), line, fc.boolean()))
    .map(([lines, last, isCrlf]) => lines.map(([text, end]) => text + (isCrlf ? '\r\n' : end)).join('') + last);

  test('gives back the exact text of any file, page by page', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 10, max: 40 }), (text, maxLines, max) => {
        const pages: string[] = [];
        let offset: number | undefined = 1;
        while (offset !== undefined) {
          const limits = { offset, maxLines, maxLineCharacters: 1e6, maxCharacters: max };
          const page = parseNumberedLines(numberLines(file(text), limits) ?? '');
          fc.pre(page?.isExact === true);
          expect(page?.firstLine).toBe(offset);
          pages.push(page?.text ?? '');
          offset = page?.nextOffset;
        }
        expect(pages.join('')).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
