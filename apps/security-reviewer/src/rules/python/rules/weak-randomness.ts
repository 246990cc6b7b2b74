import type { CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { hasWord, purposeOf } from '../../knowledge/naming.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const GENERATORS =
  /^(?:random\.(?:random|randint|randrange|choice|choices|sample|getrandbits|randbytes|uniform|shuffle)|random\.Random\(\)\.\w+|numpy\.random\.\w+|uuid\.uuid1)$/;

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
  'boundary cache sort partition shard primary foreign sample jitter backoff delay color colour keys test'.split(' '),
);

/** Numbers that can be foreseen, where they must not be. */
export const WEAK_RANDOMNESS: DetectingRule = {
  id: 'py/weak-randomness',
  ...KIND_DESCRIPTIONS['weak-randomness'],
  why: '`random` can be foreseen from a few of its outputs, so what is made from it can be guessed.',
  fix: 'Use `secrets.token_urlsafe()`, `secrets.choice()` or `random.SystemRandom()`.',
  weakExample: 'import random\n\ndef reset_token():\n    return "%032x" % random.getrandbits(128)\n',
  safeExample: 'import secrets\n\ndef reset_token():\n    return secrets.token_hex(16)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (!GENERATORS.test(site.ref) && !hashesTheTime(site)) continue;
      const words = purposeOf(site, analysis);
      const isSecret = hasWord(words, SECRET_PURPOSES) || (hasWord(words, OCCASIONS) && hasWord(words, CARRIERS));
      if (isSecret && !hasWord(words, INNOCENT)) yield { span: site.call.span };
    }
  },
};

/** The time and the number of a process can be guessed, hashed or not. */
function hashesTheTime(site: CallSite): boolean {
  return (
    /^hashlib\.\w+$/.test(site.ref) &&
    site.positional.some(({ ref }) => /^(?:time\.|datetime\.|os\.getpid|uuid\.uuid1)/.test(ref))
  );
}
