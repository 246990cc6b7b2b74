import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasWord } from '../../knowledge/naming.ts';
import { at, siteRule } from '../../site-rule.ts';
import { BROKEN_HASH, wordsAround } from './hashes.ts';

const PURPOSES: ReadonlySet<string> = new Set(
  'signature sign signed verify token secret mac hmac auth certificate cert fingerprint license integrity sig tamper session api webhook'.split(
    ' ',
  ),
);
const HARMLESS: ReadonlySet<string> = new Set(
  'etag cache cached bucket shard gravatar avatar dedupe duplicate checksum legacy password passwd pwd pass passphrase'.split(
    ' ',
  ),
);

/** A broken hash where someone could gain by a collision. */
export const WEAK_HASH: DetectingRule = siteRule(
  {
    id: 'go/weak-hash',
    ...KIND_DESCRIPTIONS['weak-hash'],
    fix: 'Use `crypto/sha256`, and `crypto/hmac` where a key is involved.',
    weakExample:
      'package update\n\nimport "crypto/md5"\n\nfunc signature(document []byte) [16]byte {\n\treturn md5.Sum(document)\n}\n',
    safeExample:
      'package update\n\nimport "crypto/sha256"\n\nfunc signature(document []byte) [32]byte {\n\treturn sha256.Sum256(document)\n}\n',
  },
  (site, analysis) => {
    if (!BROKEN_HASH.test(site.ref)) return undefined;
    const words = wordsAround(site, analysis);
    return at(site, hasWord(words, PURPOSES) && !hasWord(words, HARMLESS));
  },
);
