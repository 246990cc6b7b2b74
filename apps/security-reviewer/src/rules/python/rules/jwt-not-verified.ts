import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const DECODERS = /(?:^|\.)(?:jwt|PyJWT|jws|JsonWebToken)(?:\(\))?\.decode$/;
const UNVERIFIED = /(?:^|\.)(?:jwt|jws)\.get_unverified_claims$/;

/** A token that is believed without its signature. */
export const JWT_NOT_VERIFIED: DetectingRule = {
  id: 'py/jwt-not-verified',
  ...KIND_DESCRIPTIONS['jwt-not-verified'],
  fix: 'Decode with the key and a fixed list of algorithms: `jwt.decode(token, key, algorithms=["HS256"])`.',
  weakExample: 'import jwt\n\ndef claims(token):\n    return jwt.decode(token, options={"verify_signature": False})\n',
  safeExample: 'import jwt\n\ndef claims(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isUnverified(site)) yield { span: site.call.span };
  },
};

function isUnverified(site: CallSite): boolean {
  if (UNVERIFIED.test(site.ref)) return true;
  if (/(?:^|\.)jwt\.encode$/.test(site.ref)) {
    return /^none$/i.test(constantText(argumentOf(site, 2, 'algorithm')) ?? '');
  }
  if (!DECODERS.test(site.ref) || calledName(site) !== 'decode') return false;
  if (site.named.get('verify')?.literal === false || argumentOf(site, 2)?.literal === false) return true;
  if (site.named.get('options')?.entries?.get('verify_signature')?.literal === false) return true;
  const algorithms = argumentOf(site, 2, 'algorithms');
  return (algorithms?.items ?? []).some((algorithm) => /^none$/i.test(constantText(algorithm) ?? ''));
}
