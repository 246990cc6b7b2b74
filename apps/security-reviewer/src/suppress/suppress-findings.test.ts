import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPORT_FORMATS, renderReport } from '../report/render-report.ts';
import { review } from '../review.ts';
import type { ReviewResult } from '../review-result.ts';
import { createRulesEngine } from '../rules/engine.ts';

const rules = await createRulesEngine();
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'suppress-')));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function reviewOf(source: string, suppress?: boolean): Promise<ReviewResult> {
  writeFileSync(join(root, 'a.py'), source);
  return review({ paths: ['.'], rules, cwd: root, suppress });
}

const suppressed = `def f(x):
    # security-review-ignore[code-injection]: the caller is trusted
    eval(x)

def g(x):
    return eval(x)  # security-review-ignore[CWE-89]: the wrong class
`;

test('a comment takes out the findings of its class on its line, and the review says so', async () => {
  const result = await reviewOf(suppressed);
  expect(result.findings.map(({ location }) => location.startLine)).toEqual([6]);
  expect(result.suppressed).toMatchObject([
    { location: { startLine: 3 }, suppressed: { by: 'inline', reason: 'the caller is trusted' } },
  ]);
  expect(result.notices).toMatchObject([{ level: 'warning', file: 'a.py', line: 6 }]);
  expect(result.stages.at(-1)).toEqual({ name: 'suppress', ran: true, note: 'Comments suppress 1 of 2 findings.' });
});

test('no comment does, where that is switched off', async () => {
  const result = await reviewOf(suppressed, false);
  expect(result.findings).toHaveLength(2);
  expect([result.suppressed, result.notices]).toEqual([[], []]);
  expect(result.stages.at(-1)).toEqual({ name: 'suppress', ran: false });
});

test('a directive that is none suppresses nothing, and is an error in the report', async () => {
  const result = await reviewOf('def f(x):\n    return eval(x)  # security-review-ignore\n');
  expect(result.findings).toHaveLength(1);
  expect(result.notices).toMatchObject([{ level: 'error', line: 2 }]);
});

test.each(REPORT_FORMATS)('a suppressed finding does not count in %s', async (format) => {
  const one = 'def f(x):\n    return eval(x)  # security-review-ignore[CWE-94]: the caller is trusted\n';
  const report = renderReport(await reviewOf(one), format, { version: '1' });
  expect(report).not.toMatch(/1 finding:|<article|::error|<failure|"findings": \[\s*\{/);
});
