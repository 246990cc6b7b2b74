import { allArguments, argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { Detection, DetectingRule } from '../../detection.ts';
import { hasWord, lastName, purposeOf, wordsIn } from '../../knowledge/naming.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const FAST_HASHES =
  /^(?:hashlib\.(?:md[45]|sha\d*|sha3_\d+|sha512_256|blake2[bs]|new|ripemd160)|(?:Crypto|Cryptodome)\.Hash\.\w+\.new|md5\.(?:md5|new)|sha\.(?:sha|new))$/;
const OLD_SCHEMES =
  /^(?:passlib\.(?:hash|apps)\.(?:md5_crypt|sha1_crypt|des_crypt|bsdi_crypt|plaintext|hex_\w+|ldap_\w+|mysql\w+|lmhash|nthash|unix_disabled|apr_md5_crypt)|crypt)\.(?:hash|encrypt|using|crypt)$/;
const PASSWORDS: ReadonlySet<string> = new Set('password passwd pwd passphrase passcode passwords pw'.split(' '));

/** Below this, guessing a password of middling strength takes hours. */
const MIN_PBKDF2_ITERATIONS = 50_000;
const MIN_BCRYPT_ROUNDS = 10;

/** A password stored so that it can be guessed fast. */
export const WEAK_PASSWORD_HASH: DetectingRule = {
  id: 'py/weak-password-hash',
  ...KIND_DESCRIPTIONS['weak-password-hash'],
  fix: 'Use a function made for passwords, with a salt of its own for each: `argon2`, `bcrypt`, or `hashlib.scrypt`.',
  weakExample: 'import hashlib\n\ndef store(password):\n    return hashlib.sha1(password.encode()).hexdigest()\n',
  safeExample:
    'import hashlib\nimport os\n\ndef store(password):\n    salt = os.urandom(16)\n    return salt + hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1)\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isWeak(site, analysis)) yield { span: site.call.span };
    yield* weakHashers(analysis);
  },
};

function isWeak(site: CallSite, analysis: Analysis): boolean {
  const { ref } = site;
  if (OLD_SCHEMES.test(ref)) return true;
  if (ref === 'hashlib.pbkdf2_hmac' || /(?:^|\.)PBKDF2(?:HMAC)?$/.test(ref)) {
    return isBelow(
      argumentOf(site, 3, 'iterations')?.literal ?? site.named.get('count')?.literal,
      MIN_PBKDF2_ITERATIONS,
    );
  }
  if (ref === 'bcrypt.gensalt') return isBelow(argumentOf(site, 0, 'rounds')?.literal, MIN_BCRYPT_ROUNDS);
  if (ref.endsWith('generate_password_hash')) {
    return /^(?:md5|sha\d+|plain|pbkdf2:md5|pbkdf2:sha1)$/.test(constantText(argumentOf(site, 1, 'method')) ?? '');
  }
  const isUpdate = calledName(site) === 'update' && FAST_HASHES.test((site.receiver?.ref ?? '').replace(/\(\)$/, ''));
  if (!FAST_HASHES.test(ref) && !isUpdate) return false;
  if (site.named.get('usedforsecurity')?.literal === false) return false;
  return site.call.arguments.some(({ value }) => hasWord(wordsIn(value), PASSWORDS)) || isForPassword(site, analysis);
}

/** `hash_password(value)`: the name of the function or of the result says what is hashed. */
function isForPassword(site: CallSite, analysis: Analysis): boolean {
  if (allArguments(site).every((value) => value.taint.size === 0)) return false;
  const words = purposeOf(site, analysis);
  return hasWord(words, PASSWORDS) && !words.has('reset') && !words.has('token');
}

function isBelow(value: unknown, least: number): boolean {
  return typeof value === 'number' && value < least;
}

/** The first hasher of a framework's list is the one that new passwords get. */
function* weakHashers(analysis: Analysis): Generator<Detection> {
  for (const { targets, value } of analysis.program.assignments) {
    if (value.kind !== 'sequence' || !targets.some((target) => lastName(target) === 'PASSWORD_HASHERS')) continue;
    const [first] = value.elements;
    if (
      first !== undefined &&
      /(?:MD5|SHA1|Crypt|Unsalted\w*)PasswordHasher$/.test(constantText(analysis.valueOf(first)) ?? '')
    ) {
      yield { span: first.span };
    }
  }
}
