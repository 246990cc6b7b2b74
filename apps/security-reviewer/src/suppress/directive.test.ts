import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDirective } from './directive.ts';

describe('a directive', () => {
  test.each([
    ['security-review-ignore[CWE-89]: the table is a constant', ['CWE-89'], 'the table is a constant'],
    ['security-review-ignore[sql-injection]:why', ['sql-injection'], 'why'],
    ['security-review-ignore[py/xss, llm/ssrf ,CWE-1]:  a [b]: c  ', ['py/xss', 'llm/ssrf', 'CWE-1'], 'a [b]: c'],
  ])('is %j', (line, classes, reason) => {
    expect(readDirective(line)).toEqual({ directive: { classes, reason } });
  });

  test('keeps a reason that is not too long', () => {
    const reading = readDirective(`security-review-ignore[xss]: ${'x'.repeat(199)}🙂`);
    expect(reading).toEqual({ directive: { classes: ['xss'], reason: `${'x'.repeat(199)}\ufffd` } });
  });
});

describe('no directive, and why', () => {
  test.each([
    ['security-review-ignore', 'the classes that it is about are missing, in brackets right behind it'],
    ['security-review-ignore: all of it', 'the classes that it is about are missing, in brackets right behind it'],
    ['security-review-ignore [xss]: why', 'the classes that it is about are missing, in brackets right behind it'],
    [
      'security-review-ignore-next-line[xss]: why',
      'the classes that it is about are missing, in brackets right behind it',
    ],
    ['security-review-ignore[xss: why', 'the bracket is not closed'],
    ['security-review-ignore[xss]', 'the reason is missing, behind a colon'],
    ['security-review-ignore[xss]:   ', 'the reason is missing, behind a colon'],
    ['security-review-ignore[xss] why', 'behind the closing bracket stand a colon and the reason'],
    ['security-review-ignore[xss] : why', 'behind the closing bracket stand a colon and the reason'],
    ['Security-Review-Ignore[xss]: why', 'a directive is written in small letters'],
    ['security-review-ignore[]: why', 'a class in the brackets is empty'],
    ['security-review-ignore[xss,]: why', 'a class in the brackets is empty'],
    ['security-review-ignore[*]: why', 'there is no class "*"'],
    ['security-review-ignore[all]: why', 'there is no class "all"'],
    ['security-review-ignore[sql-injektion]: why', 'there is no class "sql-injektion"; did you mean "sql-injection"?'],
    ['security-review-ignore[cwe89]: why', 'there is no class "cwe89"; did you mean "CWE-89"?'],
    ['security-review-ignore[CWE-]: why', 'there is no class "CWE-"'],
    ['type: ignore security-review-ignore[xss]: why', 'a directive stands at the beginning of its comment'],
  ])('%j', (line, problem) => {
    expect(readDirective(line)).toEqual({ problem });
  });

  test.each(['Nothing here.', 'See the docs on security-review-ignore for more.', 'my-security-review-ignorer'])(
    '%j, nor anything like one',
    (line) => {
      expect(readDirective(line)).toBeUndefined();
    },
  );

  test('is made of nothing but the whole of it', () => {
    const piece = fc.constantFrom('security-review-ignore', '[', ']', ':', ' ', 'xss', 'CWE-79', ',', 'why', '*', '\t');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const reading = readDirective(pieces.join(''));
        const classes = reading !== undefined && 'directive' in reading ? reading.directive.classes : ['xss'];
        expect(classes.length).toBeGreaterThan(0);
        expect(classes.filter((name) => name !== 'xss' && name !== 'CWE-79')).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
