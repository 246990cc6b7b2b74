import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { hasWord } from '../../knowledge/naming.ts';
import { at, siteRule } from '../../site-rule.ts';
import { hashOf, wordsAround } from './hashes.ts';

/** A broken hash where someone could gain by a collision. */
export const WEAK_HASH: DetectingRule = siteRule(
  {
    id: 'java/weak-hash',
    ...KIND_DESCRIPTIONS['weak-hash'],
    fix: 'Use SHA-256, and `Mac` where a key is involved.',
    weakExample:
      'import java.security.MessageDigest;\n\nclass Update {\n  byte[] signature(byte[] document) throws Exception {\n    return MessageDigest.getInstance("MD5").digest(document);\n  }\n}\n',
    safeExample:
      'import java.security.MessageDigest;\n\nclass Update {\n  byte[] signature(byte[] document) throws Exception {\n    return MessageDigest.getInstance("SHA-256").digest(document);\n  }\n}\n',
  },
  (site, analysis) => at(site, isBroken(site) && isTrusted(site, analysis)),
);

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

function isBroken(site: CallSite): boolean {
  if (/^(?:MD[245]|SHA|SHA1)$/.test(hashOf(site) ?? '')) return true;
  return (
    site.ref === 'Signature.getInstance' && /^(?:MD[245]|SHA-?1)with/i.test(constantText(site.positional[0]) ?? '')
  );
}

function isTrusted(site: CallSite, analysis: Analysis): boolean {
  if (site.ref === 'Signature.getInstance') return true;
  const words = wordsAround(site, analysis);
  return hasWord(words, PURPOSES) && !hasWord(words, HARMLESS);
}
