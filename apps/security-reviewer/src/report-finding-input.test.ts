import { describe, expect, test } from 'vitest';
import { FINDING_KINDS } from './finding.ts';
import { KIND_CWE } from './kind-cwe.ts';
import { ReportFindingInputSchema } from './report-finding-input.ts';

const given = {
  file_path: 'a.py',
  line: 42,
  severity: 'high',
  kind: 'sql-injection',
  evidence: 'run(query)',
  explanation: 'It is.',
  recommendation: 'Do not.',
};

function read(changes: Record<string, unknown>) {
  return ReportFindingInputSchema.parse({ ...given, ...changes });
}

function problemsIn(changes: Record<string, unknown>) {
  const { error } = ReportFindingInputSchema.safeParse({ ...given, ...changes });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('forgives how it is written', () => {
  test.each([
    [42, { line: 42 }],
    ['42', { line: 42 }],
    ['42-45', { line: 42, endLine: 45 }],
    ['42 – 45', { line: 42, endLine: 45 }],
    ['Line 42', { line: 42 }],
    ['lines 42 to 45', { line: 42, endLine: 45 }],
    ['L42-L45', { line: 42, endLine: 45 }],
    ['42-42', { line: 42 }],
    ['45-42', { line: 45 }],
  ])('line %j', (line, expected) => {
    expect(read({ line }).line).toEqual(expected);
  });

  test.each([
    ['HIGH', 'high'],
    [' Critical ', 'critical'],
    ['moderate', 'medium'],
    ['Informational', 'info'],
  ])('severity %j', (severity, expected) => {
    expect(read({ severity }).severity).toBe(expected);
  });

  test.each([
    ['SQL Injection', 'sql-injection', ['CWE-89']],
    ['sql_injection', 'sql-injection', ['CWE-89']],
  ])('kind %j, with the CWE it stands for', (kind, expected, cwe) => {
    expect(read({ kind })).toMatchObject({ kind: expected, cwe });
  });

  test.each([
    ['CWE-564', ['CWE-564']],
    ['cwe 564: SQL in Hibernate, 2 ways', ['CWE-564']],
    [564, ['CWE-564']],
    ['564', ['CWE-564']],
    [
      ['CWE-89', 'CWE-564', 'CWE-89'],
      ['CWE-89', 'CWE-564'],
    ],
    ['CWE-89, CWE-564', ['CWE-89', 'CWE-564']],
    ['see the list', ['CWE-89']],
  ])('CWE %j', (cwe, expected) => {
    expect(read({ cwe }).cwe).toEqual(expected);
  });

  test.each([
    [0.8, 0.8],
    ['0.8', 0.8],
    [80, 0.8],
    ['80%', 0.8],
    ['High', 0.9],
    [-3, 0],
    ['sure', 0.6],
    [undefined, 0.6],
  ])('confidence %j', (confidence, expected) => {
    expect(read({ confidence }).confidence).toBeCloseTo(expected);
  });

  test('a title that is missing or too long', () => {
    expect(read({}).title).toBe('sql injection');
    expect(read({ title: 'x'.repeat(500) }).title).toHaveLength(120);
  });

  test('an unknown kind that names its CWE', () => {
    expect(read({ kind: 'Cache poisoning', cwe: 'CWE-349' })).toMatchObject({ kind: 'other', cwe: ['CWE-349'] });
  });
});

describe('asks again', () => {
  test.each(['0', '-1', 0, 1.5, 'the last', ''])('for line %j', (line) => {
    expect(problemsIn({ line })[0]).toMatch(/^line: Expected a line number/);
  });

  test('for a severity that is none', () => {
    expect(problemsIn({ severity: 'bad' })).toEqual(['severity: Expected critical, high, medium, low or info.']);
  });

  test('for the CWE of an unknown kind', () => {
    expect(problemsIn({ kind: 'Cache poisoning' })[0]).toMatch(/^cwe: Expected a CWE/);
  });

  test.each(['file_path', 'evidence', 'explanation', 'recommendation'])('for %s', (field) => {
    expect(problemsIn({ [field]: '  ' })).toHaveLength(1);
    expect(problemsIn({ [field]: undefined })).toHaveLength(1);
  });
});

test('every kind but "other" stands for a CWE', () => {
  expect(Object.keys(KIND_CWE).toSorted()).toEqual(FINDING_KINDS.filter((kind) => kind !== 'other').toSorted());
});
