import { FinishReason } from '@google/genai/web';
import { expect, test } from 'vitest';
import { isMalformed, toModelStop } from './stop-reason.ts';

test.for([
  ['STOP', 'end'],
  ['MAX_TOKENS', 'length'],
  ['CONTINUATION', 'length'],
  ['SAFETY', 'refusal'],
  ['RECITATION', 'refusal'],
  ['LANGUAGE', 'refusal'],
  ['BLOCKLIST', 'refusal'],
  ['PROHIBITED_CONTENT', 'refusal'],
  ['SPII', 'refusal'],
  ['MODEL_ARMOR', 'refusal'],
  ['IMAGE_SAFETY', 'refusal'],
  ['IMAGE_PROHIBITED_CONTENT', 'refusal'],
  ['IMAGE_RECITATION', 'refusal'],
] as const)('%s means %s', ([raw, stop]) => {
  expect(toModelStop(raw, false)).toBe(stop);
  expect(isMalformed(raw)).toBe(false);
});

test.for([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'NO_IMAGE',
  'IMAGE_OTHER',
  'OTHER',
])('%s is no answer', (raw) => {
  expect(isMalformed(raw)).toBe(true);
});

test('knows every reason that the vendor names', () => {
  const { FINISH_REASON_UNSPECIFIED: _, ...reasons } = FinishReason;
  const unknown = Object.values(reasons).filter((raw) => !isMalformed(raw) && toModelStop(raw, true) === 'tool_calls');
  expect(unknown).toEqual(['STOP']);
});

test('goes by the content where the reason is the end, missing or not known', () => {
  expect(toModelStop('STOP', true)).toBe('tool_calls');
  expect(toModelStop(undefined, true)).toBe('tool_calls');
  expect(toModelStop('toString', false)).toBe('end');
  expect(isMalformed('toString')).toBe(false);
});

test('takes a call that the output limit may have cut off for cut off', () => {
  expect(toModelStop('MAX_TOKENS', true)).toBe('length');
});
