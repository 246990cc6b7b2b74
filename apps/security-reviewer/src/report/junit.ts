import type { LeftOutFile } from '../collect-files.ts';
import type { Finding } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import { limitsOf, linesOf, reviewerName, whyIncomplete } from './describe-review.ts';
import { toVisibleName, toVisibleText } from './inert-text.ts';

/** One case of a suite, and what came of it. */
interface TestCase {
  readonly name: string;
  readonly file: string;
  readonly line?: number;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message?: string;
  readonly type?: string;
  readonly text?: string;
}

/**
 * The report as JUnit XML, as build servers read it: a suite for each file, in which each finding is a failure, a file
 * that could not be reviewed is an error, and a file without findings is a case that passed. It holds no times.
 *
 * @param version - Version of the program.
 */
export function toJunit(result: ReviewResult, version: string): string {
  const suites = [...Map.groupBy(casesOf(result), ({ file }) => file)].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  );
  const all = suites.flatMap(([, cases]) => cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `security-reviewer ${version}`, ...countsOf(all) })}>`,
    ...suites.flatMap(([file, cases]) => suite(file, cases)),
    ...(all.length === 0 ? [`  <testsuite${attributes({ name: 'security-reviewer', ...countsOf([]) })}/>`] : []),
    `  <!-- ${comment(`Reviewed by ${reviewerName(result)}. ${limitsOf(result)}`)} -->`,
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function casesOf(result: ReviewResult): TestCase[] {
  const { coverage, findings, notices } = result;
  const withFindings = new Set(findings.map(({ location }) => location.file));
  const incomplete = whyIncomplete(result);
  return [
    ...findings.map(findingCase),
    ...result.suppressed.map(suppressedCase),
    ...coverage.reviewed
      .filter((file) => !withFindings.has(file))
      .map((file): TestCase => ({ name: 'no findings', file, outcome: 'passed' })),
    ...coverage.failed.map(leftOutCase('error')),
    ...coverage.notByModel.map(leftOutCase('error')),
    ...coverage.skipped.map(leftOutCase('skipped')),
    ...notices.filter(({ level }) => level === 'error').map(noticeCase),
    ...(incomplete === undefined
      ? []
      : [
          {
            name: 'review',
            file: '(review)',
            outcome: 'error',
            message: `The review is incomplete: ${incomplete}.`,
          } as const,
        ]),
  ];
}

function findingCase(finding: Finding): TestCase {
  const { location, title, severity, ruleId, cwe, evidence, explanation, impact, recommendation, fingerprint } =
    finding;
  const text = [
    evidence.split('\n').map(toVisibleName).join('\n'),
    '',
    toVisibleText(explanation),
    ...(impact === undefined ? [] : [`Impact: ${toVisibleText(impact)}`]),
    ...finding.related.map(
      ({ role, file, startLine, note }) => `${role} ${toVisibleName(file)}:${startLine} ${toVisibleText(note ?? '')}`,
    ),
    `Fix: ${toVisibleText(recommendation)}`,
    `Fingerprint: ${fingerprint}`,
  ];
  return {
    name: `${ruleId} line ${linesOf(location)}`,
    file: location.file,
    line: location.startLine,
    outcome: 'failure',
    message: `${severity}: ${title} (${cwe.join(', ')})`,
    type: ruleId,
    text: text.join('\n'),
  };
}

/** It counts as a test that did not take place. */
function suppressedCase(finding: Finding): TestCase {
  const { suppressed } = finding;
  const why = suppressed === undefined ? '' : [suppressed.by, suppressed.reason ?? []].flat().join(', ');
  const { name, file, line = finding.location.startLine } = findingCase(finding);
  return { name, file, line, outcome: 'skipped', message: `Suppressed (${why}): ${finding.title}` };
}

function leftOutCase(outcome: 'error' | 'skipped'): (entry: LeftOutFile) => TestCase {
  return ({ file, reason }) => ({ name: 'review', file, outcome, message: reason });
}

function noticeCase({ file, line, message }: ReviewNotice): TestCase {
  return {
    name: 'notice',
    file: file ?? '(review)',
    ...(line === undefined ? {} : { line }),
    outcome: 'error',
    message,
  };
}

function suite(file: string, cases: readonly TestCase[]): string[] {
  return [
    `  <testsuite${attributes({ name: toVisibleName(file), ...countsOf(cases) })}>`,
    ...cases.map(testCase),
    '  </testsuite>',
  ];
}

function testCase({ name, file, line, outcome, message, type, text }: TestCase): string {
  const place = {
    name,
    classname: toVisibleName(file),
    file: toVisibleName(file),
    ...(line === undefined ? {} : { line }),
  };
  if (outcome === 'passed') return `    <testcase${attributes(place)}/>`;
  const what = attributes({
    ...(message === undefined ? {} : { message: toVisibleText(message) }),
    ...(type === undefined ? {} : { type }),
  });
  return `    <testcase${attributes(place)}><${outcome}${what}>${escapeXml(text ?? '')}</${outcome}></testcase>`;
}

function countsOf(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  const countOf = (outcome: TestCase['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: countOf('failure'), errors: countOf('error'), skipped: countOf('skipped') };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(toVisibleName(String(value)))}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML has no way to write some characters at all: they are no characters of a visible text, U+FFFE and U+FFFF aside. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '').replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** Two hyphens would end a comment. */
function comment(text: string): string {
  return escapeXml(toVisibleText(text)).replace(/-(?=-)|-$/g, '- ');
}
