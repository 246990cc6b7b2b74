import type { CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains, hasWord, purposeOf, wordsIn } from '../../knowledge/naming.ts';
import { hashOf } from './hashes.ts';

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
  id: 'js/weak-hash',
  ...KIND_DESCRIPTIONS['weak-hash'],
  fix: 'Use SHA-256 or better, and `createHmac` where a key is mixed in.',
  weakExample:
    "import crypto from 'crypto';\n\nexport function sign(secret, body) {\n  return crypto.createHash('md5').update(secret + body).digest('hex');\n}\n",
  safeExample:
    "import crypto from 'crypto';\n\nexport function sign(secret, body) {\n  return crypto.createHmac('sha256', secret).update(body).digest('hex');\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (/^(?:md[245]|sha1|ripemd160?)$/.test(hashOf(site) ?? '') && protects(site, analysis)) {
        yield { span: site.call.span };
      }
    }
  },
};

function protects(site: CallSite, analysis: Analysis): boolean {
  const around = analysis.calls.filter((other) => other !== site && isChained(other, site));
  const given = [site, ...around].flatMap(({ call }) => call.arguments);
  const words = new Set([...purposeOf(site, analysis), ...given.flatMap(({ value }) => [...wordsIn(value)])]);
  return hasWord(words, SECURITY) && !hasWord(words, PASSWORDS) && !hasWord(words, INNOCENT);
}

/** `hash.update(…)` and `.digest(…)` on what the call made. */
function isChained(other: CallSite, site: CallSite): boolean {
  return (
    other.call.callee.kind === 'member' &&
    contains(other.call.callee.span, site.call.span) &&
    other.call.span.start === site.call.span.start
  );
}
