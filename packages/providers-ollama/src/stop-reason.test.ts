import { expect, test } from 'vitest';
import { isNoAnswer, toModelStop } from './stop-reason.ts';

test.for([
  ['stop', false, 'end'],
  ['stop', true, 'tool_calls'],
  ['length', false, 'length'],
  ['length', true, 'length'],
  [undefined, false, 'end'],
  [undefined, true, 'tool_calls'],
  ['of_2030', false, 'end'],
] as const)('%s with tool calls %s is %s', ([raw, hasToolCalls, stop]) => {
  expect(toModelStop(raw, hasToolCalls)).toBe(stop);
});

test('a model that was only loaded or unloaded has not answered', () => {
  expect(['load', 'unload', 'stop', 'length', undefined].map(isNoAnswer)).toEqual([true, true, false, false, false]);
});
