import { OptionError } from '@harness-sdk/core';
import { describe, expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

function read(...parameters: string[]) {
  return readArguments(parameters, ['anthropic']);
}

function refusal(...parameters: string[]): string {
  try {
    read(...parameters);
  } catch (error) {
    if (OptionError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error('The command line was accepted.');
}

test('reviews the current directory by rules unless told otherwise', () => {
  expect(read()).toEqual({
    command: 'review',
    paths: ['.'],
    provider: 'rules',
    model: undefined,
    format: 'markdown',
    failOn: 'high',
    maxCostUsd: undefined,
    isQuiet: false,
  });
});

test('takes options before, between and after paths', () => {
  const given = read('--format', 'json', 'a', '--fail-on=low', 'b', '-q', '--provider', 'anthropic', '--model', 'm');
  expect(given).toMatchObject({
    paths: ['a', 'b'],
    format: 'json',
    failOn: 'low',
    isQuiet: true,
    provider: 'anthropic',
    model: 'm',
  });
});

test('takes everything after -- as a path', () => {
  expect(read('--', '--format', '-x')).toMatchObject({ paths: ['--format', '-x'] });
});

test.each([['md'], ['markdown'], ['MARKDOWN']])('knows the format %s', (format) => {
  expect(read('--format', format)).toMatchObject({ format: 'markdown' });
});

test.each([
  ['2', 2],
  ['0.5', 0.5],
  ['.5', 0.5],
])('takes --max-cost %s', (given, maxCostUsd) => {
  expect(read('--max-cost', given)).toMatchObject({ maxCostUsd });
});

test.each([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-V', 'version'],
])('%s asks for the %s, whatever else is there', (option, command) => {
  expect(read('a', option)).toEqual({ command });
});

describe('refuses', () => {
  test.each([
    [['--formt', 'json'], 'There is no option --formt. Did you mean --format?'],
    [['--fail_on', 'low'], 'There is no option --fail_on. Did you mean --fail-on?'],
    [['--fix'], 'There is no option --fix. See --help for all options'],
    [['-x.py'], 'There is no option -x. See --help for all options; a path that begins with - goes after --.'],
    [['--format'], 'The option --format needs a value, as in --format json.'],
    [['--format', '--quiet'], 'The option --format needs a value, as in --format json.'],
    [['--model='], 'The option --model needs a value, as in --model MODEL.'],
    [['--quiet=yes'], 'The option --quiet takes no value, got "yes".'],
    [['--format', 'sarf'], 'Expected --format to be markdown, md, json, got "sarf".'],
    [['--fail-on', 'hihg'], 'Did you mean "high"?'],
    [['--provider', 'antropic', '--model', 'm'], 'Did you mean "anthropic"?'],
    [['--provider', 'anthropic'], 'The provider anthropic needs --model: no model is chosen for you.'],
    [['--model', 'm'], 'The option --model goes with --provider'],
    [['--max-cost', '0'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '-1'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '2 USD'], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '9'.repeat(400)], 'Expected --max-cost to be US dollars above 0'],
    [['--max-cost', '1e9'], 'Expected --max-cost to be US dollars above 0'],
    [[''], 'Expected the path of a file or directory, got an empty one.'],
  ])('%j', (parameters, message) => {
    expect(refusal(...parameters)).toContain(message);
  });
});
