import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import { literalText, writtenSecrets, type SecretDialect } from '../../knowledge/written-secrets.ts';

const SECRET_ARGUMENTS: readonly { readonly call: RegExp; readonly position: number }[] = [
  { call: /^DriverManager\.getConnection$/, position: 2 },
  { call: /^SecretKeySpec$/, position: 0 },
  { call: /^PBEKeySpec$/, position: 0 },
  { call: /^Algorithm\.HMAC\d+$/, position: 0 },
  { call: /^Keys\.hmacShaKeyFor$/, position: 0 },
  {
    call: /^(?:PasswordAuthentication|BasicAWSCredentials|UsernamePasswordCredentials|AwsBasicCredentials\.create|BasicSessionCredentials)$/,
    position: 1,
  },
  { call: /\.setBasicAuth$|Credentials\.basic$/, position: 1 },
];

const DIALECT: SecretDialect = {
  isTestCode: (analysis) => analysis.importsFrom('org.junit', 'org.testng'),
  converts: /^(?:getBytes|toCharArray|String|decode|valueOf)$/,
  fallbackText: (expression) => fallbackOf(expression),
  describes: (name) =>
    /^(?:Value|Column|JsonProperty|RequestParam|Schema|Parameter|Size|Pattern|NotBlank|PropertySource)$/.test(name),
  isConfiguration: () => false,
  secretArgument,
};

/** `System.getProperty("secret", "…")`, `getOrDefault("SECRET", "…")`. */
function fallbackOf(expression: Expression): string | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'member') return undefined;
  const { property } = expression.callee;
  return /^(?:getProperty|getOrDefault|orElse|requireNonNullElse)$/.test(property)
    ? literalText(expression.arguments.at(-1)?.value)
    : undefined;
}

/** A secret that stands in the source. */
export const HARDCODED_CREDENTIALS: DetectingRule = {
  id: 'java/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Read the secret at run time from the environment or a secret store, and replace the one that was published.',
  weakExample: 'class Config {\n  static final String DATABASE_PASSWORD = "plum-Tractor-58";\n}\n',
  safeExample: 'class Config {\n  static final String DATABASE_PASSWORD = System.getenv("DATABASE_PASSWORD");\n}\n',
  detect: (analysis) => writtenSecrets(analysis, DIALECT),
};

function secretArgument(site: CallSite): Expression | undefined {
  const rule = SECRET_ARGUMENTS.find(({ call }) => call.test(site.ref));
  if (rule !== undefined) return site.call.arguments[rule.position]?.value;
  const name = calledName(site);
  if (
    /^(?:setPassword|setSecret|setSecretKey|setApiKey|signWith|withPassword|password)$/.test(name) &&
    site.call.arguments.length === 1
  ) {
    return site.call.arguments[0]?.value;
  }
  // A setting under the name of a secret: `put("password", "…")`.
  const isSetting =
    /^(?:put|setProperty|addDataSourceProperty)$/.test(name) &&
    /password|secret|credentials/i.test(literalText(site.call.arguments[0]?.value) ?? '');
  return isSetting ? site.call.arguments[1]?.value : undefined;
}
