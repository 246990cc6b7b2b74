import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** An initialisation vector that is the same for every message. */
export const STATIC_IV: DetectingRule = siteRule(
  {
    id: 'java/static-iv',
    ...KIND_DESCRIPTIONS['static-iv'],
    fix: 'Fill the vector from `SecureRandom` for each message and send it along.',
    weakExample:
      'import javax.crypto.spec.IvParameterSpec;\n\nclass Seal {\n  IvParameterSpec vector() {\n    return new IvParameterSpec(new byte[16]);\n  }\n}\n',
    safeExample:
      'import java.security.SecureRandom;\nimport javax.crypto.spec.IvParameterSpec;\n\nclass Seal {\n  IvParameterSpec vector() {\n    byte[] vector = new byte[16];\n    new SecureRandom().nextBytes(vector);\n    return new IvParameterSpec(vector);\n  }\n}\n',
  },
  (site) =>
    at(
      site,
      (site.ref === 'IvParameterSpec' && isFixed(site.positional[0])) ||
        (site.ref === 'GCMParameterSpec' && isFixed(site.positional[1])),
    ),
);

function isFixed(value: Value | undefined): boolean {
  if (value === undefined || value.taint.size > 0) return false;
  if (constantText(value) !== undefined || value.ref === '$array()' || value.ref === 'Random().nextBytes()') {
    return true;
  }
  return (
    value.items !== undefined &&
    value.items.length > 0 &&
    value.items.every(({ literal }) => typeof literal === 'number')
  );
}
