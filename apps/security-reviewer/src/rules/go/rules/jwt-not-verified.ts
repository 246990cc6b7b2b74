import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { returnsOf } from '../../program/returns-of.ts';
import type { Expression, FunctionDefinition } from '../../program/program.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A token that is believed without its signature. */
export const JWT_NOT_VERIFIED: DetectingRule = siteRule(
  {
    id: 'go/jwt-not-verified',
    ...KIND_DESCRIPTIONS['jwt-not-verified'],
    fix: 'Parse with `jwt.Parse` and a key function, and name the accepted methods with `jwt.WithValidMethods`.',
    weakExample:
      'package session\n\nimport "github.com/golang-jwt/jwt/v5"\n\nfunc Claims(text string) (jwt.MapClaims, error) {\n\tclaims := jwt.MapClaims{}\n\t_, _, err := jwt.NewParser().ParseUnverified(text, claims)\n\treturn claims, err\n}\n',
    safeExample:
      'package session\n\nimport "github.com/golang-jwt/jwt/v5"\n\nfunc Claims(text string, key []byte) (jwt.MapClaims, error) {\n\tclaims := jwt.MapClaims{}\n\t_, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithValidMethods([]string{"HS256"}))\n\treturn claims, err\n}\n',
  },
  (site, analysis) => at(site, isUnverified(site, analysis)),
);

function isUnverified(site: CallSite, analysis: Analysis): boolean {
  const name = calledName(site);
  if (name === 'ParseUnverified' || name === 'UnsafeClaimsWithoutVerification') return true;
  if (/^jwt\.(?:ParseInsecure|WithVerify|WithoutClaimsValidation|WithInsecure\w*)$/.test(site.ref)) {
    return name !== 'WithVerify' || site.positional[0]?.literal === false;
  }
  if (/^jwt\b.*\.(?:Parse|ParseWithClaims)$/.test(site.ref)) {
    const keys = site.call.arguments.map(({ value }) => value).find(({ kind }) => kind === 'function-value');
    return keys?.kind === 'function-value' && allowsNone(keys.definition, analysis);
  }
  if (name === 'SignedString' || name === 'NewWithClaims') {
    return site.call.arguments.some(({ value }) => isNone(value, analysis));
  }
  return false;
}

/** A key function that gives the key for unsigned tokens. */
function allowsNone(definition: FunctionDefinition, analysis: Analysis): boolean {
  return returnsOf(definition.body).some(({ value }) => {
    const first = value.kind === 'sequence' ? value.elements[0] : value;
    return first !== undefined && isNone(first, analysis);
  });
}

function isNone(expression: Expression, analysis: Analysis): boolean {
  return /UnsafeAllowNoneSignatureType$|SigningMethodNone$/.test(analysis.valueOf(expression).ref);
}
