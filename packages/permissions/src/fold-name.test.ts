import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeName, foldName } from './fold-name.ts';

test.each([
  ['.GIT', '.git'],
  ['STRASSE', 'strasse'],
  ['\u212a', 'k'], // the Kelvin sign
  ['\u017f', 's'], // the long s
  ['e\u0301te\u0301', '\u00e9t\u00e9'], // decomposed
  ['.g\u200cit', '.git'], // a character that HFS+ ignores
  ['\ufeff.git', '.git'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
])('folds %j to %j', (name, folded) => {
  expect(foldName(name)).toBe(folded);
});

test.each([
  ['secret', 'secrets'],
  ['.git', 'git'],
  ['a b', 'ab'],
  ['∕', '/'],
  ['ﬁle', 'file'],
  ['ß', 'ss'],
])('keeps %j and %j apart, as file systems do', (left, right) => {
  expect(foldName(left)).not.toBe(foldName(right));
});

test('folding twice is folding once, and case or form never matter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const folded = foldName(name);
      expect(foldName(folded)).toBe(folded);
      expect(foldName(name.normalize('NFD'))).toBe(folded);
      expect(foldName(composeName(name))).toBe(folded);
    }),
  );
});

test('ASCII letters fold in either case alike', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(foldName(name.toUpperCase())).toBe(foldName(name.toLowerCase()));
    }),
  );
});
