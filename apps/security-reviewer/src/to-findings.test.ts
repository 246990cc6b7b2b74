import { describe, expect, test } from 'vitest';
import { FindingSchema } from './finding.ts';
import type { ReportedFinding } from './reported-findings.ts';
import { SecretMasks } from './secret-masks.ts';
import { toFindings } from './to-findings.ts';

function reported(changes: Partial<ReportedFinding> & { readonly line?: number }): ReportedFinding {
  const { line = 1, ...fields } = changes;
  return {
    ruleId: 'py/sql-injection',
    kind: 'sql-injection',
    title: 'SQL is put together from text',
    severity: 'high',
    confidence: 0.6,
    cwe: ['CWE-89'],
    owasp: ['A03:2021'],
    related: [],
    location: { file: 'a.py', startLine: line, endLine: line },
    scope: '',
    evidence: 'run("SELECT " + name)',
    explanation: 'It is.',
    recommendation: 'Do not.',
    origin: ['rules'],
    verification: { status: 'confirmed', by: 'code' },
    ...fields,
  };
}

function secret(evidence: string, changes: Partial<ReportedFinding> & { readonly line?: number } = {}) {
  return reported({ ...changes, kind: 'hardcoded-credentials', cwe: ['CWE-798'], evidence });
}

test('findings are what the schema says', () => {
  for (const finding of toFindings([reported({}), secret('KEY = "abcdefghijkl"', { line: 2 })])) {
    expect(FindingSchema.parse(finding)).toEqual(finding);
  }
});

test('findings stand in the order of file, line and severity, whatever order they came in', () => {
  const all = [
    reported({ location: { file: 'b.py', startLine: 1, endLine: 1 } }),
    reported({ line: 10 }),
    reported({ line: 2, severity: 'low', ruleId: 'py/xss', kind: 'xss' }),
    reported({ line: 2, severity: 'critical' }),
  ];
  const findings = toFindings(all);
  expect(findings.map(({ location, severity }) => `${location.file} ${location.startLine} ${severity}`)).toEqual([
    'a.py 2 critical',
    'a.py 2 low',
    'a.py 10 high',
    'b.py 1 high',
  ]);
  expect(toFindings(all.toReversed())).toEqual(findings);
  expect(findings.map(({ id }) => id)).toEqual(['F001', 'F002', 'F003', 'F004']);
});

describe('a fingerprint', () => {
  const fingerprintsOf = (...all: ReportedFinding[]) => toFindings(all).map(({ fingerprint }) => fingerprint);

  test('stays when the line moves', () => {
    expect(fingerprintsOf(reported({ line: 99 }))).toEqual(fingerprintsOf(reported({ line: 1 })));
  });

  test('is another for each of several equal lines', () => {
    const fingerprints = fingerprintsOf(reported({ line: 1 }), reported({ line: 2 }), reported({ line: 3 }));
    expect(new Set(fingerprints).size).toBe(3);
    expect(fingerprints[0]).toBe(fingerprintsOf(reported({ line: 7 }))[0]);
  });

  test('changes with the secret, and does not show it', () => {
    const [first] = toFindings([secret('KEY = "abcdefgh1111"')]);
    const [second] = toFindings([secret('KEY = "abcdefgh2222"')]);
    expect(first?.evidence).toBe(second?.evidence);
    expect(first?.fingerprint).not.toBe(second?.fingerprint);
  });
});

describe('a secret', () => {
  const key = 'sk-0123456789abcdef';

  test('is masked in the evidence', () => {
    expect(toFindings([secret(`KEY = "${key}"`)])).toMatchObject([{ evidence: 'KEY = "sk-0…(19 characters)"' }]);
  });

  test('is masked in all texts, of other findings too', () => {
    const findings = toFindings([
      secret(`KEY = "${key}"`, { line: 3, explanation: `The key ${key} is in the source.` }),
      reported({ line: 9, evidence: `call("${key}")`, title: `Uses ${key}`, recommendation: `Revoke ${key}.` }),
    ]);
    expect(JSON.stringify(findings)).not.toContain(key);
    expect(JSON.stringify(findings)).not.toContain(key.slice(0, 8));
  });

  test('is masked where another finding cites its line, even a short one', () => {
    const findings = toFindings([
      secret('connect("SELECT", password="abc12")', { line: 3 }),
      reported({ line: 3, evidence: 'connect("SELECT", password="abc12")' }),
    ]);
    expect(findings.map(({ evidence }) => evidence).join()).not.toContain('abc12');
  });

  test('on several lines is masked on each', () => {
    const evidence = 'KEY = ("abcdefghijkl"\n       "mnopqrstuvwx")';
    const [finding] = toFindings([secret(evidence, { location: { file: 'a.py', startLine: 1, endLine: 2 } })]);
    expect(finding?.evidence).toBe('KEY = ("abc…(12 characters)"\n       "mno…(12 characters)")');
  });
});

describe('every text of a finding', () => {
  const key = 'sk-0123456789abcdef';
  const address = 'https://data.evil.example/collect?q=1';
  const place = { file: 'a.py', startLine: 4, endLine: 4 };
  const speakingOf = (text: string): Partial<ReportedFinding> => ({
    title: `Sent to ${text}`,
    explanation: `It says ${text}.`,
    recommendation: `Remove ${text}.`,
    impact: `Whoever has ${text} is in.`,
    related: [{ ...place, role: 'source', note: `Here is ${text}.` }],
    fix: { description: `Replace ${text}.`, edits: [{ location: place, replacement: `call("${text}")` }] },
    verification: { status: 'unverified', by: 'model', note: `Saw ${text}.` },
  });

  test('is without the secrets that any finding is about', () => {
    const findings = toFindings([secret(`KEY = "${key}"`), reported({ line: 4, ...speakingOf(key) })]);
    expect(JSON.stringify(findings)).not.toContain(key);
    expect(findings[1]?.fix?.edits[0]?.replacement).toBe('call("sk-0…(19 characters)")');
    expect(findings[1]?.related[0]?.note).toBe('Here is sk-0…(19 characters).');
  });

  test('is without the addresses that a language model wrote', () => {
    const [finding] = toFindings([reported({ ...speakingOf(address), origin: ['llm'] })]);
    expect(JSON.stringify(finding)).not.toContain('evil.example');
    expect(finding?.fix?.description).toBe('Replace (address)');
    expect(FindingSchema.parse(finding)).toEqual(finding);
  });

  test('keeps the addresses that a rule wrote', () => {
    const [finding] = toFindings([
      reported({ ...speakingOf(address), verification: { status: 'confirmed', by: 'code' } }),
    ]);
    expect(finding?.fix?.edits[0]?.replacement).toContain(address);
    expect(finding?.related[0]?.note).toContain(address);
  });
});

test('a finding is without the secrets of findings that stand elsewhere in the report', () => {
  const key = 'sk-0123456789abcdef';
  const rejected = secret(`KEY = "${key}"`);
  const speaking = reported({ line: 9, explanation: `It uses ${key}.` });
  const [finding] = toFindings([speaking], new SecretMasks([speaking, rejected]));
  expect(finding?.explanation).toBe('It uses sk-0…(19 characters).');
});
