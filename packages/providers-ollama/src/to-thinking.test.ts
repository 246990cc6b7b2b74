import { describe, expect, test } from 'vitest';
import type { Effort } from '@harness-sdk/core';
import { toThink } from './to-thinking.ts';
import type { ThinkingModel } from './to-thinking.ts';

const efforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'max'];

function model(fields: Partial<ThinkingModel> = {}): ThinkingModel {
  return { id: 'qwen3', capabilities: undefined, thinkValues: undefined, ...fields };
}

describe.for<readonly [what: string, model: ThinkingModel, expected: readonly unknown[]]>([
  ['a model that nothing is known of', model(), [false, true, true, true, true, true]],
  ['a model that can be switched', model({ thinkValues: [true, false] }), [false, true, true, true, true, true]],
  [
    'gpt-oss on a server that names no values',
    model({ id: 'gpt-oss:20b' }),
    ['low', 'low', 'low', 'medium', 'high', 'high'],
  ],
  [
    'gpt-oss under another name',
    model({ id: 'hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M' }),
    ['low', 'low', 'low', 'medium', 'high', 'high'],
  ],
  [
    'a model with levels and a switch',
    model({ thinkValues: [false, 'high', 'max'] }),
    [false, undefined, undefined, 'high', 'high', 'max'],
  ],
  [
    'a model with many levels',
    model({ thinkValues: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] }),
    ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  ],
  ['a model with names of its own', model({ thinkValues: ['deep'] }), Array.from(efforts, () => undefined)],
  ['a model that only thinks', model({ thinkValues: [true] }), [undefined, true, true, true, true, true]],
  ['a model that says it cannot think', model({ thinkValues: [false] }), [false, ...Array.from({ length: 5 })]],
  [
    'a model that is known not to think',
    model({ capabilities: { thinking: false } }),
    Array.from(efforts, () => undefined),
  ],
])('%s', ([, thinking, expected]) => {
  test('is asked for what is nearest to each effort', () => {
    expect(efforts.map((effort) => toThink(effort, thinking))).toEqual(expected);
  });

  test('is asked for nothing without an effort', () => {
    expect(toThink(undefined, thinking)).toBeUndefined();
  });
});
