import { familySet, type FamilySet } from '../../flow/taint.ts';

const HTML = familySet('html', 'template');
const TEXT = familySet('query', 'fields');

/** Functions whose result is never from outside. */
const FIXING =
  /^(?:strconv\.(?:Atoi|Itoa|Parse\w+|Format\w+)|len|cap|u?int(?:8|16|32|64)?|float(?:32|64)|bool|byte|rune|time\.\w+|uuid\.(?:Parse|MustParse|New|NewString|NewRandom)(?:\(\)\.String)?|os\.(?:Getenv|LookupEnv|Hostname|Getwd|TempDir|UserHomeDir)|crypto\/\w+\.Sum\w*|crypto\/(?:rand\.\w+|hmac\.New\w*(?:\(\)\.\w+)*|(?:md5|sha1|sha256|sha512|sha3)\.New\w*(?:\(\)\.\w+)*)|math\/rand\.\w+|math\.\w+|errors\.New|context\.\w+|runtime\.\w+|primitive\.ObjectIDFromHex|bson\.ObjectIDFromHex|net\.ParseIP(?:\(\)\.String)?|netip\.ParseAddr(?:\(\)\.String)?|mime\.TypeByExtension|unicode\.\w+|strings\.(?:HasPrefix|HasSuffix|Contains|Count|Index\w*|EqualFold)|html\/template\.(?:New|Must|Parse\w+)(?:\(\)\.\w+)*)$/;

/** Functions that make their argument safe for some families. */
const CLEANING: readonly (readonly [RegExp, FamilySet])[] = [
  [/^html\.EscapeString$|^(?:html|text)\/template\.(?:HTMLEscapeString|HTMLEscaper|HTMLEscape)$/, HTML],
  [
    /^bluemonday\.(?:UGCPolicy|StrictPolicy|NewPolicy)\(\)\.Sanitize\w*$|(?:^|\.)(?:sanitizer|policy)\.Sanitize\w*$/i,
    HTML,
  ],
  [/(?:^|\.)(?:EscapeHTML|escapeHTML|SanitizeHTML|sanitizeHTML|htmlEscape)$/, HTML],
  [
    /^net\/url\.(?:QueryEscape|PathEscape)$/,
    HTML | TEXT | familySet('url', 'redirect', 'header', 'log', 'ldap', 'xpath', 'path'),
  ],
  [/^encoding\/json\.Marshal(?:Indent)?$/, HTML | familySet('log', 'header')],
  [
    /^encoding\/hex\.EncodeToString$|^encoding\/base64\.\w+\.EncodeToString$/,
    HTML | familySet('log', 'header', 'path', 'sql'),
  ],
  [/^strconv\.Quote(?:ToASCII)?$/, familySet('log', 'header')],
  [/^(?:ldap\.EscapeFilter|ldap\.EscapeDN)$/, familySet('ldap')],
  [/^path(?:\/filepath)?\.(?:Base|Ext)$|^(?:filepath-)?securejoin\.SecureJoin$/, familySet('path', 'header')],
  [/^regexp\.QuoteMeta$/, familySet('pattern', 'query')],
  [/^(?:pq|pgx|sanitize)\.Quote(?:Identifier|Literal|String)$|^pgx\.Identifier\(\)\.Sanitize$/, familySet('sql')],
  [/^(?:shellescape|shellquote|shlex)\.(?:Quote|QuoteCommand|Join)$/, familySet('shell')],
  [/(?:^|\.)(?:quote|Quote|escape)(?:Ident|Identifier|Literal|SQL)$/, familySet('sql')],
  [/(?:^|\.)(?:shellQuote|ShellQuote|quoteShell|escapeShell)$/, familySet('shell')],
  [/(?:^|\.)(?:escapeXPath|xpathQuote|quoteXPath|XPathLiteral|xpathLiteral)$/i, familySet('xpath')],
];

/** Whether the result of the function is never from outside. */
export function isFixing(ref: string): boolean {
  return FIXING.test(ref);
}

/**
 * Families that the function makes its argument safe for.
 *
 * @returns Nothing where it is no such function.
 */
export function cleanedFamilies(ref: string): FamilySet | undefined {
  return CLEANING.find(([pattern]) => pattern.test(ref))?.[1];
}
