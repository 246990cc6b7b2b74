import type { FindingKind } from './finding.ts';

/** Weaknesses whose evidence is a secret, by kind and by CWE. */
const secretKinds: ReadonlySet<FindingKind> = new Set(['hardcoded-credentials']);
const secretCwes: ReadonlySet<string> = new Set(['CWE-259', 'CWE-321', 'CWE-798']);

/** A quoted text in one line, closed or not. An apostrophe in a word of a comment begins none. */
const quotedText = /(["`]|(?<!\w{3})')((?:\\.|(?!\1).)+)(\1|$)/g;
/**
 * Values where nothing is quoted, the first form that is there: right of each `=` without a blank (`A=b PASSWORD=c`),
 * right of the last `=` or `:` (`password: hunter2`), in an element, and the last word.
 */
const bareValues: readonly RegExp[] = [
  /((?:^|\s)[A-Za-z_]\w*=)([^\s=]\S*)((?=\s.*=)|\s*$)/g,
  /([=:]\s*)([^\s=:]\S*)(\s*)$/,
  /(>\s*)([^\s<>][^<>]*)(<\/)/,
  /^(\s*(?:ENV\s+\w|.*\bpassword\b|machine\s).*\s)(\S+)(\s*)$/i,
];
/** Shorter secrets are masked where they stand; to replace them in prose would make it unreadable. */
const leastSecretLength = 6;
/** Characters of a secret that are shown, at most a quarter of it. */
const shownCharacters = 4;

/** Whether the evidence of such a finding holds a secret. */
export function isSecretFinding(finding: { readonly kind: FindingKind; readonly cwe: readonly string[] }): boolean {
  return secretKinds.has(finding.kind) || finding.cwe.some((cwe) => secretCwes.has(cwe));
}

/** A line of code without its secrets: all that is quoted in it is masked, else what is assigned at its end. */
export function maskLine(line: string): { readonly masked: string; readonly secrets: readonly string[] } {
  const secrets: string[] = [];
  const mask = (secret: string): string => {
    if (secret.length >= leastSecretLength) secrets.push(secret);
    return maskOf(secret);
  };
  const masked = line.replace(quotedText, (whole, quote: string, text: string, end: string, index: number) =>
    isName(text, line.slice(index + whole.length)) ? whole : `${quote}${mask(text)}${end}`,
  );
  if (masked !== line) return { masked, secrets };
  for (const pattern of bareValues) {
    const bare = line.replace(
      pattern,
      (_, before: string, value: string, after: string) => before + mask(value) + after,
    );
    if (bare !== line) return { masked: bare, secrets };
  }
  return { masked: line, secrets };
}

/** Lines of code that stand below each other, without their secrets: as {@link maskLine}, and texts over several lines. */
export function maskLines(lines: readonly string[]): {
  readonly masked: readonly string[];
  readonly secrets: string[];
} {
  const secrets: string[] = [];
  let open: string | undefined;
  const masked = lines.map((line) => {
    const end = open === undefined ? 0 : line.indexOf(open);
    const inside = end === -1 ? line : line.slice(0, end);
    const quote = end === -1 ? '' : (open ?? '');
    const rest = maskLine(line.slice(inside.length + quote.length));
    const secret = inside.trim();
    if (secret.length >= leastSecretLength) secrets.push(secret);
    secrets.push(...rest.secrets);
    open = openAfter(line, open);
    return (secret === '' ? inside : inside.replace(secret, () => maskOf(secret))) + quote + rest.masked;
  });
  return { masked, secrets };
}

/** The quote of a text over several lines that is still open after a line. */
function openAfter(line: string, before: string | undefined): string | undefined {
  let open = before;
  for (const [quote] of line.matchAll(/"""|'''|`/g)) {
    if (open === undefined) open = quote;
    else if (open === quote) open = undefined;
  }
  return open;
}

/** A text without the secrets, the longest replaced first. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return [...new Set(secrets)]
    .toSorted((left, right) => right.length - left.length || (left < right ? -1 : 1))
    .reduce((masked, secret) => masked.replaceAll(secret, () => maskOf(secret)), text);
}

/** The beginning of a secret, and its length. */
function maskOf(secret: string): string {
  const characters = Array.from(secret);
  const shown = characters.slice(0, Math.min(shownCharacters, Math.floor(characters.length / 4)));
  return `${shown.join('')}…(${characters.length} characters)`;
}

/** Whether a quoted text is the name a secret goes by and not the secret: `"password": …`, `config["api_key"] = …`. */
function isName(text: string, after: string): boolean {
  const looksLikeName = /^[A-Za-z_][\w.-]{0,30}$/.test(text) && /pass|pwd|secret|token|key|cred/i.test(text);
  return looksLikeName && /^(?::|\]\s*=[^=])/.test(after);
}
