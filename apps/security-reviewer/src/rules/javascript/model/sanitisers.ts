import { ALL_FAMILIES, familySet, type FamilySet } from '../../flow/taint.ts';

/** Functions whose result cannot carry text from outside: numbers, digests, random and system values. */
const FIXING = new RegExp(
  '^(?:' +
    [
      'Number(?:\\.\\w+)?|parseInt|parseFloat|Boolean|BigInt|isNaN|isFinite|Buffer\\.alloc\\w*|Math\\.\\w+|Date(?:\\.\\w+)?|Symbol(?:\\.\\w+)?|typeof',
      'Array\\.isArray|Object\\.(?:is|isFrozen|hasOwn)|performance\\.\\w+|Reflect\\.has|Uint8Array|Int32Array',
      'crypto\\.(?:random\\w+|timingSafeEqual|getRandomValues|scrypt(?:Sync)?|pbkdf2(?:Sync)?|hash|createHash|createHmac|webcrypto\\.\\w+)',
      'crypto\\.create(?:Hash|Hmac)\\(\\)(?:\\.update\\(\\))*\\.digest|uuid(?:\\.v\\d)?|nanoid(?:\\.\\w+)?|ulid(?:\\.\\w+)?|@paralleldrive/cuid2\\.\\w+',
      'bcrypt(?:js)?\\.\\w+|argon2\\.\\w+|jsonwebtoken\\.sign|os\\.\\w+|process\\.(?:cwd|hrtime|uptime|pid|memoryUsage)',
      'fs\\.(?:existsSync|statSync|openSync|mkdtempSync)|path\\.isAbsolute|net\\.isIP(?:v[46])?|validator\\.(?:is\\w+|toInt|toFloat|toBoolean)',
      'mongoose\\.Types\\.ObjectId|mongodb\\.ObjectId|bson\\.ObjectId|Intl\\.\\w+|express|express\\.Router|http\\.createServer',
    ].join('|') +
    ')$',
);

const HTML = familySet('html', 'template');
const TEXT = familySet('query', 'fields');

/** Functions that make their argument safe for some families. */
const CLEANING: readonly (readonly [RegExp, FamilySet])[] = [
  [/(?:^|\.)(?:dompurify|isomorphic-dompurify|DOMPurify)(?:\(\))?(?:\.sanitize)?$/i, HTML],
  [
    /^(?:sanitize-html|xss|escape-html|escape-goat|he\.(?:encode|escape)|html-entities\.encode|entities\.\w+|lodash(?:\.escape)?|_\.escape|validator\.escape|xss\.filterXSS)$/,
    HTML,
  ],
  [
    /(?:^|\.)(?:filterXSS|sanitizeHtml|escapeExpression|htmlEscape|html_escape|escape_html|escapeXml|encodeHTML|encodeForHTML|stripTags|sanitizeHTML|bleach)$/i,
    HTML,
  ],
  [/(?:^|\.)(?:escape(?:Html|HTML|ForHtml|Markup|Text)\w*|esc|h)$/, HTML],
  [
    /^(?:encodeURIComponent|querystring\.escape)$/,
    HTML | TEXT | familySet('url', 'redirect', 'header', 'log', 'ldap', 'xpath', 'path'),
  ],
  [/^(?:encodeURI|escape|querystring\.stringify|qs\.stringify)$/, HTML | TEXT | familySet('header', 'log')],
  [/^JSON\.stringify$/, TEXT | familySet('log', 'header')],
  [
    /^(?:mysql2?(?:\/promise)?|sqlstring)(?:\(\))?\.(?:escape|escapeId|format)$|(?:^|\.)(?:escapeId|escapeIdentifier|escapeLiteral|quoteIdent|quote_ident|quoteIdentifier|quoteLiteral)$/,
    familySet('sql'),
  ],
  [/^(?:pg-format(?:\.\w+)?)$/, familySet('sql')],
  [/(?:^|\.)(?:connection|conn|db|pool|client)\.escape$/i, familySet('sql')],
  [
    /^shell-quote\.quote$|^(?:shell-escape|shescape|@\w+\/shell-escape)(?:\.\w+)?$|(?:^|\.)(?:shellescape|shellEscape|escapeShell\w*|quoteShell\w*|shellQuote)$/,
    familySet('shell'),
  ],
  [
    /^path(?:\.posix|\.win32)?\.(?:basename|extname)$|^sanitize-filename$|(?:^|\.)(?:sanitizeFile[nN]ame|secureFilename|safeJoin|sanitizePath)$/,
    familySet('path', 'header', 'shell'),
  ],
  [
    /(?:^|\.)(?:escapeRegExp|escapeRegex|escapeStringRegexp)$|^RegExp\.escape$|^escape-string-regexp$/,
    familySet('pattern', 'query'),
  ],
  [
    /(?:^|\.)(?:escapeFilter(?:Value)?|escapeLdap\w*|ldapEscape(?:\.\w+)?|escapeDN(?:Value)?)$|^ldap-escape\.\w+$/,
    familySet('ldap'),
  ],
  [/(?:^|\.)escapeXpath\w*$/i, familySet('xpath')],
  [/^String$/, TEXT],
  [/^(?:express-mongo-sanitize|mongo-sanitize)(?:\.sanitize)?$/, familySet('query')],
  [/(?:^|\.)(?:pick)$|^(?:lodash|_)\.pick$/, familySet('fields')],
  [/^marked(?:\.parse)?$|^markdown-it\(\)\.render$/, 0],
];

/** Methods of validators that let only what a schema lists through. */
const SCHEMA =
  /(?:^|\.)(?:zod|yup|joi|superstruct|valibot|ajv|@sinclair\/typebox|io-ts|@hapi\/joi|runtypes)\b|[sS]chema\b|DTO\b|Dto\b/;

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

/** Families that checking against a schema makes safe for; nothing where the call does not. */
export function validatedFamilies(ref: string, method: string): FamilySet | undefined {
  const isValidation =
    /^(?:parse|safeParse|parseAsync|validate|validateSync|validateAsync|attempt|create|assert|cast)$/.test(method);
  return isValidation && SCHEMA.test(ref) ? TEXT : undefined;
}

/** Families that are safe when only the characters kept by a replacement are left. */
export function keptBy(pattern: string | undefined): FamilySet {
  if (pattern === undefined) return 0;
  const kept = /^\[\^([^\]]*)\][+*]?$/.exec(pattern)?.[1];
  if (kept !== undefined && !/[/'"`$;&|<>(){}\\]|\\s|\\S/.test(kept.replaceAll(/\\[wd.\-_]/g, ''))) return ALL_FAMILIES;
  if (pattern === '\\W' || pattern === '\\W+' || pattern === '\\D' || pattern === '\\D+') return ALL_FAMILIES;
  let families = 0;
  if (/\\r|\\n|\\s|\\x00|[\r\n]|\[\\u0000/.test(pattern)) families |= familySet('log', 'header');
  if (/^(?:<|\[[^\]]*<[^\]]*\]|[&<>"'/|()]*<[&<>"'/|()]*)\+?$/.test(pattern)) families |= HTML;
  return families;
}
