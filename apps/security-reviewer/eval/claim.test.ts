import { expect, it } from 'vitest';
import { readClaims } from './claim.ts';

it('reads SARIF, with the CWEs of the rule, without what is suppressed', () => {
  const result = (line: number) => ({
    ruleId: 'r',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'a.py' }, region: { startLine: line } } }],
  });
  const sarif = {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'x', rules: [{ id: 'r', properties: { tags: ['external/cwe/cwe-089'] } }] } },
        results: [result(3), { ...result(9), suppressions: [{ kind: 'inSource' }] }],
      },
    ],
  };
  expect(readClaims(JSON.stringify(sarif))).toEqual([{ file: 'a.py', line: 3, endLine: 3, cwe: [89] }]);
});

it('reads the report of this reviewer', () => {
  const report = { findings: [{ cwe: ['CWE-78'], location: { file: 'a.py', startLine: 2, endLine: 4 } }] };
  expect(readClaims(JSON.stringify(report))).toEqual([{ file: 'a.py', line: 2, endLine: 4, cwe: [78] }]);
});

it('reads a report of bandit', () => {
  const report = { results: [{ filename: './a.py', line_number: 2, line_range: [2, 3], issue_cwe: { id: 78 } }] };
  expect(readClaims(JSON.stringify(report))).toEqual([{ file: './a.py', line: 2, endLine: 3, cwe: [78] }]);
});

it('reads a list', () => {
  expect(readClaims('[{"file":"a.py","line":"7","cwe":"CWE-22 CWE-73"}]')).toEqual([
    { file: 'a.py', line: 7, endLine: 7, cwe: [22, 73] },
  ]);
});

it('refuses what is no report', () => {
  expect(() => readClaims('{"issues":[]}')).toThrow(/expected array/i);
});
