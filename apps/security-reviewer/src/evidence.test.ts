import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEvidence, fold } from './evidence.ts';

const lines = [
  'import os',
  '',
  'def run(cmd):',
  '    return os.system(cmd)  # fine',
  '    x = 1',
  '    return os.system(cmd)',
];

describe('a quote that is on the cited line', () => {
  test('is accepted as it stands, with the line of the file as evidence', () => {
    expect(checkEvidence(lines, { line: 4 }, '    return os.system(cmd)  # fine')).toEqual({
      isFound: true,
      startLine: 4,
      endLine: 4,
      text: '    return os.system(cmd)  # fine',
    });
  });

  test('may be a part of the line', () => {
    expect(checkEvidence(lines, { line: 4 }, 'os.system(cmd)')).toMatchObject({ isFound: true, startLine: 4 });
  });

  test('may differ in white space', () => {
    expect(checkEvidence(lines, { line: 4 }, '\treturn   os.system(cmd) # fine\n')).toMatchObject({ isFound: true });
  });

  test('may carry the line number that Read put before it', () => {
    expect(checkEvidence(lines, { line: 4 }, '4\t    return os.system(cmd)')).toMatchObject({ isFound: true });
  });

  test('may go over several lines', () => {
    expect(checkEvidence(lines, { line: 3 }, 'def run(cmd):\n    return os.system(cmd)')).toEqual({
      isFound: true,
      startLine: 3,
      endLine: 4,
      text: 'def run(cmd):\n    return os.system(cmd)  # fine',
    });
  });

  test('brings all lines that are cited', () => {
    expect(checkEvidence(lines, { line: 3, endLine: 5 }, 'def run(cmd):')).toMatchObject({ startLine: 3, endLine: 5 });
  });

  test('cites nothing behind the end of the file', () => {
    expect(checkEvidence(lines, { line: 6, endLine: 99 }, 'os.system(cmd)')).toMatchObject({ endLine: 6 });
  });

  test('may be short where it is the whole line', () => {
    expect(checkEvidence(lines, { line: 5 }, 'x = 1')).toMatchObject({ isFound: true });
  });

  test('is cut short where the line is very long', () => {
    const check = checkEvidence([`eval("${'a'.repeat(5_000)}")`], { line: 1 }, 'eval("aaaaaaaa');
    expect(check.isFound && check.text.length).toBe(1_001);
  });
});

describe('a quote that is not on the cited line', () => {
  test('is refused with what is there and where the quote is', () => {
    expect(checkEvidence(lines, { line: 1 }, 'return os.system(cmd)')).toEqual({
      isFound: false,
      problem: 'Line 1 is: import os\nThe quoted text is on line 4, 6: report it there if that is what you mean.',
    });
  });

  test('is refused where it is nowhere', () => {
    const { problem } = refused(checkEvidence(lines, { line: 4 }, 'eval(request.args)'));
    expect(problem).toContain('Line 4 is: return os.system(cmd)  # fine'.replace('  ', ' '));
    expect(problem).toContain('nowhere in the file');
  });

  test('is refused where it begins on a later line of those cited', () => {
    expect(checkEvidence(lines, { line: 3, endLine: 4 }, 'return os.system(cmd)').isFound).toBe(false);
  });

  test('is refused where the second of its lines is invented', () => {
    expect(checkEvidence(lines, { line: 3 }, 'def run(cmd):\n    eval(cmd)').isFound).toBe(false);
  });

  test('is refused where its characters differ in case', () => {
    expect(checkEvidence(lines, { line: 4 }, 'return OS.system(cmd)').isFound).toBe(false);
  });

  test('is refused on a blank line', () => {
    expect(refused(checkEvidence(lines, { line: 2 }, 'import os')).problem).toContain('Line 2 is blank.');
  });

  test('is refused where the file has no such line', () => {
    expect(refused(checkEvidence(lines, { line: 7 }, 'import os')).problem).toBe(
      'The file has 6 lines; there is no line 7.',
    );
  });

  test('is refused where it is empty', () => {
    expect(refused(checkEvidence(lines, { line: 1 }, ' \n')).problem).toContain('The quote is empty.');
  });

  test('is refused where it could be on many lines', () => {
    expect(refused(checkEvidence(lines, { line: 4 }, 'cmd')).problem).toContain('too short');
  });

  test('keeps its number where that is not the cited line', () => {
    expect(checkEvidence(lines, { line: 4 }, '9\t    return os.system(cmd)').isFound).toBe(false);
  });
});

test('whatever is quoted, what is accepted is code of the cited lines, and begins on the first of them', () => {
  const line = fc.string({ unit: fc.constantFrom('eval(', 'x', ')', ' ', '\t', '|', '"'), maxLength: 8 });
  const file = fc.array(line, { minLength: 1, maxLength: 6 });
  const fileAndQuote = fc.tuple(file, fc.nat(5), fc.nat(5), line).map(([all, from, count, invented]) => {
    const copied = all
      .slice(from, from + count)
      .join('\n')
      .replaceAll(' ', '  ');
    return { lines: all, quotes: [copied, invented, copied + invented] };
  });
  let accepted = 0;
  fc.assert(
    fc.property(
      fileAndQuote,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      (made, cited, endLine) => {
        for (const quote of made.quotes) {
          const check = checkEvidence(made.lines, { line: cited, endLine }, quote);
          if (!check.isFound) continue;
          accepted++;
          const range = made.lines.slice(cited - 1, check.endLine);
          expect([check.startLine, check.text]).toEqual([cited, range.join('\n')]);
          const index = fold(range.join('\n')).indexOf(fold(quote));
          expect(index).toBeGreaterThanOrEqual(0);
          expect(index).toBeLessThan(fold(range[0] ?? '').length);
        }
      },
    ),
    { numRuns: process.env['HARNESS_FULL'] === undefined ? 5_000 : 100_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

function refused(check: ReturnType<typeof checkEvidence>): { problem: string } {
  if (check.isFound) throw new Error('The quote was accepted.');
  return check;
}
