import { familySet, type FamilySet } from '../../flow/taint.ts';

/** Functions whose result cannot carry text from outside: numbers, digests, random and system values. */
const FIXING = new RegExp(
  '^(?:' +
    [
      'int|float|bool|complex|len|round|abs|ord|hash|id|isinstance|issubclass|hasattr|range|divmod|pow|type|any|all|callable|hex|oct|bin',
      'hashlib\\.\\w+|hmac\\.(?:new|digest|compare_digest)|uuid\\.\\w+|secrets\\.\\w+|random\\.\\w+|time\\.\\w+|math\\.\\w+',
      'datetime(?:\\.\\w+)*|decimal\\.Decimal|fractions\\.Fraction|ipaddress\\.\\w+|platform\\.\\w+|tempfile\\.\\w+',
      'os\\.(?:getpid|getppid|getcwd|urandom|cpu_count|getuid|getlogin|stat|open|fstat|path\\.(?:getsize|exists|isfile|isdir|getmtime))',
      'socket\\.(?:gethostname|getfqdn)|shutil\\.which|pathlib\\.Path\\.(?:cwd|home)|sys\\.getsizeof|zlib\\.(?:crc32|adler32)',
      'werkzeug\\.security\\.\\w+|bcrypt\\.\\w+|argon2(?:\\.\\w+)*|passlib(?:\\.\\w+)*|inspect\\.\\w+|logging\\.getLogger|threading\\.\\w+',
    ].join('|') +
    ')$',
);

const HTML = familySet('html', 'template');

/** Functions that make their argument safe for some families. */
const CLEANING: readonly (readonly [RegExp, FamilySet])[] = [
  [/^(?:shlex|pipes)\.quote$/, familySet('shell')],
  [/^(?:subprocess\.list2cmdline)$/, 0],
  [
    /(?:^|\.)(?:html\.escape|cgi\.escape|markupsafe\.escape|flask\.escape|jinja2\.escape|escape_html|xhtml_escape)$/,
    HTML,
  ],
  [
    /^django\.utils\.html\.\w+$|^xml\.sax\.saxutils\.(?:escape|quoteattr)$|^bleach\.\w+$|^nh3\.\w+$/,
    HTML | familySet('xpath'),
  ],
  [/(?:^|\.)(?:sanitize_html|clean_html|conditional_escape)$/, HTML],
  [/(?:^|\.)escape_filter_chars$|^ldap\.filter\.\w+$/, familySet('ldap')],
  [/(?:^|\.)escape_dn_chars$|(?:^|\.)escape_rdn$/, familySet('ldap')],
  [
    /(?:^|\.)secure_filename$|^(?:os|posix|nt)\.path\.basename$|^ntpath\.basename$/,
    familySet('path', 'header', 'shell'),
  ],
  [/(?:^|\.)safe_join$/, familySet('path')],
  [
    /^(?:six\.moves\.)?urllib\.(?:parse\.)?(?:quote|quote_plus|urlencode)$/,
    familySet('html', 'header', 'log', 'redirect', 'url', 'ldap', 'shell'),
  ],
  [/^re\.escape$/, familySet('pattern')],
  [/^(?:json|simplejson|ujson|orjson)\.dumps$|^flask\.(?:json\.dumps|jsonify)$/, familySet('log', 'header')],
  [/^(?:repr|ascii)$/, familySet('log', 'header')],
  [
    /^psycopg2?\.sql\.(?:Identifier|Literal|Placeholder)$|(?:^|\.)(?:quote_ident|quote_name|escape_identifier|escape_literal|escape_string)$/,
    familySet('sql'),
  ],
  [/(?:^|\.)(?:unsign|unsign_object|loads_signed)$/, familySet('data')],
  [/^ast\.literal_eval$/, familySet('code')],
  [
    /^base64\.\w*b(?:16|32|64|85)encode$|^binascii\.hexlify$/,
    familySet('sql', 'shell', 'html', 'ldap', 'xpath', 'header', 'log'),
  ],
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

/** Types of annotation that admit no free text where a framework enforces them, and are taken at their word elsewhere. */
export function isPlainType(ref: string): boolean {
  return /^(?:int|float|bool|complex|(?:uuid\.)?UUID[1-7]?|datetime\.\w+|decimal\.Decimal|(?:typing|typing_extensions)\.Literal\[\]|ipaddress\.\w+|pydantic\.(?:Positive|Negative|Non\w+|Strict)(?:Int|Float|Bool)|pydantic\.con(?:int|float)\(\))$/.test(
    ref,
  );
}
