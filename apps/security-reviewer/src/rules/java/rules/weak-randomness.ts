import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { hasWord, purposeOf } from '../../knowledge/naming.ts';
import { SECRET_PURPOSES } from '../../knowledge/secret-purposes.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A secret made of numbers that can be foreseen. */
export const WEAK_RANDOMNESS: DetectingRule = siteRule(
  {
    id: 'java/weak-randomness',
    ...KIND_DESCRIPTIONS['weak-randomness'],
    fix: 'Use `SecureRandom`.',
    weakExample:
      'import java.util.Random;\n\nclass Session {\n  String newToken() {\n    return Long.toHexString(new Random().nextLong());\n  }\n}\n',
    safeExample:
      'import java.security.SecureRandom;\n\nclass Session {\n  String newToken() {\n    return Long.toHexString(new SecureRandom().nextLong());\n  }\n}\n',
  },
  (site, analysis) => at(site, isWeak(site) && hasWord(purposeOf(site, analysis), SECRET_PURPOSES)),
);

function isWeak(site: CallSite): boolean {
  return /^(?:Math\.random|Random\(\)\.(?:next\w*|ints|longs)|ThreadLocalRandom(?:\.current)?\(\)\.(?:next\w*|ints)|RandomStringUtils\.(?:random\w*)|RandomUtils\.next\w+|SplittableRandom\(\)\.next\w+)$/.test(
    site.ref,
  );
}
