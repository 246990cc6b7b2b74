import { argumentOf, type CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const MIN_RSA_BITS = 2048;

/** A key that can be computed from its public half. */
export const WEAK_KEY_SIZE: DetectingRule = {
  id: 'py/weak-key-size',
  ...KIND_DESCRIPTIONS['weak-key-size'],
  fix: 'Make RSA keys of 3072 bits, or use Ed25519 or P-256.',
  weakExample: 'from Crypto.PublicKey import RSA\n\nkey = RSA.generate(1024)\n',
  safeExample: 'from Crypto.PublicKey import RSA\n\nkey = RSA.generate(3072)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const bits = bitsOf(site);
      const isSmallCurve = /(?:^|\.)ec\.(?:SECP192R1|SECT163[KR][12])$/.test(site.ref);
      if ((bits !== undefined && bits < MIN_RSA_BITS) || isSmallCurve) yield { span: site.call.span };
    }
  },
};

function bitsOf(site: CallSite): number | undefined {
  let size;
  if (/(?:^|\.)(?:RSA|DSA|ElGamal)\.generate$|(?:^|\.)RSAKey\.generate$|^rsa\.newkeys$/.test(site.ref)) {
    size = argumentOf(site, 0, 'bits') ?? argumentOf(site, 0, 'nbits');
  } else if (/(?:^|\.)rsa\.generate_private_key$/.test(site.ref)) size = argumentOf(site, 1, 'key_size');
  else if (/(?:^|\.)(?:dsa|dh)\.generate_(?:private_key|parameters)$/.test(site.ref)) {
    size = site.named.get('key_size') ?? argumentOf(site, 0);
  } else if (/(?:^|\.)PKey\(\)\.generate_key$/.test(site.ref)) size = argumentOf(site, 1, 'bits');
  return typeof size?.literal === 'number' ? size.literal : undefined;
}
