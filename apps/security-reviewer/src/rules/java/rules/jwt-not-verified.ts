import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A token that is believed without its signature. */
export const JWT_NOT_VERIFIED: DetectingRule = siteRule(
  {
    id: 'java/jwt-not-verified',
    ...KIND_DESCRIPTIONS['jwt-not-verified'],
    fix: 'Parse with the key (`parseSignedClaims`, `JWT.require(algorithm).build().verify(token)`) before anything in the token is used.',
    weakExample:
      'import com.auth0.jwt.JWT;\n\nclass Session {\n  String user(String token) {\n    return JWT.decode(token).getSubject();\n  }\n}\n',
    safeExample:
      'import com.auth0.jwt.JWT;\nimport com.auth0.jwt.algorithms.Algorithm;\n\nclass Session {\n  String user(String token, Algorithm algorithm) {\n    return JWT.require(algorithm).build().verify(token).getSubject();\n  }\n}\n',
  },
  (site, analysis) => at(site, isUnverified(site, analysis)),
);

function isUnverified(site: CallSite, analysis: Analysis): boolean {
  const name = calledName(site);
  if (site.ref === 'Algorithm.none') return true;
  if (/^JWT\.decode$|^JWTParser\.parse$|^SignedJWT\.parse$|^JWSObject\.parse$/.test(site.ref)) {
    return !analysis.calls.some(
      (other) => other.caller === site.caller && /^(?:verify|process|validate)$/.test(calledName(other)),
    );
  }
  if (
    /^(?:parseClaimsJwt|parsePlaintextJwt|parseUnsecuredClaims|parseUnsecuredContent|unsecured|setSkipSignatureVerification|setSkipAllValidators|setDisableRequireSignature)$/.test(
      name,
    )
  ) {
    return true;
  }
  // The general way to parse takes unsigned tokens too.
  return (
    name === 'parse' &&
    /^Jwts\.parser(?:Builder)?\(\)/.test(site.ref) &&
    !/setSigningKey|verifyWith|keyLocator/.test(site.ref)
  );
}
