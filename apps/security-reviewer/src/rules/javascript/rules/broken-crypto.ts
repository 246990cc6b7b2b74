import type { CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

const BROKEN =
  /^(?:des|des3|desx|rc[24]|bf|blowfish|cast5?|idea|seed|id-aes\d+-wrap)(?:-|$)|^(?:des-ede|aes-?\d+-ecb|\w+-ecb)|(?:^|-)ecb$|^rc4/i;

/** Encryption that can be broken, or that shows what it hides. */
export const BROKEN_CRYPTO: DetectingRule = {
  id: 'js/broken-crypto',
  ...KIND_DESCRIPTIONS['broken-crypto'],
  fix: 'Use an authenticated mode of a current cipher: `aes-256-gcm` or `chacha20-poly1305` with `createCipheriv`.',
  weakExample:
    "import crypto from 'crypto';\n\nexport function seal(key, text) {\n  const cipher = crypto.createCipheriv('aes-128-ecb', key, null);\n  return cipher.update(text, 'utf8', 'hex') + cipher.final('hex');\n}\n",
  safeExample:
    "import crypto from 'crypto';\n\nexport function seal(key, text) {\n  const iv = crypto.randomBytes(12);\n  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);\n  return [iv, cipher.update(text), cipher.final(), cipher.getAuthTag()];\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (isBroken(site)) yield { span: site.call.span };
  },
};

function isBroken(site: CallSite): boolean {
  const { ref } = site;
  // Without a start value of its own, the key is made from the password with one round of MD5.
  if (/(?:^|\.)crypto\.create(?:Cipher|Decipher)$/.test(ref)) return true;
  if (/(?:^|\.)create(?:Cipher|Decipher)(?:iv)?$/.test(ref)) return BROKEN.test(constantText(site.positional[0]) ?? '');
  if (/(?:^|\.)(?:DES|TripleDES|RC4|RC4Drop|Rabbit|RabbitLegacy|Blowfish)\.(?:encrypt|decrypt)$/.test(ref)) return true;
  return /(?:^|\.)AES\.(?:encrypt|decrypt)$/.test(ref) && /(?:^|\.)mode\.ECB$/.test(optionOf(site, 'mode')?.ref ?? '');
}
