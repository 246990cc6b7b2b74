import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import { exitCodeOf } from './exit-code.ts';

const complete: ReviewResult = {
  reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
  target: { paths: ['a.py'] },
  coverage: { reviewed: ['a.py'], skipped: [], failed: [], notByModel: [], isComplete: true },
  stages: [],
  findings: [],
  suppressed: [],
  rejected: [],
  notices: [],
  tokens: 0,
  costUsd: 0,
  wasInterrupted: false,
  providerFailure: undefined,
};
const partial: ReviewResult = {
  ...complete,
  coverage: {
    reviewed: ['a.py'],
    skipped: [],
    failed: [{ file: 'b.py', reason: 'gone' }],
    notByModel: [],
    isComplete: false,
  },
};
const nothing: ReviewResult = {
  ...complete,
  coverage: { reviewed: [], skipped: [], failed: [], notByModel: [], isComplete: false },
};

function finding(severity: Finding['severity']): Finding {
  return {
    id: 'F001',
    fingerprint: '0'.repeat(32),
    ruleId: 'py/xss',
    kind: 'xss',
    title: 'A title',
    severity,
    confidence: 1,
    cwe: ['CWE-79'],
    owasp: ['A03:2021'],
    related: [],
    location: { file: 'a.py', startLine: 1, endLine: 1 },
    evidence: 'x',
    explanation: 'y',
    recommendation: 'z',
    origin: ['rules'],
    verification: { status: 'confirmed', by: 'code' },
  };
}

describe('a finding', () => {
  test.each([
    ['high', 'high', 1],
    ['critical', 'high', 1],
    ['medium', 'high', 0],
    ['info', 'info', 1],
    ['low', 'medium', 0],
    ['high', 'critical', 0],
    ['critical', 'none', 0],
  ] as const)('of severity %s under --fail-on %s ends with %i', (severity, failOn, code) => {
    expect(exitCodeOf({ ...complete, findings: [finding(severity)] }, failOn)).toBe(code);
  });

  test('ends with 1 also where the review is incomplete', () => {
    expect(exitCodeOf({ ...partial, findings: [finding('high')] }, 'high')).toBe(1);
  });

  test('does not hide that the provider failed before the rest', () => {
    expect(exitCodeOf({ ...partial, findings: [finding('low')], providerFailure: 'no key' }, 'high')).toBe(3);
  });
});

test.each([
  ['clean', complete, 0],
  ['incomplete', partial, 3],
  ['of nothing', nothing, 3],
  ['whose provider failed at once', { ...nothing, providerFailure: 'no key' }, 4],
  ['whose provider failed later', { ...partial, providerFailure: 'no key' }, 3],
  ['that was interrupted', { ...partial, findings: [finding('critical')], wasInterrupted: true }, 130],
])('a review %s ends with its code', (_, result, code) => {
  expect(exitCodeOf(result, 'high')).toBe(code);
});

test('--fail-on none does not make an incomplete review a complete one', () => {
  expect(exitCodeOf(partial, 'none')).toBe(3);
});
