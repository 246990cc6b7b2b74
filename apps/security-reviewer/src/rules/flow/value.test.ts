import { expect, it } from 'vitest';
import {
  concatenate,
  constantText,
  elementOf,
  joinValues,
  knownPrefix,
  listValue,
  literalValue,
  textOf,
  valueFrom,
} from './value.ts';

it('puts known text together and keeps holes in their places', () => {
  const hole = valueFrom('remote');
  const whole = concatenate([literalValue('a'), 'b', hole, 'c'], undefined);
  expect(textOf(whole).map((part) => (typeof part === 'string' ? part : 'hole'))).toEqual(['ab', 'hole', 'c']);
  expect([constantText(whole), knownPrefix(whole)]).toEqual([undefined, 'ab']);
});

it('takes text from outside over a constant that may stand in for it', () => {
  const either = joinValues(literalValue('index'), valueFrom('remote'));
  expect(constantText(either)).toBeUndefined();
  expect([...either.taint.keys()]).toEqual(['remote']);
});

it('gives what any element of a list may be', () => {
  const element = elementOf(listValue([literalValue('a'), valueFrom('local')]));
  expect([...element.taint.keys()]).toEqual(['local']);
});
