import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

const LEAST_RSA = 2048;

/** A key that can be tried. */
export const WEAK_KEY_SIZE: DetectingRule = siteRule(
  {
    id: 'go/weak-key-size',
    ...KIND_DESCRIPTIONS['weak-key-size'],
    fix: 'Use at least 2048 bits for RSA, better 3072, or the curve P-256.',
    weakExample:
      'package keys\n\nimport (\n\t"crypto/rand"\n\t"crypto/rsa"\n)\n\nfunc New() (*rsa.PrivateKey, error) {\n\treturn rsa.GenerateKey(rand.Reader, 1024)\n}\n',
    safeExample:
      'package keys\n\nimport (\n\t"crypto/rand"\n\t"crypto/rsa"\n)\n\nfunc New() (*rsa.PrivateKey, error) {\n\treturn rsa.GenerateKey(rand.Reader, 3072)\n}\n',
  },
  (site) => {
    if (/^crypto\/rsa\.Generate(?:MultiPrime)?Key$/.test(site.ref)) {
      const bits = site.positional.map(({ literal }) => literal).find((literal) => typeof literal === 'number');
      return at(site, typeof bits === 'number' && bits < LEAST_RSA);
    }
    if (site.ref === 'crypto/dsa.GenerateParameters') {
      return at(site, (site.positional[2]?.ref ?? '').endsWith('L1024N160'));
    }
    return at(site, site.ref === 'crypto/ecdsa.GenerateKey' && site.positional[0]?.ref === 'crypto/elliptic.P224()');
  },
);
