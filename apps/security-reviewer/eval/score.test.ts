import { expect, it } from 'vitest';
import type { Claim } from './claim.ts';
import { score } from './score.ts';
import { readTruth } from './truth.ts';

const TRUTH = readTruth(
  [
    { file: 'a.py', line: 0, cwe: 'CWE-89 CWE-79', kind: 'rest-of-file', vulnerable: false },
    { file: 'a.py', line: 10, cwe: 'CWE-89', kind: 'sql-injection', vulnerable: true, also: [4], span: [10, 14] },
    { file: 'a.py', line: 30, cwe: 'CWE-89', kind: 'sql-injection', vulnerable: false },
    { file: 'a.py', line: 40, cwe: 'CWE-78', kind: 'uncounted', vulnerable: null },
    { file: 'b.js', line: 5, cwe: 'CWE-22', kind: 'path-traversal', vulnerable: true, alt: ['CWE-400'] },
    { file: 'c.js', line: 0, cwe: 'CWE-22', kind: 'rest-of-file', vulnerable: false },
  ]
    .map((row) => JSON.stringify(row))
    .join('\n'),
);

function claim(file: string, line: number, cwe: number, endLine = line): Claim {
  return { file, line, endLine, cwe: [cwe] };
}

it('finds a weakness by a claim up to two lines away from its statement', () => {
  expect(score([claim('a.py', 16, 89)], TRUTH).overall).toMatchObject({ found: 1, wrong: 0 });
  expect(score([claim('a.py', 17, 89)], TRUTH).overall).toMatchObject({ found: 0, wrong: 1 });
});

it('finds a weakness by another line of its flow, under the same CWE alone', () => {
  expect(score([claim('a.py', 4, 564)], TRUTH).overall.found).toBe(1);
  expect(score([{ file: 'a.py', line: 4, endLine: 4, cwe: [] }], TRUTH).overall.found).toBe(0);
});

it('takes a CWE of the same family, and one that fits as well, and no other', () => {
  expect(score([claim('b.js', 5, 73)], TRUTH).overall.found).toBe(1);
  expect(score([claim('b.js', 5, 400)], TRUTH).overall.found).toBe(1);
  expect(score([claim('b.js', 5, 79)], TRUTH).overall.found).toBe(0);
});

it('counts a weakness once, however many claims mean it', () => {
  const { overall, byKind } = score([claim('a.py', 10, 89), claim('a.py', 11, 564)], TRUTH);
  expect(overall).toMatchObject({ found: 1, wrong: 0, recall: 0.5, precision: 1 });
  expect(byKind.get('sql-injection')).toMatchObject({ weak: 1, found: 1, recall: 1 });
});

it('counts a claim on a safe line as wrong, and the line as flagged', () => {
  const result = score([claim('a.py', 30, 89)], TRUTH);
  expect(result.overall).toMatchObject({ wrong: 1, precision: 0 });
  expect(result.safeLines).toEqual({ all: 1, flagged: 1 });
});

it('counts a claim in a file that holds none of its CWE as wrong, and of any other as not judged', () => {
  expect(score([claim('c.js', 8, 22)], TRUTH)).toMatchObject({
    overall: { wrong: 1, unjudged: 0 },
    cleanFiles: { all: 1, flagged: 1 },
  });
  expect(score([claim('c.js', 8, 798)], TRUTH).overall).toMatchObject({ wrong: 0, unjudged: 1, precision: undefined });
});

it('leaves out what is not to be counted, and files that the truth does not name', () => {
  const result = score([claim('a.py', 41, 78), claim('other.py', 1, 89)], TRUTH);
  expect(result.overall).toMatchObject({ wrong: 0, unjudged: 0 });
});

it('knows a file by the end of a longer path', () => {
  expect(score([claim('file:///tmp/corpus/b.js', 5, 22)], TRUTH).overall.found).toBe(1);
});
