import { OptionError } from '@harness-sdk/core';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';

function refusal(...parameters: string[]): string {
  try {
    readCommandLine(parameters);
  } catch (error) {
    if (OptionError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error('The command line was accepted.');
}

test('means a review where no command is named', () => {
  expect(readCommandLine([])).toEqual({ command: 'review', operands: [], given: {} });
  expect(readCommandLine(['review', 'a'])).toEqual(readCommandLine(['a']));
});

test('takes options before, between and after paths', () => {
  const parameters = ['--max-cost', '1', 'a', '--fail-on=low', 'b', '-q', '--provider', 'anthropic', '--model', 'm'];
  expect(readCommandLine(parameters)).toEqual({
    command: 'review',
    operands: ['a', 'b'],
    given: { 'max-cost': 1, 'fail-on': 'low', quiet: true, provider: 'anthropic', model: 'm' },
  });
});

test('takes everything after -- as a path, and a dash as one too', () => {
  expect(readCommandLine(['-', '--', '--format', '-x'])).toMatchObject({ operands: ['-', '--format', '-x'] });
});

test('takes several formats, each with a file of its own or without', () => {
  const parameters = ['--format', 'json', '--format', 'sarif=a=b.sarif', '--format=MARKDOWN,json=x.json'];
  expect(readCommandLine(parameters)).toMatchObject({
    given: {
      format: [
        { format: 'json' },
        { format: 'sarif', file: 'a=b.sarif' },
        { format: 'md' },
        { format: 'json', file: 'x.json' },
      ],
    },
  });
});

test('takes lists with commas and by repetition, and leaves the braces of a glob whole', () => {
  const parameters = ['--only', 'xss, CWE-89', '--only', 'py/ssrf', '--include', 'src/*.{js,ts},lib/'];
  expect(readCommandLine(parameters)).toMatchObject({
    given: { only: ['xss', 'CWE-89', 'py/ssrf'], include: ['src/*.{js,ts}', 'lib/'] },
  });
});

test('takes switches that begin with no', () => {
  expect(readCommandLine(['--no-gitignore', '--no-color'])).toMatchObject({
    given: { 'no-gitignore': true, 'no-color': true },
  });
  expect(readCommandLine(['a'])).toMatchObject({ given: {} });
});

test.each([
  [['--diff'], true],
  [['--diff', 'main'], 'main'],
  [['a', '--diff', '--quiet'], true],
])('takes --diff with a base and without: %j', (parameters, diff) => {
  expect(readCommandLine(parameters)).toMatchObject({ given: { diff } });
});

test.each([
  [['rules', '--json'], { command: 'rules', operands: [], given: { json: true } }],
  [['explain', 'xss', '--report=r.json'], { command: 'explain', operands: ['xss'], given: { report: 'r.json' } }],
  [['init', '--force'], { command: 'init', operands: [], given: { force: true } }],
  [['doctor'], { command: 'doctor', operands: [], given: {} }],
  [['./rules'], { command: 'review', operands: ['./rules'], given: {} }],
])('%j is a command of its own', (parameters, expected) => {
  expect(readCommandLine(parameters)).toEqual(expected);
});

test.each([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-V', 'version'],
])('%s asks for the %s, whatever else is there', (option, command) => {
  expect(readCommandLine(['a', option])).toEqual({ command });
  expect(readCommandLine(['rules', option])).toEqual({ command });
});

describe('refuses', () => {
  test.each([
    [['--formt', 'json'], "Unknown option '--formt'. Did you mean --format?"],
    [['--fail_on', 'low'], 'Did you mean --fail-on?'],
    [['--frobnicate'], "Unknown option '--frobnicate'. --help lists all options"],
    [['-x.py'], 'a path that begins with - goes after --.'],
    [['--format'], 'The option --format needs a value.'],
    [['-o'], 'The option --output needs a value.'],
    [['--format', '--quiet'], 'The option --format needs a value.'],
    [['--model='], 'The option --model needs a value.'],
    [['--quiet=yes'], "Unknown option '--quiet=yes'."],
    [['--format', 'sarff'], 'Did you mean "sarif"?'],
    [['--format', 'sarif='], 'Expected --format to be '],
    [['--fail-on', 'hihg'], 'Did you mean "high"?'],
    [['--provider', 'antropic'], 'Did you mean "anthropic"?'],
    [['--only', 'sql-injektion'], 'Did you mean "sql-injection"?'],
    [['--skip', 'CWE-'], 'Expected --skip to be kinds, rules or CWE numbers'],
    [['--min-confidence', '1.5'], 'Expected --min-confidence to be a number from 0 to 1'],
    [['--max-cost', '0'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '-1'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '2 USD'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '9'.repeat(400)], 'Expected --max-cost to be US dollars above 0'],
    [['--max-file-size', '1 parsec'], 'Expected --max-file-size to be a size'],
    [[''], 'Expected what follows review not to be empty.'],
    [['rules', 'src'], '"src" is too much. To review a path of that name, write ./rules.'],
    [['explain'], 'Expected security-reviewer explain RULE|FINGERPRINT: something is missing.'],
    [['rules', '--max-cost', '1'], "Unknown option '--max-cost'."],
  ])('%j', (parameters, message) => {
    expect(refusal(...parameters)).toContain(message);
  });
});
