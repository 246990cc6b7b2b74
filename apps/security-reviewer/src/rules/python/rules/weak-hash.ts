import { argumentOf, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { hasWord, purposeOf, wordsIn } from '../../knowledge/naming.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const BROKEN =
  /^(?:hashlib\.(?:md[245]|sha1)|(?:Crypto|Cryptodome)\.Hash\.(?:MD[245]|SHA1?)\.new|cryptography\.hazmat\.primitives\.hashes\.(?:MD5|SHA1))$/;
/** What a hash must hold against someone who wants it to collide. */
const SECURITY: ReadonlySet<string> = new Set(
  'token signature sign signed signing mac hmac session csrf auth authenticate certificate integrity verify verified tamper proof seal ticket secret'.split(
    ' ',
  ),
);
const PASSWORDS: ReadonlySet<string> = new Set('password passwd pwd passphrase passcode'.split(' '));
const INNOCENT: ReadonlySet<string> = new Set(
  'cache etag dedupe duplicate bucket shard partition gravatar avatar'.split(' '),
);

/** A hash that can be made to collide, where it must not. */
export const WEAK_HASH: DetectingRule = {
  id: 'py/weak-hash',
  ...KIND_DESCRIPTIONS['weak-hash'],
  fix: 'Use SHA-256 or better, and `hmac` where a key is mixed in; mark other uses with `usedforsecurity=False`.',
  weakExample: 'import hashlib\n\ndef sign(secret, body):\n    return hashlib.md5(secret + body).hexdigest()\n',
  safeExample:
    'import hashlib\nimport hmac\n\ndef sign(secret, body):\n    return hmac.new(secret, body, hashlib.sha256).hexdigest()\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isBroken(site) && protects(site, analysis)) yield { span: site.call.span };
  },
};

function isBroken(site: CallSite): boolean {
  if (site.named.get('usedforsecurity')?.literal === false) return false;
  if (site.ref === 'hashlib.new') return /^(?:md[245]|sha1)$/i.test(constantText(argumentOf(site, 0, 'name')) ?? '');
  return BROKEN.test(site.ref);
}

function protects(site: CallSite, analysis: Analysis): boolean {
  const words = new Set([
    ...purposeOf(site, analysis),
    ...site.call.arguments.flatMap(({ value }) => [...wordsIn(value)]),
  ]);
  return hasWord(words, SECURITY) && !hasWord(words, PASSWORDS) && !hasWord(words, INNOCENT);
}
