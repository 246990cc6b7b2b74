import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText, encodeText } from './decode-text.ts';

test('takes bytes without a mark for UTF-8', () => {
  expect(decodeText(Buffer.from('é\r\n'))).toEqual({
    text: 'é\r\n',
    encoding: 'utf-8',
    hasByteOrderMark: false,
    isExact: true,
  });
});

test('knows the three byte order marks', () => {
  const facts = { text: 'hé', hasByteOrderMark: true, isExact: true };
  expect(decodeText(Buffer.from('\ufeffhé'))).toEqual({ ...facts, encoding: 'utf-8' });
  expect(decodeText(Buffer.from('\ufeffhé', 'utf16le'))).toEqual({ ...facts, encoding: 'utf-16le' });
  expect(decodeText(Buffer.from('\ufeffhé', 'utf16le').swap16())).toEqual({ ...facts, encoding: 'utf-16be' });
});

test('takes off one byte order mark, and no more', () => {
  expect(decodeText(Buffer.from('\ufeff\ufeffa'))).toMatchObject({ text: '\ufeffa', hasByteOrderMark: true });
});

test('says that bytes with a NUL are binary', () => {
  expect(decodeText(Buffer.from('a\0b'))).toBeUndefined();
  expect(decodeText(Buffer.from('hé', 'utf16le'))).toBeUndefined();
});

test.each([
  ['Latin-1', Buffer.from([0x68, 0xe9]), 'h\ufffd'],
  ['half a character of UTF-8', Buffer.from([0x68, 0xc3]), 'h\ufffd'],
  ['half a character of UTF-16', Buffer.from([0xff, 0xfe, 0x68, 0x00, 0x69]), 'h'],
  ['half a surrogate pair', Buffer.from('\ufeff\ud83d', 'utf16le'), '\ufffd'],
])('says that %s is not exact', (_name, bytes, text) => {
  expect(decodeText(bytes)).toMatchObject({ text, isExact: false });
});

test('has text for no bytes', () => {
  expect(decodeText(Buffer.alloc(0))).toMatchObject({ text: '', encoding: 'utf-8', hasByteOrderMark: false });
});

describe('encoding', () => {
  const formats = ['utf-8', 'utf-16le', 'utf-16be'] as const;

  test.each(formats)('gives back the very bytes of any text in %s', (encoding) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, wantsMark) => {
        const hasByteOrderMark = wantsMark || encoding !== 'utf-8';
        fc.pre(hasByteOrderMark || (!text.includes('\0') && !text.startsWith('\ufeff')));
        fc.pre(encoding !== 'utf-8' || !text.includes('\0'));
        const bytes = encodeText(text, { encoding, hasByteOrderMark });
        expect(decodeText(bytes)).toEqual({ text, encoding, hasByteOrderMark, isExact: true });
      }),
    );
  });
});
