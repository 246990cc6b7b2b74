import type { CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasWord, purposeOf } from '../../knowledge/naming.ts';
import { hashOf } from './hashes.ts';

const GENERATORS =
  /^(?:Math\.random|(?:lodash|_)\.(?:random|sample|sampleSize|shuffle)|uuid\.v1|chance\(\)\.\w+|faker\.\w+|random-js\.\w+|seedrandom(?:\(\))?|randomatic)$/;

/** What must not be guessed. */
const SECRET_PURPOSES: ReadonlySet<string> = new Set(
  (
    'token tokens password passwd passphrase pwd secret otp pin nonce salt csrf xsrf session sessionid sid apikey credential ' +
    'credentials voucher captcha key passcode ticket cookie iv signature unguessable 2fa mfa totp coupon'
  ).split(' '),
);
/** What makes a `code`, a `link` or an `id` one that must not be guessed. */
const OCCASIONS: ReadonlySet<string> = new Set(
  'reset invite invitation verification verify activation confirmation confirm recovery login auth access'.split(' '),
);
const CARRIERS: ReadonlySet<string> = new Set('code link id url hash string number'.split(' '));
/** Uses of random numbers that a word for a secret only brushes. */
const INNOCENT: ReadonlySet<string> = new Set(
  'boundary cache sort partition shard primary foreign sample jitter backoff delay color colour keys test react list animation retry'.split(
    ' ',
  ),
);

/** Numbers that can be foreseen, where they must not be. */
export const WEAK_RANDOMNESS: DetectingRule = {
  id: 'js/weak-randomness',
  ...KIND_DESCRIPTIONS['weak-randomness'],
  fix: 'Use `crypto.randomBytes()`, `crypto.randomInt()` or `crypto.randomUUID()`.',
  weakExample: 'export function resetToken() {\n  return Math.random().toString(36).slice(2);\n}\n',
  safeExample:
    "import crypto from 'crypto';\n\nexport function resetToken() {\n  return crypto.randomBytes(16).toString('hex');\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (!GENERATORS.test(site.ref) && !hashesTheTime(site)) continue;
      const words = purposeOf(site, analysis);
      const isSecret = hasWord(words, SECRET_PURPOSES) || (hasWord(words, OCCASIONS) && hasWord(words, CARRIERS));
      if (isSecret && !hasWord(words, INNOCENT)) yield { span: site.call.span };
    }
  },
};

/** The time can be guessed, hashed or not. */
function hashesTheTime(site: CallSite): boolean {
  const isUpdate = site.ref.endsWith('createHash().update');
  return (isUpdate || hashOf(site) !== undefined) && site.positional.some(({ ref }) => /^Date\b.*\(\)/.test(ref));
}
