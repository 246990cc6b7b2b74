import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { hasWord } from '../../knowledge/naming.ts';
import { at, siteRule } from '../../site-rule.ts';
import { hashOf, wordsAround } from './hashes.ts';

/** A password behind a hash that is made to be fast. */
export const WEAK_PASSWORD_HASH: DetectingRule = siteRule(
  {
    id: 'java/weak-password-hash',
    ...KIND_DESCRIPTIONS['weak-password-hash'],
    fix: 'Hash passwords with `BCryptPasswordEncoder`, `Argon2PasswordEncoder`, or PBKDF2 with several hundred thousand rounds.',
    weakExample:
      'import java.security.MessageDigest;\n\nclass Users {\n  byte[] hash(String password) throws Exception {\n    return MessageDigest.getInstance("SHA-256").digest(password.getBytes());\n  }\n}\n',
    safeExample:
      'import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;\n\nclass Users {\n  String hash(String password) {\n    return new BCryptPasswordEncoder(12).encode(password);\n  }\n}\n',
  },
  (site, analysis) => at(site, isWeak(site, analysis)),
);

const PASSWORD: ReadonlySet<string> = new Set('password passwd pwd passphrase passcode pass pin passwords'.split(' '));
const LEAST_BCRYPT = 10;
const LEAST_ROUNDS = 100_000;

function isWeak(site: CallSite, analysis: Analysis): boolean {
  const { ref, positional } = site;
  if (hashOf(site) !== undefined) {
    return (
      hasWord(wordsAround(site, analysis), PASSWORD) && !/pwned|breach|leak|cacheKey/i.test(site.caller?.name ?? '')
    );
  }
  if (
    /^(?:NoOpPasswordEncoder\.getInstance|MessageDigestPasswordEncoder|StandardPasswordEncoder|Md5PasswordEncoder|ShaPasswordEncoder|LdapShaPasswordEncoder|Md4PasswordEncoder)$/.test(
      ref,
    )
  ) {
    return true;
  }
  const cost = ref === 'BCryptPasswordEncoder' || ref === 'BCrypt.gensalt' ? positional[0]?.literal : undefined;
  if (typeof cost === 'number') return cost > 0 && cost < LEAST_BCRYPT;
  const rounds = ref === 'PBEKeySpec' ? positional[2]?.literal : undefined;
  return typeof rounds === 'number' && rounds < LEAST_ROUNDS;
}
