import { expect, test } from 'vitest';
import { toModelStop } from './stop-reason.ts';

test.for([
  ['end_turn', 'end'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['stop_sequence', 'stop_sequence'],
  ['tool_use', 'tool_calls'],
  ['pause_turn', 'pause'],
  ['compaction', 'pause'],
  ['refusal', 'refusal'],
] as const)('%s means %s', ([raw, stop]) => {
  expect(toModelStop(raw, raw === 'tool_use')).toBe(stop);
});

test('goes by the content where the reason is missing or not known', () => {
  expect(toModelStop(undefined, false)).toBe('end');
  expect(toModelStop(undefined, true)).toBe('tool_calls');
  expect(toModelStop('toString', false)).toBe('end');
});

test('goes by the content where a gateway mistakes tool calls for the end, or the end for tool calls', () => {
  expect(toModelStop('end_turn', true)).toBe('tool_calls');
  expect(toModelStop('tool_use', false)).toBe('end');
});

test('takes a call that the output limit may have cut off for cut off', () => {
  expect(toModelStop('max_tokens', true)).toBe('length');
});
