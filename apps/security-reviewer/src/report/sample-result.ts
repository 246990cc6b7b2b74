import type { Finding } from '../finding.ts';
import type { ReviewResult } from '../review-result.ts';

/** A finding for the tests of the formats: complete, and of no file that exists. */
export function sampleFinding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'F001',
    fingerprint: '0123456789abcdef0123456789abcdef',
    ruleId: 'py/sql-injection',
    kind: 'sql-injection',
    title: 'SQL is put together from text',
    severity: 'critical',
    confidence: 0.9,
    cwe: ['CWE-89'],
    owasp: ['A03:2021'],
    location: { file: 'src/orders.py', startLine: 13, endLine: 14, startColumn: 5, endColumn: 20 },
    related: [
      { role: 'source', file: 'src/orders.py', startLine: 11, endLine: 11, note: 'The data arrives in a request.' },
      { role: 'step', file: 'src/names.py', startLine: 3, endLine: 3 },
      { role: 'context', file: 'src/shop.py', startLine: 1, endLine: 2, note: 'The connection is made here.' },
    ],
    evidence: 'return database.execute(\n    f"SELECT {customer}")',
    explanation: 'A value becomes part of a statement.',
    impact: 'Whoever asks reads the whole table.',
    recommendation: 'Pass the value beside the statement.',
    fix: {
      description: 'Use a placeholder.',
      edits: [
        {
          location: { file: 'src/orders.py', startLine: 13, endLine: 14 },
          replacement: 'return database.execute("SELECT ?", [customer])',
        },
      ],
    },
    origin: ['rules'],
    verification: { status: 'confirmed', by: 'code' },
    ...changes,
  };
}

/** A result for the tests of the formats: complete, with nothing in it but the changes. */
export function sampleResult(changes: Partial<ReviewResult> = {}): ReviewResult {
  return {
    reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
    target: { paths: ['src'] },
    coverage: { reviewed: ['src/orders.py'], skipped: [], failed: [], notByModel: [], isComplete: true },
    stages: [
      { name: 'collect', ran: true },
      { name: 'rules', ran: true },
    ],
    findings: [],
    suppressed: [],
    rejected: [],
    notices: [],
    tokens: 0,
    costUsd: 0,
    wasInterrupted: false,
    providerFailure: undefined,
    ...changes,
  };
}

/** Texts of a reviewed file that mean something to one of the formats, or to what shows it. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  "\"><svg onload=alert(1)> ' onmouseover='alert(1)",
  '</style></pre></code></details></template>--><!--',
  '&lt;b&gt; &#60; &amp;',
  '![pixel](https://evil.example/p.png) [click](javascript:alert(1))',
  '[F001](1) [x]: https://evil.example {0} {{1}} \\[y\\](https://evil.example)',
  '| a | b |\n|---|---|\n# heading\n```\ncode',
  ']]> <![CDATA[ <?xml version="1.0"?> <!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]> &e;',
  '::error file=a.py,line=1::gone\n::stop-commands::x\r\n::add-mask::a %0A%0D%25',
  'x ##[error]gone ##[add-mask]a',
  '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 \u009b2J',
  'abc\u202edef\u2066ghi\u200bj\ufeffk\u0000l\u0008m\ud800n\uffffo\u2028p',
  '@octocat closes #12, see www.evil.example',
];

/** A result that has a text of a reviewed file wherever such a text can be. */
export function hostileResult(text: string): ReviewResult {
  const location = { file: text, startLine: 3, endLine: 3 };
  const finding = sampleFinding({
    title: (text.trim() || 'empty').slice(0, 120),
    location,
    related: [{ ...location, role: 'source', note: text }],
    evidence: text,
    explanation: text,
    impact: text,
    recommendation: text,
    fix: { description: text, edits: [{ location, replacement: text }] },
    verification: { status: 'confirmed', by: 'model', note: text },
  });
  const leftOut = [{ file: text, reason: text }];
  return sampleResult({
    reviewer: { provider: text, model: text, isLanguageModel: true },
    target: { paths: [text], diff: { kind: 'range', base: text, head: text, changedFiles: 1 } },
    coverage: { reviewed: [text], skipped: leftOut, failed: leftOut, notByModel: leftOut, isComplete: false },
    stages: [{ name: 'model', ran: false, note: text }],
    findings: [finding],
    suppressed: [{ ...finding, id: 'F002', suppressed: { by: 'inline', reason: text } }],
    rejected: [{ ...finding, id: 'F003', verification: { status: 'rejected', by: 'model', note: text } }],
    notices: [{ level: 'error', file: text, line: 2, message: text }],
    providerFailure: text,
  });
}
