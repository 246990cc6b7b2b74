import { childOf, type SyntaxNode } from '../program/syntax-node.ts';

/** Prefix letters of a string, lower case: `rb`, `f`, or nothing. */
export function stringPrefix(node: SyntaxNode, source: string): string {
  const start = node.children[0];
  if (start === undefined) return '';
  const opening = source.slice(start.start, start.end);
  return opening.slice(0, opening.search(/["']|$/)).toLowerCase();
}

/** Text that one `string_content` stands for: escapes read, doubled braces of a format string made single. */
export function stringContent(node: SyntaxNode, source: string, prefix: string): string {
  const raw = source.slice(node.start, node.end);
  const text = prefix.includes('r') || !raw.includes('\\') ? raw : unescapeText(raw);
  return prefix.includes('f') ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text;
}

/** How `{value!r}` or `{value:02d}` turns its value into text. */
export function conversionOf(interpolation: SyntaxNode, source: string): 'text' | 'quoted' | 'number' {
  const conversion = childOf(interpolation, 'type_conversion');
  if (conversion !== undefined && /^![ra]/.test(source.slice(conversion.start, conversion.end))) return 'quoted';
  const specifier = childOf(interpolation, 'format_specifier');
  if (specifier === undefined) return 'text';
  // `d`, `x`, `f` and their kin raise for anything but a number.
  return /^:[^{}]*[bcdeEfFgGnoxX%]$/.test(source.slice(specifier.start, specifier.end)) ? 'number' : 'text';
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r\n': '',
};

function unescapeText(text: string): string {
  return text.replaceAll(
    /\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
    (whole: string, escape: string) => {
      const simple = SIMPLE_ESCAPES[escape];
      if (simple !== undefined) return simple;
      const code = /^[xuU]/.test(escape) ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8);
      return Number.isNaN(code) || code > 0x10_ff_ff ? whole : String.fromCodePoint(code);
    },
  );
}
