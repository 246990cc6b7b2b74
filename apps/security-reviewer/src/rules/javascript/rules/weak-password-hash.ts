import { type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains, hasWord, purposeOf, wordsIn } from '../../knowledge/naming.ts';
import { hashOf } from './hashes.ts';
import { optionOf } from './settings.ts';

const PASSWORDS: ReadonlySet<string> = new Set(
  'password passwd pwd passphrase passcode passwords pw pass plaintext'.split(' '),
);
/** Below this, guessing a password of middling strength takes hours. */
const MIN_PBKDF2_ITERATIONS = 50_000;
const MIN_BCRYPT_ROUNDS = 10;
const MIN_SCRYPT_COST = 8192;

/** A password stored so that it can be guessed fast. */
export const WEAK_PASSWORD_HASH: DetectingRule = {
  id: 'js/weak-password-hash',
  ...KIND_DESCRIPTIONS['weak-password-hash'],
  fix: 'Use a function made for passwords, with a salt of its own for each: `argon2`, `bcrypt`, or `crypto.scrypt`.',
  weakExample:
    "import crypto from 'crypto';\n\nexport function store(password) {\n  return crypto.createHash('sha1').update(password).digest('hex');\n}\n",
  safeExample:
    "import bcrypt from 'bcrypt';\n\nexport function store(password) {\n  return bcrypt.hash(password, 12);\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (isWeak(site, analysis)) yield { span: site.call.span };
  },
};

function isWeak(site: CallSite, analysis: Analysis): boolean {
  const { ref, positional } = site;
  if (/(?:^|\.)pbkdf2(?:Sync)?$/.test(ref)) return isBelow(positional[2]?.literal, MIN_PBKDF2_ITERATIONS);
  if (/(?:^|\.)PBKDF2$/.test(ref)) {
    return isBelow(
      optionOf(site, 'iterations')?.literal ?? (optionOf(site, 'keySize') === undefined ? undefined : 1),
      MIN_PBKDF2_ITERATIONS,
    );
  }
  if (/^bcrypt(?:js)?\.(?:hash|hashSync)$/.test(ref)) return isBelow(positional[1]?.literal, MIN_BCRYPT_ROUNDS);
  if (/^bcrypt(?:js)?\.(?:genSalt|genSaltSync)$/.test(ref)) return isBelow(positional[0]?.literal, MIN_BCRYPT_ROUNDS);
  if (/(?:^|\.)scrypt(?:Sync)?$/.test(ref)) {
    return isBelow(optionOf(site, 'N')?.literal ?? optionOf(site, 'cost')?.literal, MIN_SCRYPT_COST);
  }
  const hash = hashOf(site);
  if (hash === undefined) return false;
  const chain = analysis.calls.filter((other) => other === site || isUpdateOf(other, site));
  const given = chain.flatMap(({ call }) => call.arguments);
  return given.some(({ value }) => hasWord(wordsIn(value), PASSWORDS)) || isForPassword(site, analysis);
}

/** `createHash(…).update(password)`, chained or through a name. */
function isUpdateOf(other: CallSite, site: CallSite): boolean {
  const { callee } = other.call;
  if (callee.kind !== 'member' || !/^(?:update|digest)$/.test(callee.property)) return false;
  return contains(callee.span, site.call.span) || other.receiver?.madeBy === site.call;
}

/** `hashPassword(value)`: the name of the function or of the result says what is hashed. */
function isForPassword(site: CallSite, analysis: Analysis): boolean {
  const words = purposeOf(site, analysis);
  const isPassword = [...PASSWORDS].some((word) => word.length > 4 && words.has(word));
  return isPassword && !words.has('reset') && !words.has('token') && !words.has('breach') && !words.has('pwned');
}

function isBelow(value: unknown, least: number): boolean {
  return typeof value === 'number' && value < least;
}
