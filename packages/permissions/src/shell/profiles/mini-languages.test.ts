import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAwkProgram } from './awk-program.ts';
import { checkJqFilter } from './jq-filter.ts';
import { checkSedScript } from './sed-script.ts';

const sedAddresses = ['', '1', '$', '1,5', '/a/', '\\,a,', '/a/I,/b/', '0~3', '2,+3', '/[/]/', '1!', '/a/,$!', '/\\//'];
const sedBefore = [
  '',
  'p;',
  's/a/b/g;',
  's,[,],x,;',
  'y/a/b/;',
  '{p;',
  ':a;',
  'ba;',
  'n\n',
  '# c\n',
  'a text\n',
  'i\\\ntext\n',
  '$!{N;',
  's/\\//x/2;',
  'l 5;',
  's/[]/]/x/;',
];
const sedUnsafe = [
  'e',
  'e x',
  'w x',
  'W x',
  'r x',
  'R x',
  's/a/b/e',
  's/a/b/w x',
  's,a,b,ge',
  's/a/b/2w x',
  's/[/]/b/e',
  ' w x',
];

test('finds what a sed script does to files and programs, whatever stands in front of it', () => {
  for (const before of sedBefore) {
    for (const address of sedAddresses) {
      for (const command of sedUnsafe) {
        expect([before, address, command, checkSedScript(`${before}${address}${command}`)]).toEqual([
          before,
          address,
          command,
          expect.any(String),
        ]);
      }
    }
  }
});

test.each([
  ['e at the end of a label, for a sed that ends labels at ";"', ':a;e x'],
  ['a command in the next line, for a sed whose labels take the line', ':x;s/a\ne x\n/b/'],
  ['a delimiter between brackets, for a sed that does not know them', 's/[/x/w ]/y/'],
  ['text whose end is not clear', 'a x\\\ny'],
  ['what no sed understands', 'K'],
  ['a block without end', '/a/{p'],
])('refuses a sed script with %s', (_, script) => {
  expect(checkSedScript(script)).toEqual(expect.any(String));
});

test('reads every sed script to an end', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'spewrRya{}[]/\\;,!$1:b^n \n#'.split('')), maxLength: 24 }),
      (script) => {
        const problem = checkSedScript(script);
        expect(problem === undefined || problem.length > 0).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

const awkBefore = [
  '',
  '{ print 1 } ',
  '/a|b/ ',
  '$1 ~ /"/ { x = 1 } ',
  'BEGIN { s = "}" } ',
  '# "\n',
  'function f(a) { return a / 2 } ',
  '{ x = y / 2; z = "/" } ',
  '!/[/]a/ ',
];
const awkUnsafe = [
  '{ system("x") }',
  '{ "x" | getline }',
  '{ print | "x" }',
  '{ print > "x" }',
  '{ print $1, $2 > "x" }',
  '{ printf("a") >> "x" }',
  '{ print "a" |& "x" }',
  '{ getline < "x" }',
  '{ @f() }',
  '{ if (1) print > "x" }',
  '{ print a ,\n1 > "x" }',
];

test('finds what an awk program does to files and programs, whatever stands in front of it', () => {
  for (const before of awkBefore) {
    for (const unsafe of awkUnsafe) {
      expect([before, unsafe, checkAwkProgram(before + unsafe)]).toEqual([before, unsafe, expect.any(String)]);
    }
  }
});

test.each([
  '/a/ { print "system(x) | y > z" }',
  '/system|getline/',
  '$1 > 5 && $2 >= 3',
  '{ print (a > b), c }',
  '{ x = (a + b) / c / d }',
  'a ~ /[[:alpha:]]+/ { n++ }',
])('lets the awk program %s pass', (program) => {
  expect(checkAwkProgram(program)).toBeUndefined();
});

const jqUnsafe = ['env', '$ENV', 'env.HOME', '$ENV.HOME', 'import "a" as b; .', 'include "a"; .', '$ ENV'];
const jqAround: readonly (readonly [before: string, after: string])[] = [
  ['', ''],
  ['. | ', ''],
  ['[', ']'],
  ['{a: ', '}'],
  ['"\\(', ')"'],
  ['"a\\("\\(', ')")b"'],
  ['if . then ', ' else . end'],
  ['.a, ', ''],
  ['# c\n', ''],
  ['"#" | ', ''],
  ['map(', ')'],
];

test('finds what a jq filter reads besides its input, wherever it stands', () => {
  for (const [before, after] of jqAround) {
    for (const unsafe of jqUnsafe) {
      expect([before + unsafe + after, checkJqFilter(before + unsafe + after)]).toEqual([
        before + unsafe + after,
        expect.any(String),
      ]);
    }
  }
});

test.each(['.env', '{env: 1}', '.["env"]', '"env"', '.a.env.b', '"\\(.env)"', '.environment', '$env', 'envelope'])(
  'lets the jq filter %s pass',
  (filter) => {
    expect(checkJqFilter(filter)).toBeUndefined();
  },
);
