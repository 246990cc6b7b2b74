import type { DetectingRule } from '../../detection.ts';
import type { CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { writtenSecrets, type SecretDialect } from '../../knowledge/written-secrets.ts';

/** Arguments that are secrets by their place. */
const SECRET_ARGUMENTS: readonly { readonly call: RegExp; readonly position: number }[] = [
  { call: /^crypto\/hmac\.New$/, position: 1 },
  { call: /^crypto\/aes\.NewCipher$|^crypto\/chacha20poly1305\.NewX?$/, position: 0 },
  { call: /^jwt\b.*\.SignedString$/, position: 0 },
  { call: /^(?:gorilla\/)?sessions\.New(?:Cookie|Filesystem)Store$|^cookie\.NewStore$/, position: 0 },
  { call: /^gorilla\/csrf\.Protect$/, position: 0 },
  { call: /^net\/smtp\.PlainAuth$/, position: 2 },
  { call: /\.SetBasicAuth$/, position: 1 },
  { call: /^(?:crypto\/)?ssh\.Password$/, position: 0 },
  { call: /^credentials\.NewStaticCredentials(?:Provider)?$/, position: 1 },
];

const DIALECT: SecretDialect = {
  isTestCode: (analysis) => analysis.importsFrom('testing'),
  converts: /^(?:\[\]byte|string)$/,
  fallbackText: () => undefined,
  describes: (name) => /^(?:Errorf|New|Printf|Getenv|LookupEnv|StringVar|String|Header)$/.test(name),
  isConfiguration: () => false,
  secretArgument: (site) => secretArgument(site),
};

/** A secret that stands in the source. */
export const HARDCODED_CREDENTIALS: DetectingRule = {
  id: 'go/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Read the secret at run time from the environment or a secret store, and replace the one that was published.',
  weakExample: 'package config\n\nconst databasePassword = "plum-Tractor-58"\n',
  safeExample: 'package config\n\nimport "os"\n\nvar databasePassword = os.Getenv("DATABASE_PASSWORD")\n',
  detect: (analysis) => writtenSecrets(analysis, DIALECT),
};

function secretArgument(site: CallSite): Expression | undefined {
  const rule = SECRET_ARGUMENTS.find(({ call }) => call.test(site.ref));
  return rule === undefined ? undefined : site.call.arguments[rule.position]?.value;
}
