import { describe, expect, test } from 'vitest';
import type { Finding } from './finding.ts';
import type { ReviewResult } from './review-result.ts';
import { selectFindings, type FindingSelection } from './select-findings.ts';

const all: FindingSelection = { minSeverity: 'info', minConfidence: 0, isWithoutHygiene: false, only: [], skip: [] };

function finding(changes: Partial<Finding>): Finding {
  return {
    id: 'F001',
    fingerprint: '0'.repeat(32),
    ruleId: 'py/xss',
    kind: 'xss',
    title: 'A title',
    severity: 'high',
    confidence: 0.8,
    cwe: ['CWE-79'],
    owasp: ['A03:2021'],
    location: { file: 'a.py', startLine: 1, endLine: 1 },
    related: [],
    evidence: 'x',
    explanation: 'y',
    recommendation: 'z',
    origin: ['rules'],
    verification: { status: 'confirmed', by: 'code' },
    ...changes,
  };
}

function select(findings: readonly Finding[], selection: Partial<FindingSelection>): ReviewResult {
  const result: ReviewResult = {
    reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
    target: { paths: ['.'] },
    coverage: { reviewed: ['a.py'], skipped: [], failed: [], notByModel: [], isComplete: true },
    stages: [],
    findings,
    suppressed: [finding({ id: 'F000', suppressed: { by: 'inline', reason: 'known' } })],
    rejected: [],
    notices: [],
    tokens: 0,
    costUsd: 0,
    wasInterrupted: false,
    providerFailure: undefined,
  };
  return selectFindings(result, { ...all, ...selection });
}

test('keeps everything where nothing is left out', () => {
  const findings = [finding({}), finding({ severity: 'info', confidence: 0 })];
  expect(select(findings, {})).toMatchObject({ findings, suppressed: [{ id: 'F000' }] });
});

describe('leaves out, and says why,', () => {
  test.each<[Partial<FindingSelection>, Partial<Finding>, string]>([
    [{ minSeverity: 'medium' }, { severity: 'low' }, 'below --min-severity medium'],
    [{ minConfidence: 0.5 }, { confidence: 0.4 }, 'its confidence of 0.4 is below 0.5'],
    [{ isWithoutHygiene: true }, { kind: 'debug-enabled' }, 'left out by --profile pr'],
    [{ skip: ['ssrf'] }, { kind: 'ssrf' }, 'left out by --skip ssrf'],
    [{ skip: ['LLM/ssrf'] }, { ruleId: 'llm/ssrf' }, 'left out by --skip LLM/ssrf'],
    [{ skip: ['cwe-918'] }, { cwe: ['CWE-20', 'CWE-918'] }, 'left out by --skip cwe-918'],
    [{ only: ['xss'] }, { kind: 'ssrf' }, 'not among the classes of --only'],
  ])('under %j what is %j', (selection, changes, reason) => {
    const { findings, suppressed } = select([finding({}), finding(changes)], selection);
    expect(findings).toEqual([finding({})]);
    expect(suppressed).toEqual([
      expect.objectContaining({ id: 'F000' }),
      finding({ ...changes, suppressed: { by: 'config', reason } }),
    ]);
  });
});

test('does not take the number of one weakness for the beginning of another', () => {
  expect(select([finding({ cwe: ['CWE-798'] })], { skip: ['CWE-79'] }).findings).toHaveLength(1);
});
