import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, Result } from 'sarif';
import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';
import { toSarif } from './sarif.ts';

const schemaPath = join(
  dirname(fileURLToPath(import.meta.resolve('@microsoft/jest-sarif'))),
  'schemas/sarif-2.1.0-rtm.5.json',
);
// One pattern of the schema has a bracket too many for regular expressions in Unicode mode.
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
// The file is a JSON Schema: a test below shows that it refuses what is none.
const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')) as object);

function parse(sarif: string): Log {
  const log: unknown = JSON.parse(sarif);
  validate(log);
  expect(validate.errors).toBeNull();
  // The schema has said so.
  return log as Log;
}

function logOf(result: ReviewResult): Log {
  return parse(toSarif(result, '1.2.3'));
}

function resultsOf(result: ReviewResult): Result[] {
  return logOf(result).runs[0]?.results ?? [];
}

test('the schema that reports are held against refuses what is no report', () => {
  expect(validate({ version: '2.1.0' })).toBe(false);
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: 'x' }] }] })).toBe(
    false,
  );
});

describe('a report', () => {
  test('is one run that names the program, its rules and where its files start', () => {
    const log = logOf(sampleResult({ findings: [sampleFinding()] }));
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    expect(log.runs[0]).toMatchObject({
      tool: { driver: { name: 'security-reviewer', semanticVersion: '1.2.3' } },
      automationDetails: { id: 'security-reviewer/rules/' },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { '%SRCROOT%': {} },
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }],
    });
  });

  test('is valid where it is empty, and the same bytes every time', () => {
    expect(resultsOf(sampleResult())).toEqual([]);
    const result = sampleResult({ findings: [sampleFinding()] });
    expect(toSarif(result, '1')).toBe(toSarif(structuredClone(result), '1'));
  });

  test('has failed only where there is nothing to show: GitHub refuses what has failed', () => {
    const coverage = { ...sampleResult().coverage, reviewed: [], isComplete: false };
    const invocationOf = (result: ReviewResult) => logOf(result).runs[0]?.invocations?.[0];
    expect(invocationOf(sampleResult({ coverage }))?.executionSuccessful).toBe(false);
    expect(invocationOf(sampleResult({ coverage, findings: [sampleFinding()] }))?.executionSuccessful).toBe(true);
  });

  test('tells in its notifications what was not reviewed, and why', () => {
    const log = logOf(
      sampleResult({
        coverage: {
          reviewed: ['a.py'],
          skipped: [{ file: 'b.bin', reason: 'binary' }],
          failed: [{ file: 'c d.py', reason: 'permission denied' }],
          notByModel: [{ file: 'e.py', reason: 'the model declined to review it' }],
          isComplete: false,
        },
        notices: [{ level: 'warning', file: 'a.py', line: 7, message: 'Suppresses nothing.' }],
        rejected: [sampleFinding()],
        wasInterrupted: true,
      }),
    );
    const told = log.runs[0]?.invocations?.[0]?.toolExecutionNotifications ?? [];
    expect(
      told.map(({ level, message, locations }) => [level, message.text, locations?.[0]?.physicalLocation]),
    ).toEqual([
      ['error', 'The review was interrupted.', undefined],
      [
        'warning',
        'Suppresses nothing.',
        { artifactLocation: { uri: 'a.py', uriBaseId: '%SRCROOT%' }, region: { startLine: 7 } },
      ],
      ['error', 'Not reviewed: permission denied.', { artifactLocation: { uri: 'c%20d.py', uriBaseId: '%SRCROOT%' } }],
      [
        'warning',
        'Not reviewed by the model: the model declined to review it.',
        { artifactLocation: { uri: 'e.py', uriBaseId: '%SRCROOT%' } },
      ],
      ['warning', 'Verification turned down 1 candidate.', undefined],
      ['note', '1 file skipped.', undefined],
    ]);
  });
});

describe('a rule', () => {
  const ruleOf = (...findings: Parameters<typeof sampleFinding>) =>
    logOf(sampleResult({ findings: findings.map(sampleFinding) })).runs[0]?.tool.driver.rules?.[0];

  test('has what GitHub asks for', () => {
    expect(ruleOf({})).toMatchObject({
      id: 'py/sql-injection',
      helpUri: 'https://cwe.mitre.org/data/definitions/89.html',
      defaultConfiguration: { level: 'error' },
      properties: {
        tags: ['security', 'external/cwe/cwe-089', 'A03:2021'],
        precision: 'medium',
        'security-severity': '9.5',
      },
    });
    expect(ruleOf({})?.help?.markdown).toContain('**Fix:**');
  });

  test.each(SEVERITIES)('has a number in text for the severity %s', (severity) => {
    const properties = ruleOf({ severity })?.properties;
    expect(properties?.['security-severity']).toMatch(/^\d+\.\d$/);
  });

  test('is as severe as the worst that it found', () => {
    const findings = [sampleFinding({ severity: 'low' }), sampleFinding({ severity: 'high', id: 'F002' })];
    const rules = logOf(sampleResult({ findings })).runs[0]?.tool.driver.rules;
    expect(rules).toMatchObject([{ properties: { 'security-severity': '8.0' } }]);
  });

  test('of a language model is described by its kind, and one of no kind too', () => {
    expect(ruleOf({ ruleId: 'llm/ssrf', kind: 'ssrf', cwe: ['CWE-918'] })?.shortDescription?.text).toBeTruthy();
    expect(ruleOf({ ruleId: 'llm/other', kind: 'other', cwe: ['CWE-1'] })).toMatchObject({
      properties: { tags: ['security', 'external/cwe/cwe-001', 'A03:2021'] },
    });
  });

  test('has no more tags than are shown', () => {
    const cwe = Array.from({ length: 30 }, (_, index) => `CWE-${index + 1}`);
    expect(ruleOf({ cwe })?.properties?.tags).toHaveLength(10);
  });
});

describe('a result', () => {
  test('points into the rules, and has our fingerprint and no other', () => {
    const findings = [sampleFinding({ ruleId: 'py/xss', kind: 'xss' }), sampleFinding({ id: 'F002' })];
    const run = logOf(sampleResult({ findings })).runs[0];
    for (const { ruleId, ruleIndex = -1, partialFingerprints, fingerprints } of run?.results ?? []) {
      expect(run?.tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId);
      expect(partialFingerprints).toEqual({ 'securityReview/v1': sampleFinding().fingerprint });
      expect(fingerprints).toBeUndefined();
    }
  });

  test('shows its title first, in a sentence of its own', () => {
    const [result] = resultsOf(sampleResult({ findings: [sampleFinding()] }));
    expect(result?.message.text).toBe(
      'SQL is put together from text.\n\nA value becomes part of a statement.\n\nWhoever asks reads the whole table.\n\nFix: Pass the value beside the statement.',
    );
  });

  test('has the way of the data as a code flow that ends at the finding, and the rest as related', () => {
    const [result] = resultsOf(sampleResult({ findings: [sampleFinding()] }));
    const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(
      steps.map(({ kinds, location }) => [
        kinds?.[0],
        location?.physicalLocation?.artifactLocation?.uri,
        location?.physicalLocation?.region?.startLine,
        location?.message?.text,
      ]),
    ).toEqual([
      ['source', 'src/orders.py', 11, 'source: The data arrives in a request.'],
      ['step', 'src/names.py', 3, 'step'],
      ['sink', 'src/orders.py', 13, 'sink'],
    ]);
    expect(result?.relatedLocations).toMatchObject([
      { id: 1, message: { text: 'context: The connection is made here.' } },
    ]);
  });

  test('has its fix', () => {
    const [result] = resultsOf(sampleResult({ findings: [sampleFinding()] }));
    expect(result?.fixes?.[0]?.artifactChanges).toEqual([
      {
        artifactLocation: { uri: 'src/orders.py', uriBaseId: '%SRCROOT%' },
        replacements: [
          {
            deletedRegion: { startLine: 13, endLine: 14 },
            insertedContent: { text: 'return database.execute("SELECT ?", [customer])' },
          },
        ],
      },
    ]);
  });

  test.each([
    ['a b/c%d.py', 'a%20b/c%25d.py', '%SRCROOT%'],
    ['c:d?e#f.py', 'c%3Ad%3Fe%23f.py', '%SRCROOT%'],
    ['日本/é.py', '%E6%97%A5%E6%9C%AC/%C3%A9.py', '%SRCROOT%'],
    ['half\ud800.py', 'half%EF%BF%BD.py', '%SRCROOT%'],
    ['../out.py', '../out.py', '%SRCROOT%'],
    ['/abs/a b.py', 'file:///abs/a%20b.py', undefined],
    ['C:/abs/a b.py', 'file:///C:/abs/a%20b.py', undefined],
  ])('names the file %j as %s', (file, uri, uriBaseId) => {
    const location = { ...sampleFinding().location, file };
    const [result] = resultsOf(sampleResult({ findings: [sampleFinding({ location })] }));
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation).toEqual({
      uri,
      ...(uriBaseId === undefined ? {} : { uriBaseId }),
    });
  });

  test('that is suppressed is there only where it is asked for', () => {
    const suppressed = [sampleFinding({ suppressed: { by: 'inline', reason: 'A test.' } })];
    expect(resultsOf(sampleResult({ suppressed }))).toEqual([]);
    const log = parse(toSarif(sampleResult({ suppressed }), '1.2.3', { withSuppressed: true }));
    expect(log.runs[0]?.results).toMatchObject([{ suppressions: [{ kind: 'inSource', justification: 'A test.' }] }]);
  });
});

describe('limits', () => {
  const findings = Array.from({ length: 50 }, (_, index) =>
    sampleFinding({ id: `F${100 + index}`, severity: index === 49 ? 'critical' : 'low' }),
  );

  test('leave out the least severe, and say so', () => {
    const sarif = toSarif(sampleResult({ findings }), '1', { limits: { results: 10, gzippedBytes: 1e9 } });
    const run = parse(sarif).runs[0];
    expect(run?.results).toHaveLength(10);
    expect(run?.results?.at(-1)?.properties).toMatchObject({ id: 'F149' });
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]).toMatchObject({
      level: 'error',
      message: { text: '40 findings did not fit and were left out: the least severe.' },
    });
  });

  test('hold for the size that is sent', () => {
    const gzippedBytes = 1_800;
    const sarif = toSarif(sampleResult({ findings }), '1', { limits: { results: 1e9, gzippedBytes } });
    const count = parse(sarif).runs[0]?.results?.length ?? 0;
    expect(gzipSync(sarif).length).toBeLessThanOrEqual(gzippedBytes);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(50);
  });

  test('hold for the steps of one result, of which the last stays', () => {
    const related = Array.from({ length: 3_000 }, (_, index) => ({
      role: 'step' as const,
      file: 'a.py',
      startLine: index + 1,
      endLine: index + 1,
    }));
    const [result] = resultsOf(sampleResult({ findings: [sampleFinding({ related })] }));
    const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(steps).toHaveLength(1_000);
    expect(steps.at(-1)?.kinds).toEqual(['sink']);
  });
});

describe('text of a reviewed file', () => {
  test.each(HOSTILE_TEXTS)('%j makes no link, no placeholder and no control character', (text) => {
    const sarif = toSarif(hostileResult(text), '1.2.3', { withSuppressed: true });
    const log = parse(sarif);
    expect(sarif.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
    for (const message of messagesIn(log)) {
      const unescaped = message.replace(/\\[[\]\\]/g, '');
      expect(unescaped).not.toMatch(/[[\]]/);
      expect(unescaped.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
    }
  });
});

/** Every text that a viewer takes for a message. */
function messagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): string[] => {
    if (key === 'properties' || key === 'insertedContent') return [];
    return key === 'text' && typeof inner === 'string' ? [inner] : messagesIn(inner);
  });
}
