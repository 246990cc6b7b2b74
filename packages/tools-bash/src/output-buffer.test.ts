import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputBuffer, type KeptText } from './output-buffer.ts';

/** The same, with all of the text at hand. */
function keptOf(text: string, maxCharacters: number): KeptText {
  const headCharacters = Math.floor(maxCharacters / 2);
  const whole = { head: text.slice(0, headCharacters), omittedCharacters: 0, tail: text.slice(headCharacters) };
  if (text.length <= maxCharacters) return whole;
  const head = whole.head.replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(text.length - (maxCharacters - headCharacters)).replace(/^[\udc00-\udfff]/, '');
  return { head, omittedCharacters: text.length - head.length - tail.length, tail };
}

function keep(pieces: readonly string[], maxCharacters: number): KeptText {
  const buffer = new OutputBuffer(maxCharacters);
  for (const piece of pieces) buffer.append(piece);
  return buffer.kept();
}

test('keeps what the whole text would be cut to, however it comes in pieces', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('a', '🙂', '\n', 'é'), maxLength: 400 }),
  );
  const pieces = fc.array(piece, { maxLength: 40 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 2, max: 300 }), (parts, maxCharacters) => {
      expect(keep(parts, maxCharacters)).toEqual(keptOf(parts.join(''), maxCharacters));
    }),
  );
});

test('keeps single characters as it keeps large pieces', () => {
  const text = Array.from({ length: 5000 }, (_, index) => String.fromCodePoint(97 + (index % 26))).join('');
  for (const size of [1, 7, 1000, 5000]) {
    const pieces = Array.from({ length: Math.ceil(5000 / size) }, (_, index) =>
      text.slice(index * size, (index + 1) * size),
    );
    expect(keep(pieces, 2001)).toEqual(keptOf(text, 2001));
  }
});

test('can be asked on the way, and goes on', () => {
  const buffer = new OutputBuffer(4);
  buffer.append('abc');
  expect(buffer.kept()).toEqual({ head: 'ab', omittedCharacters: 0, tail: 'c' });
  buffer.append('def');
  expect(buffer.kept()).toEqual({ head: 'ab', omittedCharacters: 2, tail: 'ef' });
});

test('takes no pair apart, and counts what it leaves out for that', () => {
  expect(keep(['a🙂bcd🙂e'], 4)).toEqual({ head: 'a', omittedCharacters: 7, tail: 'e' });
});

test('of nothing keeps nothing', () => {
  expect(keep(['', ''], 10)).toEqual({ head: '', omittedCharacters: 0, tail: '' });
});
