import { OptionError } from '@harness-sdk/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleFinding, sampleResult } from '../report/sample-result.ts';
import { applyBaseline, divideByBaseline } from './apply-baseline.ts';
import { parseBaseline, toBaseline } from './baseline.ts';

function fingerprint(number: number): string {
  return number.toString(16).padStart(32, '0');
}

function finding(number: number, file = 'a.py') {
  return sampleFinding({
    fingerprint: fingerprint(number),
    location: { file, startLine: number + 1, endLine: number + 1 },
  });
}

describe('a baseline', () => {
  test('is one line a finding, in the order of files, without line numbers', () => {
    expect(toBaseline([finding(2, 'b.py'), finding(9), finding(1)])).toBe(`{
  "version": 1,
  "findings": [
    {"fingerprint":"${fingerprint(1)}","file":"a.py","kind":"sql-injection","severity":"critical","title":"SQL is put together from text"},
    {"fingerprint":"${fingerprint(9)}","file":"a.py","kind":"sql-injection","severity":"critical","title":"SQL is put together from text"},
    {"fingerprint":"${fingerprint(2)}","file":"b.py","kind":"sql-injection","severity":"critical","title":"SQL is put together from text"}
  ]
}
`);
  });

  test('of nothing is one too', () => {
    expect(parseBaseline(toBaseline([]))).toEqual({ version: 1, findings: [] });
  });

  test('is read back as it was written, whatever the files are called and in whatever order they came', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.constantFrom('a\u202eb.py', '"', '__proto__'),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (files) => {
        const all = files.map((file, index) => finding(index, file));
        const text = toBaseline(all);
        expect(toBaseline(all.toReversed())).toBe(text);
        expect(
          parseBaseline(text)
            .findings.map(({ file }) => file)
            .toSorted(byText),
        ).toEqual(files.toSorted(byText));
        expect(text.split('\n')).toHaveLength(files.length === 0 ? 5 : files.length + 6);
      }),
      { numRuns: 300 },
    );
  });

  const known = JSON.parse(toBaseline([finding(1)])) as { version: number; findings: Record<string, unknown>[] };
  const [entry = {}] = known.findings;

  test.each([
    ['no JSON', '{', /JSON/],
    ['an array', '[]', /object/],
    ['another version', JSON.stringify({ ...known, version: 2 }), /version/],
    ['no version', JSON.stringify({ findings: [] }), /version/],
    ['a key of its own', JSON.stringify({ ...known, ignore: ['*'] }), /ignore/],
    ['a key of its own in a finding', JSON.stringify({ ...known, findings: [{ ...entry, all: true }] }), /all/],
    [
      'a pattern for a fingerprint',
      JSON.stringify({ ...known, findings: [{ ...entry, fingerprint: '.*' }] }),
      /fingerprint/,
    ],
    ['a kind that does not exist', JSON.stringify({ ...known, findings: [{ ...entry, kind: 'x' }] }), /kind/],
    ['a finding twice', JSON.stringify({ ...known, findings: [entry, entry] }), /twice/],
    ['a prototype', `{"version":1,"findings":[],"__proto__":{"findings":[]}}`, /__proto__/],
    ['a list that is none', JSON.stringify({ ...known, findings: {} }), /findings/],
  ])('with %s is an error that names the file', (_, text, why) => {
    expect(() => parseBaseline(text, 'known.json')).toThrow(OptionError);
    expect(() => parseBaseline(text, 'known.json')).toThrow(why);
    expect(() => parseBaseline(text, 'known.json')).toThrow(/^Cannot use the baseline "known.json": /);
  });

  test('may begin with a byte order mark', () => {
    expect(parseBaseline(`\ufeff${toBaseline([finding(1)])}`).findings).toHaveLength(1);
  });
});

describe('with a baseline', () => {
  const baseline = parseBaseline(toBaseline([finding(1), finding(2), finding(3)]));

  test('what it knows does not count, wherever it has moved to, and what it does not know does', () => {
    const moved = { ...finding(1), location: { file: 'other.py', startLine: 99, endLine: 99 } };
    const { findings, suppressed, gone } = divideByBaseline([moved, finding(4)], baseline);
    expect(findings).toEqual([finding(4)]);
    expect(suppressed).toEqual([{ ...moved, suppressed: { by: 'baseline', reason: 'It was known.' } }]);
    expect(gone).toEqual([fingerprint(2), fingerprint(3)]);
  });

  const result = sampleResult({
    findings: [finding(1), finding(4)],
    suppressed: [{ ...finding(2), suppressed: { by: 'inline', reason: 'why' } }],
  });

  test('the result lists the known and says how many there were, and that what a comment suppresses is not gone', () => {
    const after = applyBaseline(result, baseline);
    expect(after.findings).toEqual([finding(4)]);
    expect(after.suppressed.map(({ suppressed }) => suppressed?.by)).toEqual(['inline', 'baseline']);
    expect(after.stages.at(-1)).toEqual({
      name: 'baseline',
      ran: true,
      note: '1 known, 1 new, 1 of the baseline not found again',
    });
  });

  test('only new findings are in the result, where that is asked for', () => {
    const after = applyBaseline(result, baseline, { newOnly: true });
    expect(after.findings).toEqual([finding(4)]);
    expect(after.suppressed).toEqual(result.suppressed);
    expect(after.stages.at(-1)?.note).toContain('1 known');
  });
});

function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
