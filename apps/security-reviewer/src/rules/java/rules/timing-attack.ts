import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import { secretComparisons } from '../../knowledge/secret-comparison.ts';

/** A secret that is compared byte by byte until one differs. */
export const TIMING_ATTACK: DetectingRule = {
  id: 'java/timing-attack',
  ...KIND_DESCRIPTIONS['timing-attack'],
  fix: 'Compare with `MessageDigest.isEqual`.',
  weakExample:
    'import javax.crypto.Mac;\nimport java.util.Arrays;\n\nclass Webhook {\n  boolean valid(Mac mac, byte[] body, byte[] given) {\n    return Arrays.equals(mac.doFinal(body), given);\n  }\n}\n',
  safeExample:
    'import javax.crypto.Mac;\nimport java.security.MessageDigest;\n\nclass Webhook {\n  boolean valid(Mac mac, byte[] body, byte[] given) {\n    return MessageDigest.isEqual(mac.doFinal(body), given);\n  }\n}\n',
  detect: (analysis) =>
    analysis.importsFrom('org.junit', 'org.testng')
      ? []
      : secretComparisons(analysis, { mac: /(?:^|\.)(?:Mac\(\)|Mac\.getInstance\(\)|HmacUtils\S*)(?:\.|$)/, compares }),
};

function compares(site: CallSite): readonly Expression[] {
  const given = site.call.arguments.map(({ value }) => value);
  const { callee } = site.call;
  if (/^(?:Arrays\.equals|Objects\.equals|StringUtils\.equals)$/.test(site.ref)) return given;
  return callee.kind === 'member' && /^(?:equals|equalsIgnoreCase|contentEquals|compareTo)$/.test(calledName(site))
    ? [callee.object, ...given]
    : [];
}
