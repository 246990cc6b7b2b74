import { findSecretFormat } from './secret-formats.ts';

/** What a name promises of its value: a password may be any word, a token or key looks random. */
export type SecretClass = 'password' | 'secret' | 'token';

const PASSWORDS: ReadonlySet<string> = new Set(
  'password passwd pwd passphrase passcode passwort userpass dbpass'.split(' '),
);
const SECRETS: ReadonlySet<string> = new Set('secret secrets secretkey credential credentials'.split(' '));
const TOKENS: ReadonlySet<string> = new Set('token apikey authtoken accesskey privatekey'.split(' '));
/** What makes a `key` one that must be kept. */
const KEY_OWNERS: ReadonlySet<string> = new Set(
  'api secret private access signing encryption encrypt auth master hmac jwt aes des crypto account storage fernet deploy webhook license service app client session cipher symmetric shared vault data wrapping kek backup'.split(
    ' ',
  ),
);

/** Last words of names that speak of a secret without being one. */
const ABOUT: ReadonlySet<string> = new Set(
  (
    'name names header headers template url uri path file filename field fields param params length len size min max ttl ' +
    'expiry expires expiration timeout age pattern regex re prefix suffix id ids type kind hint label message msg error ' +
    'errors reset policy hasher hashers hash digest env var count limit algorithm alg placeholder form input column help ' +
    'prompt text title endpoint format validator validators scheme location index attr attribute class cookie topic ' +
    'lifetime digits chars alphabet charset required enabled changed strength encoding version provider backend service ' +
    'store manager source vault ref arn alias parser generator dir folder host user page view link event action scope ' +
    'scopes role status state map list types used date time at on since created updated expired valid set keyword char separator delimiter serializer days hours minutes seconds'
  ).split(' '),
);

/** First words of names whose value is meant to be seen. */
const MEANT_TO_BE_SEEN: ReadonlySet<string> = new Set(
  'test fake dummy example sample mock invalid wrong bad expected is has no forgot change confirm missing default_prompt public pub'.split(
    ' ',
  ),
);

/** Words that tell one secret from another of its kind. */
const WHICH: ReadonlySet<string> = new Set(
  'prod production live dev staging default value str string main primary secondary v old new backup global'.split(' '),
);

/** Words that fields, parameters and columns for secrets are called. */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'password passwd pwd pass passphrase passcode secret secrets token tokens key keys api access refresh csrf xsrf auth ' +
    'authorization authentication id client user username login name session private public new old confirm current ' +
    'reset bearer basic oauth jwt code hash salt field value string text header x app url type admin email credentials ' +
    'middleware aws amz gcp azure google github next previous page pagination continuation input output request response the a an your enter required invalid is and or of for with none hidden'
  ).split(' '),
);

/** Words that sentences are made with. */
const SENTENCE: ReadonlySet<string> = new Set(
  'must be should can cannot not please at least too short long match matches to in on are was will have has do does no if this that it we you by from'.split(
    ' ',
  ),
);

/** The words of a name, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+|(?<=[a-z])(?=\d)/)
    .filter((word) => word !== '');
}

/** Whether the name is that of a secret, and of which class. */
export function secretClassOf(name: string): SecretClass | undefined {
  const words = wordsOf(name).filter((word) => !/^\d+$/.test(word));
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || words.some((word) => MEANT_TO_BE_SEEN.has(word))) return undefined;
  // What follows the word, if anything, says which one it is: `token_live`.
  const core = words.findLast((word) => !WHICH.has(word));
  if (core === 'pass' || words.some((word) => PASSWORDS.has(word))) return 'password';
  if (words.some((word) => SECRETS.has(word))) return 'secret';
  // The tokens of a parser follow each other.
  if (core === 'token' && words.some((word) => /^(?:last|next|prev|previous|significant)$/.test(word))) {
    return undefined;
  }
  if (core !== undefined && TOKENS.has(core)) return 'token';
  const owner = words.at(-2);
  return last === 'key' && owner !== undefined && KEY_OWNERS.has(owner) ? 'token' : undefined;
}

const PLACEHOLDER =
  /(?:^|[-_ .])(?:test|tests|testing|fake|dummy|example|sample|mock|stub|placeholder|redacted|changeme|change|replace|insert|todo|fixme|your|xxx+|foo|bar|baz)(?:$|[-_ .\d])|not[-_ ]a[-_ ]|example\.|^(?:none|null|true|false|undefined|unset|default|optional|required|string|str|text|n\/a|dev|develop|development|local|debug|prod|production|disabled|enabled|env|unused|empty|unknown|anonymous|admin_password|ask|prompt|keyring|file|stdin|same-origin|include|omit)$|^[<[{(%$].*[>\]})%s]$|^(.)\1*$|^[\W_]+$|^x+$/i;

/** Whether the name is that of some key, secret or not. */
export function isKeyName(name: string): boolean {
  const words = wordsOf(name);
  return (
    words.at(-1) === 'key' && !words.some((word) => MEANT_TO_BE_SEEN.has(word) || word === 'site' || word === 'cache')
  );
}

/** Whether the value is random enough to be a key whatever its name says: hexadecimal or base 64. */
export function isRandomValue(value: string): boolean {
  const isHex = /^[\da-f]{32,}$/i.test(value);
  return (isHex || /^[A-Za-z\d+/_-]{24,}={0,2}$/.test(value)) && /\d.*\d.*\d/.test(value) && /[a-z]/i.test(value);
}

/** Whether the value can be a secret that someone uses, for a name of the class. */
export function isSecretValue(value: string, secret: SecretClass, isLoose: boolean): boolean {
  if (value.length < 4 || value.length > 4096 || PLACEHOLDER.test(value) || value.includes('EXAMPLE')) return false;
  if (isReference(value) || /\\[wdsbWDSB]|\[\^|\(\?/.test(value)) return false;
  const words = wordsOf(value);
  if (words.every((word) => VOCABULARY.has(word))) return false;
  if (/\s/.test(value.trim()) && (secret !== 'password' || !isPassphrase(value, words))) return false;
  if (/%[sd]|\{\w*\}/.test(value)) return false;
  switch (secret) {
    case 'password':
      return isLoose || isIrregular(value);
    case 'secret':
      return isLoose ? value.length >= 6 : value.length >= 6 && isIrregular(value);
    case 'token':
      return value.length >= 8 && isIrregular(value);
  }
}

/** Several unrelated words, and not a sentence or a label. */
function isPassphrase(value: string, words: readonly string[]): boolean {
  return /^[a-z]+(?: [a-z]+){3,7}$/.test(value) && !words.some((word) => VOCABULARY.has(word) || SENTENCE.has(word));
}

/** More than one plain word: digits, signs, or capitals inside. */
function isIrregular(value: string): boolean {
  return (
    /\d/.test(value) ||
    /[^A-Za-z\s_.-]/.test(value) ||
    /[a-z][A-Z]/.test(value) ||
    (value.length >= 12 && /[-_]/.test(value))
  );
}

/** A name of something that holds the secret: a variable of the environment, a file, a module, an address. */
function isReference(value: string): boolean {
  return (
    /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(value) ||
    /^[A-Za-z]*[a-z](?:Key|Token|Secret|Password|Credentials?)$/.test(value) ||
    /^[a-z_]+(?:\.[a-zA-Z_]+)+$/.test(value) ||
    /^(?:\.{0,2}|~)\/[\w./-]+$/.test(value) ||
    /^[\w/.-]+\.(?:pem|key|crt|cer|txt|json|ya?ml|toml|ini|cfg|html?|py|env|p12|pfx|jks)$/i.test(value) ||
    /^[a-z][a-z+.-]*:\/\/(?![^/\s]*:[^/\s]*@)/i.test(value) ||
    /^(?:X-[\w-]+|Authorization|Bearer)$/i.test(value) ||
    /^(?:arn|vault|ssm|secretsmanager|env|file|projects)[:/]/i.test(value)
  );
}

/** Whether the text holds a secret in a format of its own, or an address with a password. */
export function holdsSecretFormat(text: string): boolean {
  if (/EXAMPLE/.test(text)) return false;
  return findSecretFormat(text) !== undefined || passwordInAddress(text) !== undefined;
}

function passwordInAddress(text: string): string | undefined {
  const inAddress = /^[a-z][a-z\d+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@[^\s/]+/i.exec(text)?.[1];
  const isConnection =
    !text.includes('\n') && /(?:^|[\s;])(?:host|server|dbname|database|data source|uid|user(?: id)?)=/i.test(text);
  const password = inAddress ?? (isConnection ? /(?:^|[\s;])(?:password|pwd)=([^\s;]+)/i.exec(text)?.[1] : undefined);
  return password !== undefined && isSecretValue(password, 'password', true) ? password : undefined;
}
