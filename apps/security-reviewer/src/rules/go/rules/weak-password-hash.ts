import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasWord } from '../../knowledge/naming.ts';
import { at, siteRule } from '../../site-rule.ts';
import { FAST_HASH, wordsAround } from './hashes.ts';

const PASSWORD: ReadonlySet<string> = new Set('password passwd pwd passphrase passcode pass pin passwords'.split(' '));
const LEAST_BCRYPT = 10;
const LEAST_ROUNDS = 100_000;

/** A password behind a hash that is made to be fast. */
export const WEAK_PASSWORD_HASH: DetectingRule = siteRule(
  {
    id: 'go/weak-password-hash',
    ...KIND_DESCRIPTIONS['weak-password-hash'],
    fix: 'Hash passwords with `bcrypt` (`bcrypt.DefaultCost` or more), `argon2.IDKey` or `scrypt`.',
    weakExample:
      'package users\n\nimport (\n\t"crypto/sha256"\n\t"encoding/hex"\n)\n\nfunc hashPassword(password string) string {\n\tsum := sha256.Sum256([]byte(password))\n\treturn hex.EncodeToString(sum[:])\n}\n',
    safeExample:
      'package users\n\nimport "golang.org/x/crypto/bcrypt"\n\nfunc hashPassword(password string) ([]byte, error) {\n\treturn bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)\n}\n',
  },
  (site, analysis) => {
    if (FAST_HASH.test(site.ref)) {
      return at(site, hasWord(wordsAround(site, analysis), PASSWORD) && !isDigest(site.caller?.name ?? ''));
    }
    const cost = site.positional[1]?.literal;
    if (site.ref === 'crypto/bcrypt.GenerateFromPassword') {
      const isMinimal = site.positional[1]?.ref === 'crypto/bcrypt.MinCost';
      return at(site, isMinimal || (typeof cost === 'number' && cost < LEAST_BCRYPT && cost > 0));
    }
    if (/^crypto\/pbkdf2\.Key$/.test(site.ref) && calledName(site) === 'Key') {
      const rounds = site.positional.slice(2, 4).map(({ literal }) => literal);
      const found = rounds.find((literal) => typeof literal === 'number' && literal > 64) ?? rounds[0];
      return at(site, typeof found === 'number' && found < LEAST_ROUNDS);
    }
    return undefined;
  },
);

/** Names of functions that check for leaks or make keys for caches, not store a password. */
function isDigest(name: string): boolean {
  return /pwned|breach|leak|cacheKey/i.test(name);
}
