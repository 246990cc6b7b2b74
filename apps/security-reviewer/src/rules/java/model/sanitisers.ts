import { familySet, type FamilySet } from '../../flow/taint.ts';

const HTML = familySet('html', 'template');

/** Functions whose result is never from outside. */
const FIXING =
  /^(?:\$plain|\$instanceof|(?:Integer|Long|Short|Double|Float|Boolean|Byte)\.(?:parse\w+|valueOf|decode|toString|toHexString|toBinaryString)|UUID\.\w+(?:\(\)\.toString)?|\((?:int|long|short|byte|char|double|float|boolean|Integer|Long|Double|Boolean)\)|System\.(?:getenv|getProperty|currentTimeMillis|nanoTime|lineSeparator|identityHashCode)|Math\.\w+|(?:Instant|LocalDate|LocalDateTime|Duration|ZonedDateTime|OffsetDateTime)\.\w+(?:\(\)\.\w+)*|Objects\.(?:hash|equals|isNull|nonNull)|Mac\.getInstance\(\)\.\w+|MessageDigest\.getInstance\(\)\.\w+|MessageDigest\(\)\.\w+|Mac\(\)\.\w+|SecureRandom\(\)\.\w+|Random\(\)\.\w+|\w*PasswordEncoder\(\)\.\w+|BCrypt\.\w+|KeyGenerator\S*|Thread\.\w+|ObjectId|BigDecimal|BigInteger|InetAddress\.getLocalHost\S*|Enum\.valueOf|Jwts\.\w+\S*|StringUtils\.(?:isBlank|isEmpty|hasText|hasLength|isNotBlank)|Pattern\.matches|ThreadLocalRandom\.\S+|DigestUtils\.\w+|Hex\.encodeHexString)$/;

/** Functions that make their argument safe for some families. */
const CLEANING: readonly (readonly [RegExp, FamilySet])[] = [
  [
    /(?:^|\.)(?:HtmlUtils\.htmlEscape\w*|Encode\.for(?:Html|HtmlContent|HtmlAttribute|JavaScript|CssString|Xml)\w*|StringEscapeUtils\.escape(?:Html4?|Xml\w*|EcmaScript)|HtmlEscapers\.\w+\(\)\.escape|Jsoup\.clean|PolicyFactory\(\)\.sanitize|encodeForHTML\w*|escapeHtml\w*|htmlEscape|sanitizeHtml|SafeHtmlUtils\.\w+)$/,
    HTML,
  ],
  [/(?:^|\.)(?:encodeForJavaScript|escapeXml|escapeHTML)$/i, HTML],
  [
    /^(?:URLEncoder\.encode|UriUtils\.encode\w*|Encode\.forUri\w*)$/,
    HTML | familySet('url', 'redirect', 'header', 'log', 'ldap', 'xpath', 'path', 'query', 'fields'),
  ],
  [
    /(?:^|\.)(?:LdapEncoder\.(?:filterEncode|nameEncode)|encodeForLDAP|encodeForDN|Filter\.encodeValue|Rdn\.escapeValue|escapeLdap\w*|escapeLDAP\w*)$/i,
    familySet('ldap'),
  ],
  [/(?:^|\.)(?:encodeForXPath|escapeXPath\w*|quoteXPath\w*|xpathLiteral)$/i, familySet('xpath')],
  [/^Pattern\.quote$/, familySet('pattern', 'query')],
  [
    /^(?:FilenameUtils\.(?:getName|getBaseName|getExtension)|StringUtils\.(?:getFilename|getFilenameExtension))$/,
    familySet('path', 'header'),
  ],
  [/(?:^|\.)(?:enquoteIdentifier|enquoteLiteral|quoteIdentifier|encodeForSQL|escapeSql)$/, familySet('sql')],
  [/(?:^|\.)(?:encodeForOS|shellQuote|quoteArgument|escapeShell\w*)$/i, familySet('shell')],
  [
    /^Base64\.get\w*Encoder\(\)(?:\.\w+\(\))*\.encode(?:ToString)?$|^HexFormat\.of\(\)\.formatHex$/,
    HTML | familySet('log', 'header', 'sql', 'ldap', 'xpath'),
  ],
  [
    /(?:^|\.)(?:stripNewlines|sanitizeLog|sanitizeForLog|forLog|cleanLog|escapeJava|logSafe|safeForLog)$/i,
    familySet('log', 'header'),
  ],
  [/^ObjectMapper\(\)\.writeValueAsString$|^Gson\(\)\.toJson$/, familySet('log', 'header')],
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
