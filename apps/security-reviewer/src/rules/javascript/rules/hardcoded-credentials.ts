import type { Analysis } from '../../flow/analysis.ts';
import { argumentExpression, type CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import { constantText } from '../../flow/value.ts';
import type { Detection, DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains } from '../../knowledge/naming.ts';
import { isSecretValue, secretClassOf } from '../../knowledge/secret-name.ts';
import { literalText, writtenSecrets, type SecretDialect } from '../../knowledge/written-secrets.ts';
import type { Expression, MappingExpression } from '../../program/program.ts';

/** Arguments that are secrets by their place. */
const SECRET_ARGUMENTS: readonly { readonly call: RegExp; readonly position: number }[] = [
  { call: /^(?:jsonwebtoken|jwt)\.(?:sign|verify)$/, position: 1 },
  { call: /^jwt-simple\.(?:encode|decode)$/, position: 1 },
  { call: /(?:^|\.)createHmac$/, position: 1 },
  { call: /(?:^|\.)create(?:Cipher|Decipher)(?:iv)?$/, position: 1 },
  { call: /(?:^|\.)(?:AES|DES|TripleDES|RC4)\.(?:encrypt|decrypt)$/, position: 1 },
  { call: /(?:^|\.)Hmac(?:SHA\d+|MD5)$/, position: 1 },
  { call: /^cookie-parser$/, position: 0 },
  { call: /^(?:cookie-signature)\.(?:sign|unsign)$/, position: 1 },
  { call: /^sequelize(?:\.Sequelize)?$/, position: 2 },
  { call: /^(?:stripe|@sendgrid\/mail\.setApiKey|openai|@slack\/web-api\.WebClient)$/, position: 0 },
  { call: /^twilio$/, position: 1 },
];

const DIALECT: SecretDialect = {
  isTestCode,
  converts: /^(?:from|encode|TextEncoder|String|freeze|scryptSync)$/,
  fallbackText,
  describes: (name) =>
    name.startsWith('<') || /^(?:t|i18n|translate|setValue|register|getElementById|querySelector)$/.test(name),
  isConfiguration,
  secretArgument,
};

/** A secret that stands in the source. */
export const HARDCODED_CREDENTIALS: DetectingRule = {
  id: 'js/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Read the secret at run time from the environment or a secret store, and replace the one that was published.',
  weakExample: "export const databasePassword = 'plum-Tractor-58';\n",
  safeExample: 'export const databasePassword = process.env.DATABASE_PASSWORD;\n',
  *detect(analysis) {
    yield* writtenSecrets(analysis, DIALECT);
    if (!isTestCode(analysis)) yield* fallbacks(analysis);
  },
};

/** `process.env.SESSION_KEY ?? DEFAULT_KEY`, wherever it stands: what the setting is called says what stands in for it. */
function* fallbacks(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'logical' || expression.operator !== 'or' || expression.left.kind !== 'member') continue;
    const { left, right } = expression;
    if (placeOf(left.object) !== 'process.env') continue;
    const secret = secretClassOf(left.property);
    const text = literalText(right) ?? (right.kind === 'name' ? constantText(analysis.valueOf(right)) : undefined);
    if (secret !== undefined && text !== undefined && isSecretValue(text, secret, true)) {
      const kept = analysis.program.assignments.filter(({ targets }) =>
        targets.some((target) => target.kind === 'name' && right.kind === 'name' && target.name === right.name),
      );
      yield { span: kept[0]?.span ?? expression.span };
    }
  }
}

/** Tests hold made-up secrets. */
function isTestCode({ calls }: Analysis): boolean {
  return calls.some(
    ({ ref, positional }) =>
      /^(?:describe|it|test|(?:vitest|@jest\/globals|node:test|test)\.(?:describe|it|test))$/.test(ref) &&
      positional.length > 1,
  );
}

/** `process.env.SECRET || "…"`. */
function fallbackText(expression: Expression): string | undefined {
  if (expression.kind === 'logical' && expression.operator === 'or') {
    return literalText(expression.right) ?? fallbackText(expression.right);
  }
  if (expression.kind === 'conditional') return literalText(expression.alternative);
  return undefined;
}

/** An object that a call gets to connect or to sign with. */
function isConfiguration(mapping: MappingExpression, analysis: Analysis): boolean {
  return analysis.calls.some(
    ({ call, ref }) =>
      /(?:create(?:Connection|Pool|Transport|Client)|[cC]onnect|Pool|Client|session|Sequelize|Strategy|DataSource|cookieSession|jwt|knex|register|JwtModule\.register\w*|betterAuth|NextAuth)$/.test(
        ref,
      ) && call.arguments.some(({ value }) => contains(value.span, mapping.span)),
  );
}

function secretArgument(site: CallSite): Expression | undefined {
  const rule = SECRET_ARGUMENTS.find(({ call }) => call.test(site.ref));
  const given = rule === undefined ? undefined : argumentExpression(site, rule.position);
  // A setting of the environment with a fallback is reported where it is kept.
  return given?.kind === 'logical'
    ? given.right
    : placeOf(given ?? site.call) === undefined || given?.kind === 'name'
      ? given
      : undefined;
}
