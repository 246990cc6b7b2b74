import { expect, test } from 'vitest';
import { hasHiddenCharacters, quoteText } from './quote-text.ts';

test.each([
  ['new\nline', '"new\\nline"'],
  ['\u202egnp.exe', '"\\u202egnp.exe"'],
  ['zero\u200bwidth', '"zero\\u200bwidth"'],
  ['\u009b31m', '"\\u009b31m"'],
  ['\u007f', '"\\u007f"'],
  ['\u2028', '"\\u2028"'],
  ['\u{e0041}', '"\\udb40\\udc41"'],
])('shows what does not show in %j', (text, quoted) => {
  expect(hasHiddenCharacters(text)).toBe(true);
  expect(quoteText(text)).toBe(quoted);
  expect(JSON.parse(quoted)).toBe(text);
});

test.each(['a b', 'é', '"q"', 'back\\slash', '日本語'])('leaves %j as JSON has it', (text) => {
  expect(hasHiddenCharacters(text)).toBe(false);
  expect(quoteText(text)).toBe(JSON.stringify(text));
});
