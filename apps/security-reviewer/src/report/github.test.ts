import { describe, expect, test } from 'vitest';
import { toGithub } from './github.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';

/** Commands as the runner reads them: at the beginning of a line, or anywhere in one in the older form. */
function commandsIn(report: string): string[] {
  return report.split(/\r\n|\r|\n/).flatMap((line) => {
    const name = /^\s*::([a-z-]+)/i.exec(line)?.[1] ?? (line.includes('##[') ? 'older form' : undefined);
    return name === undefined ? [] : [name];
  });
}

test('a finding is an annotation of its lines', () => {
  const [line] = toGithub(sampleResult({ findings: [sampleFinding()] })).split('\n');
  expect(line).toBe(
    '::error file=src/orders.py,line=13,endLine=14,title=SQL is put together from text (CWE-89)::A value becomes part of a statement.%0AFix: Pass the value beside the statement.%0Apy/sql-injection 0123456789abcdef0123456789abcdef',
  );
});

test('a column is only said of a single line', () => {
  const location = { file: 'a.py', startLine: 2, endLine: 2, startColumn: 5 };
  expect(toGithub(sampleResult({ findings: [sampleFinding({ location })] }))).toContain('line=2,endLine=2,col=5,');
});

test.each([
  ['critical', 'error'],
  ['high', 'error'],
  ['medium', 'warning'],
  ['low', 'notice'],
  ['info', 'notice'],
] as const)('a finding of severity %s is an annotation of level %s', (severity, command) => {
  expect(commandsIn(toGithub(sampleResult({ findings: [sampleFinding({ severity })] })))).toEqual([command]);
});

test('what separates the parts of a command is escaped', () => {
  const location = { file: 'a,b:c%d.py', startLine: 1, endLine: 1 };
  const finding = sampleFinding({ location, title: '50%, or: all', explanation: '100% a,b:c' });
  const report = toGithub(sampleResult({ findings: [finding] }));
  expect(report).toContain('file=a%2Cb%3Ac%25d.py,');
  expect(report).toContain('title=50%25%2C or%3A all (CWE-89)::100%25 a,b:c%0A');
});

test('what was not reviewed is an error, and what it came to a line that is no command', () => {
  const coverage = {
    ...sampleResult().coverage,
    failed: [{ file: 'b.py', reason: 'permission denied' }],
    isComplete: false,
  };
  const report = toGithub(sampleResult({ coverage }));
  expect(report).toContain('::error file=b.py,title=Security review::Not reviewed: permission denied.');
  expect(report).toContain('\nSecurity review by built-in rules (not a language model): No findings in the 1 file');
});

describe('text of a reviewed file', () => {
  const expected = commandsIn(toGithub(hostileResult('harmless')));

  test.each(HOSTILE_TEXTS)('%j makes no command', (text) => {
    const report = toGithub(hostileResult(text));
    expect(commandsIn(report)).toEqual(expected);
    expect(report.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  });

  test('makes no command where a line begins with it', () => {
    const reviewer = { provider: '::stop-commands::x', model: 'm', isLanguageModel: true };
    expect(commandsIn(toGithub(sampleResult({ reviewer })))).toEqual([]);
  });
});
