import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A key that can be tried. */
export const WEAK_KEY_SIZE: DetectingRule = siteRule(
  {
    id: 'java/weak-key-size',
    ...KIND_DESCRIPTIONS['weak-key-size'],
    fix: 'Use at least 2048 bits for RSA, better 3072, and 128 for AES.',
    weakExample:
      'import java.security.KeyPairGenerator;\n\nclass Keys {\n  void make() throws Exception {\n    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");\n    generator.initialize(1024);\n  }\n}\n',
    safeExample:
      'import java.security.KeyPairGenerator;\n\nclass Keys {\n  void make() throws Exception {\n    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");\n    generator.initialize(3072);\n  }\n}\n',
  },
  (site, analysis) => at(site, isShort(site, analysis)),
);

function isShort(site: CallSite, analysis: Analysis): boolean {
  const bits = site.positional[0]?.literal;
  if (site.ref === 'ECGenParameterSpec') {
    return /^(?:secp(?:112|128|160|192|224)|prime192|sect(?:113|131|163|193))/i.test(
      constantText(site.positional[0]) ?? '',
    );
  }
  if (typeof bits !== 'number' || !/^(?:initialize|init)$/.test(calledName(site))) return false;
  const made = site.receiver?.madeBy;
  const algorithm = made === undefined ? undefined : constantText(analysis.siteOf(made)?.positional[0]);
  if (algorithm === undefined) return false;
  if (/^(?:RSA|DSA|DH|DiffieHellman|RSASSA-PSS)$/i.test(algorithm)) return bits < 2048;
  if (/^EC/i.test(algorithm)) return bits < 224;
  return /^(?:AES|Blowfish|HmacSHA\d+)$/i.test(algorithm) && bits < 128;
}
