import { expect, test } from 'vitest';
import type { Verification } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import { limitsOf } from './describe-review.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const reviewer = { provider: 'anthropic', model: 'claude', isLanguageModel: true };

function limits(changes: Partial<ReviewResult>): string {
  return limitsOf(sampleResult({ reviewer, ...changes }));
}

function finding(status: Verification['status'], by: Verification['by']) {
  return sampleFinding({ verification: { status, by } });
}

test('the limits of a model say what its second look came to', () => {
  const findings = [finding('confirmed', 'model'), finding('unverified', 'model'), finding('confirmed', 'code')];
  const text = limits({ findings, rejected: [finding('rejected', 'model')] });
  expect(text).toContain('the model looked again at 3 of 4: 1 confirmed, 1 in doubt, 1 rejected.');
  expect(text).not.toContain('not checked');
});

test('the limits of a model say that there was no second look', () => {
  const text = limits({ findings: [finding('confirmed', 'code')] });
  expect(text).toContain('compared with its line by code; whether it is a weakness was not checked again.');
});

test('the limits of a model speak of no findings where there are none', () => {
  expect(limits({})).toBe('A language model may overlook weaknesses, and may answer otherwise the next time.');
});
