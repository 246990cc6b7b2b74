import type { DetectingRule } from '../../detection.ts';
import { placeOf } from '../../flow/place.ts';
import { constantText } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Expression } from '../../program/program.ts';
import { settingsOf, type Setting } from './settings.ts';

/** A TLS connection to whoever answers. */
export const DISABLED_CERTIFICATE_CHECK: DetectingRule = {
  id: 'js/disabled-certificate-check',
  ...KIND_DESCRIPTIONS['disabled-certificate-check'],
  fix: 'Leave verification on; for a private authority, pass its certificate as `ca`, or set `NODE_EXTRA_CA_CERTS`.',
  weakExample: "import https from 'https';\n\nexport const agent = new https.Agent({ rejectUnauthorized: false });\n",
  safeExample:
    "import fs from 'fs';\nimport https from 'https';\n\nexport const agent = new https.Agent({ ca: fs.readFileSync('/etc/ssl/company-ca.pem') });\n",
  *detect(analysis) {
    for (const setting of settingsOf(analysis)) if (isOff(setting)) yield { span: setting.span };
    for (const site of analysis.calls) {
      const isOption =
        /^(?:assign|set)$/.test(site.ref) && constantText(site.positional[0]) === 'NODE_TLS_REJECT_UNAUTHORIZED';
      if (isOption) yield { span: site.call.span };
    }
  },
};

function isOff({ name, value, owner, expression }: Setting): boolean {
  if (
    /^(?:rejectUnauthorized|strictSSL|sslValidate|verify_ssl|verifySsl|verifySSL|checkCertificate|sslVerify)$/.test(
      name,
    )
  ) {
    return value.literal === false || value.literal === 0 || isOffInProduction(expression);
  }
  if (
    /^(?:tlsAllowInvalidCertificates|tlsAllowInvalidHostnames|tlsInsecure|insecureSkipVerify|trustServerCertificate|acceptInvalidCerts)$/.test(
      name,
    )
  ) {
    return value.literal === true;
  }
  if (name === 'NODE_TLS_REJECT_UNAUTHORIZED') {
    const isEnvironment = owner === undefined || placeOf(owner) === 'process.env';
    return isEnvironment && (value.literal === '0' || value.literal === 0);
  }
  return name === 'checkServerIdentity' && checksNothing(expression);
}

/** `NODE_ENV === "production" ? false : true` */
function isOffInProduction(expression: Expression): boolean {
  if (expression.kind !== 'conditional' || expression.test.kind !== 'compare') return false;
  const { operators, operands } = expression.test;
  if (!operands.some((operand) => operand.kind === 'literal' && String(operand.value).startsWith('prod'))) return false;
  const branch = operators[0] === '==' ? expression.consequence : expression.alternative;
  return branch.kind === 'literal' && branch.value === false;
}

/** `() => undefined`: nothing is wrong with any certificate. */
function checksNothing(expression: Expression): boolean {
  if (expression.kind !== 'function-value') return false;
  return expression.definition.body.every(
    (statement) =>
      statement.kind === 'exit' &&
      (statement.value === undefined ||
        statement.value.kind === 'literal' ||
        (statement.value.kind === 'opaque' && statement.value.parts.length === 0)),
  );
}
