const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
  '\r\n': '',
};

/** Text that the inside of a string or template stands for. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|[\s\S])/g,
    (_whole: string, escape: string) => {
      const simple = SIMPLE_ESCAPES[escape];
      if (simple !== undefined) return simple;
      if (!/^[xu]./.test(escape)) return escape;
      const code = Number.parseInt(escape.replaceAll(/[^0-9a-fA-F]/g, ''), 16);
      return Number.isNaN(code) || code > 0x10_ff_ff ? escape : String.fromCodePoint(code);
    },
  );
}

/** Number that a literal stands for: `1_000`, `0o666`, `0666`, `10n`. */
export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').replace(/n$/, '');
  const number = Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
  return Number.isNaN(number) ? 0 : number;
}
