import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';
import { toJson } from './json.ts';
import { toMarkdown } from './markdown.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding } from './sample-result.ts';

const finding: Finding = {
  id: 'F001',
  fingerprint: '0'.repeat(32),
  ruleId: 'py/xss',
  kind: 'xss',
  title: 'A title',
  severity: 'high',
  confidence: 0.9,
  cwe: ['CWE-79'],
  owasp: ['A03:2021'],
  related: [],
  location: { file: 'a.py', startLine: 3, endLine: 5 },
  evidence: 'render(name)',
  explanation: 'It is.',
  recommendation: 'Do not.',
  origin: ['rules'],
  verification: { status: 'confirmed', by: 'code' },
};

const clean: ReviewResult = {
  reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
  target: { paths: ['.'] },
  coverage: { reviewed: ['a.py'], skipped: [], failed: [], notByModel: [], isComplete: true },
  stages: [],
  findings: [],
  suppressed: [],
  rejected: [],
  notices: [],
  tokens: 0,
  costUsd: 0,
  wasInterrupted: false,
  providerFailure: undefined,
};

const failedFile = { file: 'b.py', reason: 'permission denied' };

function lineOf(result: ReviewResult, start: string): string | undefined {
  return toMarkdown(result, '1.2.3')
    .split('\n')
    .find((line) => line.startsWith(start));
}

test('a report is this, whole', () => {
  const result = {
    ...clean,
    findings: [finding],
    coverage: { ...clean.coverage, failed: [failedFile], isComplete: false },
  };
  expect(toMarkdown(result, '1.2.3')).toBe(`# Security review by built-in rules (not a language model)

- Paths: \`.\`
- Coverage: 1 file reviewed, 0 skipped, 1 failed
- Program: security-reviewer 1.2.3

**This review is incomplete:** 1 file could not be reviewed; the list is below.

1 finding: 1 high.

## \`a.py\`

| Line | Severity | Issue | Recommended fix |
|---|---|---|---|
| 3–5 | High | **A title** (CWE-79). It is. \`render(name)\` | Do not. |

## Failed

- permission denied: \`b.py\`

The built-in rules look for known weaknesses. What they do not report may still be weak.

Review incomplete. Cost: $0.00
`);
});

describe('the cost', () => {
  test.each([
    [0, '$0.00'],
    [0.0123456, '$0.0123'],
    [1.5, '$1.5000'],
    [0.00001, 'below $0.0001'],
    [undefined, 'unknown'],
  ])('of %s is shown as %s', (costUsd, shown) => {
    expect(lineOf({ ...clean, costUsd }, 'Review complete.')).toBe(`Review complete. Cost: ${shown}`);
  });

  test('that is not known is null in JSON, and no 0', () => {
    expect(JSON.parse(toJson({ ...clean, costUsd: undefined }, '1.2.3'))).toMatchObject({ usage: { costUsd: null } });
  });
});

describe('an incomplete review says why', () => {
  const none = { ...clean.coverage, reviewed: [], isComplete: false };

  test.each<[Partial<ReviewResult>, string]>([
    [{ wasInterrupted: true }, 'it was interrupted.'],
    [{ providerFailure: 'The key is <b>wrong</b>' }, 'the provider failed: The key is \\<b\\>wrong\\</b\\>.'],
    [{}, 'no file was reviewed.'],
  ])('%j', (changes, why) => {
    const result = { ...clean, coverage: none, ...changes };
    expect(lineOf(result, '**')).toBe(`**This review is incomplete:** ${why}`);
    expect(toMarkdown(result, '1.2.3')).not.toMatch(/no findings/i);
  });
});

test('names a language model, and what it may miss', () => {
  const reviewer = { provider: 'anthropic', model: 'claude`x|y', isLanguageModel: true };
  const text = toMarkdown({ ...clean, reviewer }, '1.2.3');
  expect(text).toContain('# Security review by ``anthropic/claude`x\\|y``\n');
  expect(text).toContain('A language model may overlook weaknesses');
});

test('names many skipped files in short, the commonest reason first', () => {
  const skipped = [
    { file: 'a.bin', reason: 'binary' },
    ...Array.from({ length: 25 }, (_, index) => ({ file: `${index}.md`, reason: 'no source' })),
  ];
  const text = toMarkdown({ ...clean, coverage: { ...clean.coverage, skipped } }, '1.2.3');
  expect(text).toMatch(/## Skipped\n\n- no source: `0\.md`, .*`19\.md`, and 5 more\n- binary: `a\.bin`\n/);
});

test('cuts evidence that is too long for a table, and never through a character', () => {
  const evidence = `${'x'.repeat(159)}🙂${'y'.repeat(100)}`;
  const row = lineOf({ ...clean, findings: [{ ...finding, evidence }] }, '| 3') ?? '';
  expect(row).toContain(`\`${'x'.repeat(159)}`);
  expect(row.isWellFormed()).toBe(true);
  expect(row).not.toContain('y');
});

test('JSON escapes what cannot be seen, and is the same data', () => {
  const evidence = 'a\u202eb\u200bc\u0085d\u{e0041}e\ud800f\u2028g🙂é';
  const json = toJson({ ...clean, findings: [{ ...finding, evidence }] }, '1.2.3');
  expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  expect(JSON.parse(json)).toMatchObject({ findings: [{ evidence }] });
  expect(json.endsWith('}\n')).toBe(true);
});

describe('what does not count, and what the review says of itself', () => {
  test('stands in lists of its own', () => {
    const suppressed = [{ ...finding, suppressed: { by: 'inline', reason: 'Only *a* test.' } } as const];
    const rejected = [
      { ...finding, verification: { status: 'rejected', by: 'model', note: 'It is a constant.' } } as const,
    ];
    const notices = [{ level: 'error', file: 'a.py', line: 7, message: 'This suppresses nothing.' }] as const;
    const text = toMarkdown({ ...clean, suppressed, rejected, notices }, '1.2.3');
    expect(text).toContain('\n## Notices\n\n- Error `a.py:7`: This suppresses nothing.\n');
    expect(text).toContain('\n## Suppressed\n\n- `a.py:3` A title: inline, Only \\*a\\* test.\n');
    expect(text).toContain('\n## Turned down by verification\n\n- `a.py:3` A title: It is a constant.\n');
    expect(text).toContain('No findings in the 1 file');
  });

  test('the way of the data is told below the tables', () => {
    const text = toMarkdown({ ...clean, findings: [sampleFinding()] }, '1.2.3');
    expect(text).toContain(
      '- `src/orders.py:13`: Whoever asks reads the whole table. source `src/orders.py:11` (The data arrives in a request.); step `src/names.py:3`; context `src/shop.py:1` (The connection is made here.).',
    );
  });
});

describe('text of a reviewed file', () => {
  const elementsIn = (markdown: string): string[] => {
    const html = micromark(markdown, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    return [...html.matchAll(/<([a-zA-Z][\w-]*)/g)].map(([, name]) => name ?? '').filter((name) => name !== 'code');
  };
  const shape = elementsIn(toMarkdown(hostileResult('harmless'), '1'));

  test.each(HOSTILE_TEXTS)('%j makes no markup anywhere in a report', (text) => {
    const markdown = toMarkdown(hostileResult(text), '1');
    expect(elementsIn(markdown)).toEqual(shape);
    expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Cs}]/u);
  });
});
