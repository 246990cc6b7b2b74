/** Characters that a terminal obeys or a reader cannot see: controls, bidirectional marks, zero widths, tags. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u{115f}\u{1160}\u{3164}\u{ffa0}]|\p{Variation_Selector}/gu;
/** Code as its author marked it, and what viewers of Markdown make links of: addresses, mentions, issue numbers. */
const spans =
  /`([^`]+)`|(?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.|mailto:|javascript:|data:)\S+|[\p{L}\p{N}._%+-]{0,64}@[\p{L}\p{N}]\S*|#\d+/giu;
/** An underscore inside a word marks nothing up. */
const markup = /[\\`*[\]<>|~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text on one line: white space is one blank, everything unseen is spelt out, `\u{1b}` for an escape. */
export function toVisibleText(text: string): string {
  return spellOut(text.replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, ''));
}

/** A name with everything unseen in it spelt out, line ends too: different names look different. */
export function toVisibleName(name: string): string {
  return spellOut(name);
}

function spellOut(text: string): string {
  return text.replace(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** A text whose code, addresses, mentions and issue numbers stand between backquotes, where no viewer makes links of them. */
export function toQuotedSpans(text: string): string {
  return text.replace(spans, (whole, code: string | undefined) => `\`${(code ?? whole).replaceAll('`', "'")}\``);
}

/** Text from a reviewer, for Markdown: it reads as it was written, and nothing in it is markup, a link or an image. */
export function toInertMarkdown(text: string): string {
  const visible = toVisibleText(text);
  let inert = '';
  let end = 0;
  for (const match of visible.matchAll(spans)) {
    inert += escapeMarkup(visible.slice(end, match.index));
    // Fences that touch would be read as one.
    if (inert.endsWith('`')) inert += ' ';
    inert += toCodeSpan(match[1] ?? match[0]);
    end = match.index + match[0].length;
  }
  return inert + escapeMarkup(visible.slice(end));
}

/** Code from a reviewed file, for Markdown: in a code span that it cannot leave, also inside a table. */
export function toCodeSpan(text: string): string {
  return inCodeSpan(toVisibleText(text));
}

/** The name of a file, for Markdown: in a code span that it cannot leave. */
export function toNameSpan(name: string): string {
  return inCodeSpan(toVisibleName(name));
}

/** @see https://github.github.com/gfm/#code-spans and https://github.github.com/gfm/#tables-extension- */
function inCodeSpan(visible: string): string {
  // The backslash that keeps a pipe in its cell must not meet one of the text, or both together are read as one.
  const code = visible.replace(/\\(?=\|)/g, '\\\u2060') || ' ';
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${code}${padding}${fence}`.replaceAll('|', '\\|');
}

function escapeMarkup(text: string): string {
  return text.replace(markup, (character) => `\\${character}`);
}
