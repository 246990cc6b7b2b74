import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { toCodeSpan, toInertMarkdown, toVisibleText } from './inert-text.ts';

const runs = process.env['HARNESS_FULL'] === undefined ? 2_000 : 50_000;

/** As a viewer of Markdown shows it: with tables, bare addresses as links, and HTML let through. */
function render(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** The text of the only cell in the only row; fails where there are more or fewer. */
function renderedCell(content: string): string {
  const html = render(`| Issue | Fix |\n|---|---|\n| ${content} | end |\n`);
  const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) => cell);
  expect(cells).toHaveLength(2);
  expect(cells[1]).toBe('end');
  return cells[0] ?? '';
}

function elementsIn(html: string): string[] {
  return [...html.matchAll(/<\/?([a-zA-Z][\w-]*)/g)].map(([, name]) => name ?? '');
}

const attacks = [
  '<img src=x onerror=alert(1)>',
  '![pixel](https://evil.example/p.png)',
  '[click](javascript:alert(1))',
  'see https://evil.example/?q=1 or www.evil.example',
  'mail me@evil.example',
  '<https://evil.example>',
  '[x]: https://evil.example',
  'a | b || c \\| d \\\\| e',
  '`a` | `` b` `` ```',
  '``x` <b>y</b> `',
  '**bold** _em_ ~~gone~~ &lt;b&gt;',
  '</td></tr></table><script>',
  '$\\href{https://evil.example}{x}$',
  '[^1] and [ ] and - [x]',
  '\\[not\\](https://evil.example)',
  'line one\n\n# heading\n- item',
];

describe('text from a reviewer', () => {
  test.each(attacks)('%j stays in its cell and is no markup', (text) => {
    expect(elementsIn(renderedCell(toInertMarkdown(text))).filter((name) => name !== 'code')).toEqual([]);
  });

  test('is no markup for any mixture of what means something to Markdown', () => {
    const piece = fc.constantFrom(
      ...attacks,
      ...'`|\\<>[]()!*_~&#@:/$ \n\tab1'.split(''),
      'http://a',
      '\u202e',
      '\u001b[31m',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const cell = renderedCell(toInertMarkdown(pieces.join('')));
        expect(elementsIn(cell).filter((name) => name !== 'code')).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  test('keeps its code spans, and reads as it was written', () => {
    expect(toInertMarkdown('Use `a | b` for snake_case, not *this*.')).toBe(
      'Use `a \\| b` for snake_case, not \\*this\\*.',
    );
  });

  test('keeps mentions and issue numbers from becoming links', () => {
    expect(toInertMarkdown('@octocat closes #12')).toBe('`@octocat` closes `#12`');
  });
});

describe('code from a file', () => {
  test.each(attacks)('%j stays in one code span', (text) => {
    expect(renderedCell(toCodeSpan(text))).toMatch(/^<code>[^<]*<\/code>$/);
  });

  test('stays in one code span whatever it is', () => {
    const piece = fc.constantFrom(...attacks, ...'`|\\<> ab'.split(''), '\u202e', '\u0000');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(renderedCell(toCodeSpan(pieces.join('')))).toMatch(/^(<code>[^<]*<\/code>)?$/);
      }),
      { numRuns: runs },
    );
  });
});

describe('what cannot be seen', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a\u0000b\u0007c\u009bd', 'a\\u{0}b\\u{7}c\\u{9b}d'],
    ['abc\u202edef\u2066g', 'abc\\u{202e}def\\u{2066}g'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half\ud800', 'half\\u{d800}'],
    ['line\u2028end', 'line\\u{2028}end'],
  ])('is spelt out in %j', (text, shown) => {
    expect(toVisibleText(text)).toBe(shown);
  });

  test('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toVisibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: runs },
    );
  });

  test('keeps letters of every script', () => {
    expect(toVisibleText('naïve 日本語 кириллица 🙂')).toBe('naïve 日本語 кириллица 🙂');
  });
});
