import { describe, expect, test } from 'vitest';
import type { Effort } from '@harness-sdk/core';
import { knownModel } from './model-info.ts';
import { toThinking } from './to-thinking.ts';

function thinking(modelId: string, effort?: Effort, maxOutputTokens?: number): unknown {
  const request = { ...(effort && { effort }), ...(maxOutputTokens && { maxOutputTokens }) };
  return toThinking(request, knownModel(modelId).thinking);
}

const shown = { includeThoughts: true };
const level = (thinkingLevel: string) => ({ thinkingLevel, ...shown });
const budget = (thinkingBudget: number) => ({ thinkingBudget, ...shown });

describe.for<readonly [model: string, expected: Readonly<Record<Effort | 'nothing', unknown>>]>([
  [
    'gemini-4-carbon',
    {
      nothing: shown,
      none: { thinkingLevel: 'LOW' },
      minimal: level('LOW'),
      low: level('LOW'),
      medium: level('MEDIUM'),
      high: level('HIGH'),
      max: level('HIGH'),
    },
  ],
  [
    'gemini-3.5-flash-lite',
    {
      nothing: shown,
      none: { thinkingLevel: 'MINIMAL' },
      minimal: level('MINIMAL'),
      low: level('LOW'),
      medium: level('MEDIUM'),
      high: level('HIGH'),
      max: level('HIGH'),
    },
  ],
  [
    'gemini-3-pro-preview',
    {
      nothing: shown,
      none: { thinkingLevel: 'LOW' },
      minimal: level('LOW'),
      low: level('LOW'),
      medium: level('HIGH'),
      high: level('HIGH'),
      max: level('HIGH'),
    },
  ],
  [
    'gemini-2.5-flash',
    {
      nothing: shown,
      none: { thinkingBudget: 0 },
      minimal: budget(512),
      low: budget(4_096),
      medium: budget(8_192),
      high: budget(16_384),
      max: budget(24_576),
    },
  ],
  [
    'gemini-2.5-pro',
    {
      nothing: shown,
      none: { thinkingBudget: 128 },
      minimal: budget(512),
      low: budget(4_096),
      medium: budget(8_192),
      high: budget(16_384),
      max: budget(32_768),
    },
  ],
  [
    'gemini-2.5-flash-lite',
    {
      nothing: undefined,
      none: { thinkingBudget: 0 },
      minimal: budget(512),
      low: budget(4_096),
      medium: budget(8_192),
      high: budget(16_384),
      max: budget(24_576),
    },
  ],
  [
    'gemini-of-2030',
    {
      nothing: undefined,
      none: { thinkingLevel: 'LOW' },
      minimal: level('LOW'),
      low: level('LOW'),
      medium: level('MEDIUM'),
      high: level('HIGH'),
      max: level('HIGH'),
    },
  ],
])('for %s', ([modelId, expected]) => {
  test.for(Object.entries(expected))('effort %s', ([effort, wanted]) => {
    // The keys are efforts, says the type of the table.
    expect(thinking(modelId, effort === 'nothing' ? undefined : (effort as Effort))).toEqual(wanted);
  });
});

describe('a budget', () => {
  test('leaves half of the output for the answer', () => {
    expect(thinking('gemini-2.5-flash', 'high', 6_000)).toEqual(budget(3_000));
  });

  test('is never smaller than the model takes', () => {
    expect(thinking('gemini-2.5-flash-lite', 'high', 600)).toEqual(budget(512));
    expect(thinking('gemini-2.5-pro', 'low', 20)).toEqual(budget(128));
  });
});
