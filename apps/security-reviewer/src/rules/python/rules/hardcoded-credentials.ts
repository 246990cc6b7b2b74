import type { Expression, MappingExpression, Span } from '../../program/program.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { argumentExpression, calledName, type CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import { constantText } from '../../flow/value.ts';
import type { Detection, DetectingRule } from '../../detection.ts';
import {
  holdsSecretFormat,
  isKeyName,
  isRandomValue,
  isSecretValue,
  secretClassOf,
} from '../../knowledge/secret-name.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

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

/** A secret that stands in the source. */
export const HARDCODED_CREDENTIALS: DetectingRule = {
  id: 'py/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Read the secret at run time from the environment or a secret store, and replace the one that was published.',
  weakExample: 'DATABASE_PASSWORD = "plum-Tractor-58"\n',
  safeExample: 'import os\n\nDATABASE_PASSWORD = os.environ["DATABASE_PASSWORD"]\n',
  *detect(analysis) {
    if (!isTestCode(analysis)) {
      yield* assigned(analysis);
      yield* named(analysis);
      yield* compared(analysis);
      yield* placed(analysis);
    }
    yield* formatted(analysis);
  },
};

/** Tests hold made-up secrets; real ones there are found by their format alone. */
function isTestCode({ program }: Analysis): boolean {
  return (
    program.functions.some(({ name }) => /^test_|^test[A-Z]|^setUp$/.test(name)) ||
    program.classes.some(({ bases }) => bases.some((base) => (placeOf(base) ?? '').endsWith('TestCase')))
  );
}

/** The text that an expression is written as, where it is one literal. */
function literalText(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
}

/** The same, with what a chain of calls such as `"…".encode()` starts from. */
function writtenText(expression: Expression | undefined, analysis: Analysis): string | undefined {
  if (expression === undefined) return undefined;
  const isWritten = expression.kind === 'literal' || expression.kind === 'call' || expression.kind === 'binary';
  const value = isWritten ? analysis.valueOf(expression) : undefined;
  const isConversion = /^(?:encode|bytes|bytearray|fromhex|unhexlify|b64decode|SecretStr)$/;
  if (expression.kind === 'call' && !isConversion.test(calleeName(expression.callee))) return undefined;
  if (value === undefined || value.taint.size > 0) return undefined;
  return constantText(value) ?? (expression.kind === 'call' ? literalText(expression.arguments[0]?.value) : undefined);
}

function calleeName(callee: Expression): string {
  if (callee.kind === 'member') return callee.property;
  return callee.kind === 'name' ? callee.name : '';
}

function* assigned(analysis: Analysis): Generator<Detection> {
  for (const { targets, value, span, operator } of analysis.program.assignments) {
    if (operator !== undefined) continue;
    for (const [target, part] of pairs(targets, value)) {
      if (isSecret(nameOf(target), writtenText(part, analysis) ?? fallbackText(part), true)) yield { span };
    }
  }
}

/** Targets with what each is given: `user, password = "u", "p"` gives two. */
function pairs(targets: readonly Expression[], value: Expression): [Expression, Expression][] {
  return targets.flatMap((target): [Expression, Expression][] => {
    if (target.kind !== 'sequence') return [[target, value]];
    if (value.kind !== 'sequence') return [];
    return target.elements.flatMap((element, position): [Expression, Expression][] => {
      const part = value.elements[position];
      return part === undefined ? [] : [[element, part]];
    });
  });
}

/** The last part of what is assigned to: `key` of `config["key"]`. */
function nameOf(target: Expression): string {
  if (target.kind === 'name') return target.name;
  if (target.kind === 'member') return target.property;
  return target.kind === 'index' ? (literalText(target.index) ?? '') : '';
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

/** Keyword arguments, entries of dictionaries and defaults of parameters. */
function* named(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind === 'call') {
      for (const { name, value } of expression.arguments) {
        const text = writtenText(value, analysis);
        if (name !== undefined && !isField(expression.callee) && isSecret(name, text, true)) yield { span: value.span };
      }
    } else if (expression.kind === 'mapping') {
      yield* entries(expression, analysis);
    }
  }
  for (const { parameters } of analysis.program.functions) {
    for (const { name, fallback, span } of parameters) {
      if (isSecret(name, literalText(fallback), false)) yield { span };
    }
  }
}

/** Fields and arguments are described with labels and help texts, not with secrets. */
function isField(callee: Expression): boolean {
  return /(?:Field|Input|Label|Column|add_argument|option|getpass|Query|Header|Form|format|_|gettext|update_or_create)$/.test(
    calleeName(callee),
  );
}

function* entries(mapping: MappingExpression, analysis: Analysis): Generator<Detection> {
  const keys = mapping.entries.map(({ key }) => literalText(key)?.toLowerCase());
  const isConnection = keys.some((key) =>
    /^(?:user|username|host|hostname|login|account|port|database|db)$/.test(key ?? ''),
  );
  for (const { key, value } of mapping.entries) {
    const name = literalText(key);
    const text = writtenText(value, analysis);
    if (name === undefined || text === undefined) continue;
    if (isSecret(name, text, isConnection) || isAuthorization(name, text)) yield { span: value.span };
  }
}

/** A header that carries its secret after a word. */
function isAuthorization(name: string, text: string): boolean {
  const secret = /^(?:Bearer|Token|Basic|Bot|ApiKey) (\S{12,})$/i.exec(text)?.[1];
  return /^(?:proxy-)?authorization$/i.test(name) && secret !== undefined && isSecretValue(secret, 'token', false);
}

/** `password == "…"`: whoever reads the source can log in. */
function* compared(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'compare' || !['==', '!='].includes(expression.operators[0] ?? '')) continue;
    const [left, right] = expression.operands;
    if (left === undefined || right === undefined) continue;
    const isFound = [
      [left, right],
      [right, left],
    ].some(([name, text]) => name !== undefined && isSecret(comparedName(name), literalText(text), false));
    if (isFound) yield { span: expression.span };
  }
}

function comparedName(expression: Expression): string {
  if (expression.kind === 'call' && expression.callee.kind === 'member') {
    return literalText(expression.arguments[0]?.value) ?? '';
  }
  return nameOf(expression);
}

/** Arguments that are secrets by their place, and `auth=("user", "…")`. */
function* placed(analysis: Analysis): Generator<Detection> {
  for (const site of analysis.calls) {
    const expression = secretArgument(site);
    if (expression === undefined) continue;
    const text = writtenText(expression, analysis);
    if (text !== undefined && isSecretValue(text, 'secret', true)) {
      yield { span: expression.span };
      continue;
    }
    // The secret has a name of its own that does not give it away.
    const own = expression.kind === 'name' ? assignmentOf(expression.name, analysis) : undefined;
    const assignedText = own === undefined ? undefined : writtenText(own.value, analysis);
    if (own !== undefined && assignedText !== undefined && isSecretValue(assignedText, 'secret', true)) {
      yield { span: own.span };
    }
  }
}

function assignmentOf(name: string, analysis: Analysis): { value: Expression; span: Span } | undefined {
  const found = analysis.program.assignments.filter(({ targets }) =>
    targets.some((target) => target.kind === 'name' && target.name === name),
  );
  return found.length === 1 ? found[0] : undefined;
}

function secretArgument(site: CallSite): Expression | undefined {
  const rule = SECRET_ARGUMENTS.find(({ call }) => call.test(site.ref));
  if (rule !== undefined) return argumentExpression(site, rule.position, rule.name);
  const auth = site.call.arguments.find(
    ({ name }) => name === 'auth' || name === 'basic_auth' || name === 'http_auth',
  )?.value;
  return auth?.kind === 'sequence' && calledName(site) !== '' ? auth.elements[1] : undefined;
}

/** Keys and tokens that show in their format what they are. */
function* formatted(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    // An address with a password keeps it where other parts of it are filled in.
    const first = expression.kind === 'template' ? expression.parts[0] : undefined;
    const text = literalText(expression) ?? (typeof first === 'string' ? first : undefined);
    if (text !== undefined && text.length >= 12 && holdsSecretFormat(text)) {
      yield { span: expression.span, confidence: 0.9 };
    }
  }
}

function isSecret(name: string, text: string | undefined, isLoose: boolean): boolean {
  if (text === undefined) return false;
  if (isKeyName(name) && isRandomValue(text)) return true;
  const secret = secretClassOf(name);
  return secret !== undefined && isSecretValue(text, secret, isLoose);
}
