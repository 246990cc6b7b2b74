import type { Analysis } from '../../flow/analysis.ts';
import { argumentExpression, calledName, type CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import type { Expression } from '../../program/program.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calleeName, literalText, writtenSecrets, type SecretDialect } from '../../knowledge/written-secrets.ts';

/** Arguments that are secrets by their place. */
const SECRET_ARGUMENTS: readonly { readonly call: RegExp; readonly position: number; readonly name?: string }[] = [
  { call: /^(?:jwt|jose\.jwt|authlib\.jose\.jwt)\.(?:encode|decode)$/, position: 1, name: 'key' },
  { call: /^hmac\.(?:new|digest)$/, position: 0, name: 'key' },
  { call: /(?:^|\.)HTTP(?:Basic|Digest)Auth$/, position: 1, name: 'password' },
  {
    call: /^smtplib\.SMTP(?:_SSL)?\(\)\.login$|^ftplib\.FTP(?:_TLS)?\(\)\.login$|^imaplib\.\w+\(\)\.login$/,
    position: 1,
  },
  { call: /^(?:pymysql|MySQLdb|mysql\.connector)\.connect$/, position: 2 },
  { call: /(?:^|\.)Fernet$/, position: 0 },
  { call: /(?:^|\.)(?:AES|DES|DES3|ARC4|Blowfish|ChaCha20)\.new$/, position: 0 },
  {
    call: /(?:^|\.)(?:TimestampSigner|Signer|URLSafeTimedSerializer|URLSafeSerializer|JSONWebSignatureSerializer)$/,
    position: 0,
  },
];

const DIALECT: SecretDialect = {
  isTestCode,
  converts: /^(?:encode|bytes|bytearray|fromhex|unhexlify|b64decode|SecretStr)$/,
  fallbackText,
  describes,
  isConfiguration: () => false,
  secretArgument,
};

/** A secret that stands in the source. */
export const HARDCODED_CREDENTIALS: DetectingRule = {
  id: 'py/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Read the secret at run time from the environment or a secret store, and replace the one that was published.',
  weakExample: 'DATABASE_PASSWORD = "plum-Tractor-58"\n',
  safeExample: 'import os\n\nDATABASE_PASSWORD = os.environ["DATABASE_PASSWORD"]\n',
  detect: (analysis) => writtenSecrets(analysis, DIALECT),
};

/** Tests hold made-up secrets; real ones there are found by their format alone. */
function isTestCode({ program }: Analysis): boolean {
  return (
    program.functions.some(({ name }) => /^test_|^test[A-Z]|^setUp$/.test(name)) ||
    program.classes.some(({ bases }) => bases.some((base) => (placeOf(base) ?? '').endsWith('TestCase')))
  );
}

/** What stands in for a setting that is not set: `os.environ.get("SECRET", "…")`, `x or "…"`. */
function fallbackText(expression: Expression): string | undefined {
  if (expression.kind === 'logical' && expression.operator === 'or') return literalText(expression.right);
  if (expression.kind !== 'call') return undefined;
  const { callee } = expression;
  const isEnvironment =
    callee.kind === 'member' && /(?:^|\.)environ$/.test(placeOf(callee.object) ?? '') && callee.property === 'get';
  const isLookUp = isEnvironment || calleeName(callee) === 'getenv';
  return isLookUp ? literalText(expression.arguments[1]?.value) : undefined;
}

/** Fields and arguments are described with labels and help texts, not with secrets. */
function describes(functionName: string): boolean {
  return /(?:Field|Input|Label|Column|add_argument|option|getpass|Query|Header|Form|format|_|gettext|update_or_create)$/.test(
    functionName,
  );
}

function secretArgument(site: CallSite): Expression | undefined {
  const rule = SECRET_ARGUMENTS.find(({ call }) => call.test(site.ref));
  if (rule !== undefined) return argumentExpression(site, rule.position, rule.name);
  const auth = site.call.arguments.find(
    ({ name }) => name === 'auth' || name === 'basic_auth' || name === 'http_auth',
  )?.value;
  return auth?.kind === 'sequence' && calledName(site) !== '' ? auth.elements[1] : undefined;
}
