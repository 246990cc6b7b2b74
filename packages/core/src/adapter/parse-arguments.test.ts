import { expect, test } from 'vitest';
import { parseArguments } from './parse-arguments.ts';

test('parses whole JSON', () => {
  expect(parseArguments('{"a":[1]}')).toEqual({ args: { a: [1] } });
});

test('takes no text for a call without arguments', () => {
  expect(parseArguments(' ')).toEqual({ args: {} });
  expect(parseArguments('', null)).toEqual({ args: null });
});

test('keeps text that does not parse, and why', () => {
  expect(parseArguments('{"a":')).toEqual({ rawArgs: '{"a":', argsError: expect.stringContaining('JSON') });
});
