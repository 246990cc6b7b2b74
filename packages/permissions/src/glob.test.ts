import { AgentError } from '@harness-sdk/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failFor } from './fail.ts';
import { foldName } from './fold-name.ts';
import { literalPrefix, matchesGlob, parseGlob, type Glob } from './glob.ts';

function parse(text: string): readonly Glob[] {
  return parseGlob(text, failFor('deny', text));
}

function matches(pattern: string, path: string): boolean {
  return parse(pattern).some((glob) => matchesGlob(glob, toNames(path), 'exact'));
}

function matchesFolded(pattern: string, path: string): boolean {
  return parse(pattern).some((glob) => matchesGlob(glob, toNames(path).map(foldName), 'folded'));
}

function toNames(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['*', 'a'],
  ['*', '.env'],
  ['*.ts', '.ts'],
  ['.env*', '.env'],
  ['src/*', 'src/.hidden'],
  ['a?c', 'abc'],
  ['a?c', 'a😀c'],
  ['*a*b*', 'xaybz'],
  ['src/**', 'src'],
  ['src/**', 'src/a/b/c'],
  ['**', ''],
  ['**/a', 'a'],
  ['**/a', 'x/y/a'],
  ['src/**/*.ts', 'src/a.ts'],
  ['src/**/*.ts', 'src/x/y/a.ts'],
  ['**/a/**/b', 'x/a/y/a/z/b'],
  ['*.{pem,key}', 'x.key'],
  ['{src,lib/x}/a', 'lib/x/a'],
  ['{a,{b,c}d}e', 'cde'],
  ['{,x}y', 'y'],
  ['[abc]', 'b'],
  ['[a-c]x', 'bx'],
  ['[!a]', 'b'],
  ['[^a]', 'b'],
  ['[]a]', ']'],
  ['[a-]', '-'],
  ['[\\]]', ']'],
  ['\\[id\\]', '[id]'],
  ['\\*', '*'],
  ['a\\d', 'ad'],
  ['\\\\\\\\', '\\\\'],
  ['src/(app)/page.ts', 'src/(app)/page.ts'],
  ['a|b', 'a|b'],
  ['a"b', 'a"b'],
  ['a$^b', 'a$^b'],
  ['a+b', 'a+b'],
  ['a,b', 'a,b'],
  ['./a//b/.', 'a/b'],
  ['a\nb', 'a\nb'],
  ['*', 'a\nb'],
])('%j matches %j', (pattern, path) => {
  expect(matches(pattern, path)).toBe(true);
});

test.each([
  ['src/a.ts', 'src/a.tsx'],
  ['src/a.ts', 'x/src/a.ts'],
  ['*', 'a/b'],
  ['src/*', 'src'],
  ['src/*', 'src/a/b'],
  ['src/**', 'srcx'],
  ['**/a', 'a/b'],
  ['**/.env*', 'my.env'],
  ['src/**/*.ts', 'src/a.js'],
  ['*.{pem,key}', 'x.pem.txt'],
  ['[!a]', 'a'],
  ['[!a]', '!x'],
  ['[id]', '[id]'],
  ['[id]', 'id'],
  ['a?c', 'ac'],
  ['\\*', 'a'],
  ['a\\d', 'a1'],
  ['a|b', 'a'],
  ['(a)', 'a'],
  ['A', 'a'],
  ['e\u0301', '\u00e9'],
])('%j does not match %j', (pattern, path) => {
  expect(matches(pattern, path)).toBe(false);
});

test.each([
  ['.env', '.ENV'],
  ['SRC/*.ts', 'src/A.TS'],
  ['[A-Z]x', 'ax'],
  ['[a-z]x', 'AX'],
  ['[!a-z]x', 'Ax'],
  ['k', '\u212a'],
])('%j matches %j without regard to case', (pattern, path) => {
  expect(matchesFolded(pattern, path)).toBe(true);
});

test.each([
  ['a**', /"\*\*" must stand alone/],
  ['**.ts', /must stand alone/],
  ['***', /must stand alone/],
  ['*a*b*c*', /more than 3 "\*" in one name/],
  ['../x', /".." would leave/],
  ['a/../b', /".." would leave/],
  ['[abc', /"\[" has no end/],
  ['[]', /"\[" has no end/],
  ['abc]', /"\]" has no beginning/],
  ['[z-a]', /must go upwards/],
  ['[a/b]', /"\/" cannot be in it/],
  ['[[:alpha:]]', /not supported/],
  ['{a,b', /"\{" has no end/],
  ['a}', /"\}" has no beginning/],
  ['{a}', /two choices or more/],
  ['{1..3}', /two choices or more/],
  ['a\\', /backslash/],
  ['a\\/b', /backslash/],
  ['+(a|b)', /extended pattern/],
  ['!(a)', /extended pattern/],
  ['a\0b', /NUL/],
  ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', /more than 100 choices/],
  ['{a,b}'.repeat(500), /more than 100 choices/],
  ['x'.repeat(5000), /longer than 4096/],
])('refuses %j', (pattern, message) => {
  const attempt = (): unknown => parse(pattern);
  expect(attempt).toThrow(AgentError);
  expect(attempt).toThrow(message);
  expect(attempt).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
});

describe('the part before the first wildcard', () => {
  test.each([
    ['a/b/*.ts', ['a', 'b']],
    ['a/b', ['a', 'b']],
    ['**/a', []],
    ['a/b?/c', ['a']],
    ['a\\*/b/**', ['a*', 'b']],
    ['[a]/b', []],
  ])('of %j is %j', (pattern, prefix) => {
    expect(parse(pattern).map(literalPrefix)).toEqual([prefix]);
  });
});

test('hostile names take no more steps than both lengths allow', () => {
  const deep = 'a/'.repeat(2_000);
  expect(matches('**/a/**/a/**/a/**/a/**/b', deep)).toBe(false);
  expect(matches('*a*a*b', 'a'.repeat(255))).toBe(false);
});

describe('property', () => {
  const character = fc.constantFrom('a', 'b', '.', '-');
  const name = fc.string({ unit: character, minLength: 1, maxLength: 5 }).filter((text) => !/^\.\.?$/.test(text));
  const token = fc.oneof(character, fc.constantFrom('*', '?', '[ab]', '[!a]', '{a,b.}', '\\a'));
  const segment = fc
    .array(token, { minLength: 1, maxLength: 4 })
    .map((tokens) => tokens.join(''))
    .filter((text) => !text.includes('**') && !/^\.\.?$/.test(text) && text.split('*').length <= 4);
  const pattern = fc.array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 });

  /** The meaning of a pattern, said in the plainest way. */
  function means(segments: readonly string[], names: readonly string[]): boolean {
    const [first, ...rest] = segments;
    if (first === undefined) return names.length === 0;
    if (first === '**') return means(rest, names) || (names.length > 0 && means(segments, names.slice(1)));
    const source = first
      .replaceAll('.', '\\.')
      .replaceAll('{a,b\\.}', '(a|b\\.)')
      .replaceAll('?', '.')
      .replaceAll('*', '.*')
      .replaceAll('[!a]', '[^a]')
      .replaceAll('\\a', 'a');
    return names.length > 0 && new RegExp(`^(?:${source})$`, 's').test(names[0] ?? '') && means(rest, names.slice(1));
  }

  test('a pattern matches what it says, and nothing else', () => {
    fc.assert(
      fc.property(pattern, fc.array(name, { maxLength: 5 }), (segments, names) => {
        expect(matches(segments.join('/'), names.join('/'))).toBe(means(segments, names));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what a pattern matches as written it also matches folded', () => {
    fc.assert(
      fc.property(pattern, fc.array(name, { maxLength: 5 }), (segments, names) => {
        const [text, path] = [segments.join('/'), names.join('/')];
        expect(!matches(text, path) || matchesFolded(text, path.toUpperCase())).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('any text is read or refused with the typed error', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab*?[]{},!^-\\/.(+@')) });
    fc.assert(
      fc.property(text, (hostile) => {
        expect(isReadOrRefused(hostile)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  function isReadOrRefused(text: string): boolean {
    try {
      matches(text, 'a/b');
      return true;
    } catch (error) {
      return AgentError.isInstance(error) && error.code === 'policy_invalid';
    }
  }
});
