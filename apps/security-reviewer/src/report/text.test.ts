import { describe, expect, test } from 'vitest';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';
import { toText } from './text.ts';

test('a report is this, whole', () => {
  const result = sampleResult({
    findings: [sampleFinding()],
    coverage: { ...sampleResult().coverage, skipped: [{ file: 'a.bin', reason: 'binary' }] },
    suppressed: [sampleFinding({ suppressed: { by: 'inline', reason: 'Only a test.' } })],
    notices: [{ level: 'warning', file: 'a.py', line: 3, message: 'Suppresses nothing.' }],
  });
  expect(toText(result, '1.2.3')).toBe(`security-reviewer 1.2.3: reviewed by built-in rules (not a language model)
Paths: src
Coverage: 1 file reviewed, 1 skipped, 0 failed

src/orders.py

  13–14  CRITICAL  SQL is put together from text (CWE-89)
    | return database.execute(
    |     f"SELECT {customer}")
  A value becomes part of a statement.
  Impact: Whoever asks reads the whole table.
    source: src/orders.py:11 The data arrives in a request.
    step: src/names.py:3
    context: src/shop.py:1 The connection is made here.
  Fix: Pass the value beside the statement.
  F001 py/sql-injection 0123456789abcdef0123456789abcdef, confidence 90 %, found by rules, confirmed by code

Notices
  warning: a.py:3: Suppresses nothing.

Skipped
  binary: a.bin

Suppressed
  src/orders.py:13 SQL is put together from text — inline, Only a test.

1 finding: 1 critical.
The built-in rules look for known weaknesses. What they do not report may still be weak.
Review complete. Cost: $0.00
`);
});

test('has colours only where they are asked for, and says the same with them', () => {
  const result = sampleResult({ findings: [sampleFinding()] });
  const colored = toText(result, '1', { isColored: true });
  expect(colored).toContain('\u001b[');
  // The escapes that colours are made of.
  // oxlint-disable-next-line no-control-regex
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(toText(result, '1'));
});

test('says that a review is incomplete, and why', () => {
  const coverage = { ...sampleResult().coverage, reviewed: [], isComplete: false };
  const text = toText(sampleResult({ coverage }), '1');
  expect(text).toContain('This review is incomplete: no file was reviewed.');
  expect(text).not.toMatch(/no findings/i);
});

describe('text of a reviewed file', () => {
  test.each(HOSTILE_TEXTS)('%j holds nothing that a terminal obeys', (text) => {
    expect(toText(hostileResult(text), '1').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  });

  test('is shown in part where there are many lines of it', () => {
    const evidence = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(toText(sampleResult({ findings: [sampleFinding({ evidence })] }), '1')).toContain(
      '| line 6\n    | … 14 more lines',
    );
  });
});
