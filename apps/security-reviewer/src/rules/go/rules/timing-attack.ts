import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { secretComparisons } from '../../knowledge/secret-comparison.ts';

/** A secret that is compared byte by byte until one differs. */
export const TIMING_ATTACK: DetectingRule = {
  id: 'go/timing-attack',
  ...KIND_DESCRIPTIONS['timing-attack'],
  fix: 'Compare with `hmac.Equal` or `subtle.ConstantTimeCompare`.',
  weakExample:
    'package webhook\n\nimport (\n\t"crypto/hmac"\n\t"crypto/sha256"\n\t"encoding/hex"\n)\n\nfunc valid(body, key []byte, given string) bool {\n\tmac := hmac.New(sha256.New, key)\n\tmac.Write(body)\n\treturn hex.EncodeToString(mac.Sum(nil)) == given\n}\n',
  safeExample:
    'package webhook\n\nimport (\n\t"crypto/hmac"\n\t"crypto/sha256"\n)\n\nfunc valid(body, key, given []byte) bool {\n\tmac := hmac.New(sha256.New, key)\n\tmac.Write(body)\n\treturn hmac.Equal(mac.Sum(nil), given)\n}\n',
  detect: (analysis) =>
    analysis.importsFrom('testing')
      ? []
      : secretComparisons(analysis, {
          mac: /^crypto\/hmac\.New\(\)|^crypto\/hmac\b/,
          compares: (site) =>
            /^(?:bytes\.Equal|reflect\.DeepEqual|strings\.EqualFold|bytes\.Compare|strings\.Compare)$/.test(site.ref)
              ? site.call.arguments.map(({ value }) => value)
              : [],
        }),
};
