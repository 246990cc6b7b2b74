import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toHtml } from './html.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';

/** The markup of a page, without what is between it. */
function tagsOf(page: string): string[] {
  return page.match(/<[^>]*>/g) ?? [];
}

/** The kinds of elements and their attributes, in order. */
function shapeOf(page: string): string[] {
  // Each line of code is an element of its own, as many as there are.
  return tagsOf(page.replace(/<span class="line"[^>]*>[^<]*<\/span>/g, '')).map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

describe('the policy of the page', () => {
  const page = toHtml(sampleResult({ findings: [sampleFinding()] }), '1.2.3');
  const policy = /content="(default-src[^"]*)"/.exec(page)?.[1] ?? '';

  test('lets it load nothing', () => {
    expect(policy).toMatch(
      /^default-src &#39;none&#39;; style-src &#39;sha256-\S+&#39;; script-src &#39;sha256-\S+&#39;; base-uri/,
    );
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });

  test.each(['style', 'script'])('names its own %s by its hash', (element) => {
    const [, content = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page) ?? [];
    expect(content.length).toBeGreaterThan(100);
    expect(policy).toContain(`sha256-${createHash('sha256').update(content).digest('base64')}`);
  });

  test('comes before anything that it is to hold for', () => {
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<title'));
    expect(page).not.toMatch(/ style="| on\w+="/);
  });
});

describe('text of a reviewed file', () => {
  const shape = shapeOf(toHtml(hostileResult('harmless'), '1'));

  test.each(HOSTILE_TEXTS)('%j makes no element and no attribute', (text) => {
    const page = toHtml(hostileResult(text), '1');
    expect(shapeOf(page)).toEqual(shape);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(
      /<(?:img|svg|iframe|object|embed|link|base|a href="(?!#|https:\/\/(?:cwe\.mitre|owasp)\.org\/))/,
    );
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  });

  test('is shown as it is', () => {
    const page = toHtml(hostileResult('a < b && c > "d"'), '1');
    expect(page).toContain('a &lt; b &amp;&amp; c &gt; &quot;d&quot;');
  });

  test('names no address where the class of a weakness is none', () => {
    const findings = [sampleFinding({ cwe: ['CWE-1"><script>'], owasp: ['javascript:alert(1)'] })];
    expect(toHtml(sampleResult({ findings }), '1')).not.toMatch(/href="(?!#)/);
  });
});

test('shows the lines of the code by their numbers, the way of the data, and the fix', () => {
  const page = toHtml(sampleResult({ findings: [sampleFinding()] }), '1');
  expect(page).toContain('data-line="13">return database.execute(</span>');
  expect(page).toContain('data-line="14">    f&quot;SELECT {customer}&quot;)</span>');
  expect(page).toMatch(/source<\/span>\s*<code>src\/orders\.py:11<\/code>\s*The data arrives in a request\./);
  expect(page).toContain('Pass the value beside the statement.');
  expect(page).toContain('Use a placeholder.');
});

test('says that a review is incomplete before it shows any finding', () => {
  const coverage = {
    ...sampleResult().coverage,
    failed: [{ file: 'b.py', reason: 'permission denied' }],
    isComplete: false,
  };
  const page = toHtml(sampleResult({ coverage, findings: [sampleFinding()] }), '1');
  expect(page.indexOf('This review is incomplete: 1 file could not be reviewed')).toBeLessThan(
    page.indexOf('<article'),
  );
  expect(page).toMatch(/permission denied \(1\)/);
});

test('is the same bytes every time', () => {
  const result = hostileResult('x');
  expect(toHtml(structuredClone(result), '1')).toBe(toHtml(result, '1'));
});
