import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SEVERITIES, type Finding } from '../finding.ts';
import { REPORT_FORMATS, renderReport, type ReportFormat } from './render-report.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const runs = process.env['HARNESS_FULL'] === undefined ? 200 : 5_000;

/** Any findings, each with a title of its own that no format has reason to change. */
const findings: fc.Arbitrary<Finding[]> = fc
  .array(
    fc.record({
      file: fc.constantFrom('a.py', 'src/b.ts', 'c d.go', 'e%.py'),
      line: fc.integer({ min: 1, max: 9 }),
      severity: fc.constantFrom(...SEVERITIES),
      ruleId: fc.constantFrom('py/xss', 'llm/other', 'js/ssrf'),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ file, line, severity, ruleId }, index) =>
      sampleFinding({
        id: `F${String(index + 1).padStart(3, '0')}`,
        title: `Weakness number ${index + 1} of all`,
        location: { file, startLine: line, endLine: line },
        severity,
        ruleId,
      }),
    ),
  );

const titleOf: Readonly<Record<ReportFormat, RegExp>> = {
  text: /^ {2}\d+ .*(Weakness number \d+ of all) \(CWE/gm,
  md: /^\| \d.*\*\*(Weakness number \d+ of all)\*\*/gm,
  json: /^ {6}"title": "(Weakness number \d+ of all)"/gm,
  sarif: /"title": "(Weakness number \d+ of all)"/g,
  html: /<\/span> (Weakness number \d+ of all)<\/h3>/g,
  junit: /<failure message="[a-z]+: (Weakness number \d+ of all) /g,
  github: /^::(?:error|warning|notice) file=.*title=(Weakness number \d+ of all) /gm,
};

test.each(REPORT_FORMATS)('%s has each finding once, as the others do, and ends with a newline', (format) => {
  fc.assert(
    fc.property(findings, (all) => {
      const report = renderReport(sampleResult({ findings: all }), format, { version: '1.2.3' });
      const titles = [...report.matchAll(titleOf[format])].map(([, title]) => title);
      expect(titles).toHaveLength(all.length);
      expect(new Set(titles)).toEqual(new Set(all.map(({ title }) => title)));
      expect(report.endsWith('\n')).toBe(true);
    }),
    { numRuns: runs },
  );
});

test.each(REPORT_FORMATS)('%s has no suppressed finding among those that count', (format) => {
  const suppressed = [sampleFinding({ title: 'Weakness number 1 of all', suppressed: { by: 'baseline' } })];
  const report = renderReport(sampleResult({ suppressed }), format, { version: '1' });
  // JSON lists them, under a name of their own.
  const counted = format === 'json' ? report.slice(0, report.indexOf('"suppressed"')) : report;
  expect([...counted.matchAll(titleOf[format])]).toEqual([]);
});
