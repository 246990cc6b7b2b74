import { allArguments, type CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const BROKEN_CIPHERS =
  /(?:^|\.)(?:DES3?|ARC[24]|RC[24]|Blowfish|CAST|XOR|IDEA|SEED)\.new$|(?:^|\.)(?:algorithms|decrepit\.ciphers\.algorithms)\.(?:TripleDES|ARC4|Blowfish|IDEA|CAST5|SEED|RC2|DES)$|(?:^|\.)PKCS1_v1_5\.new$|^pyDes\.\w+$/;
const ELECTRONIC_CODE_BOOK = /(?:^|\.)MODE_ECB$|(?:^|\.)modes\.ECB(?:\(\))?$/;

/** Encryption that can be broken, or that shows what it hides. */
export const BROKEN_CRYPTO: DetectingRule = {
  id: 'py/broken-crypto',
  ...KIND_DESCRIPTIONS['broken-crypto'],
  fix: 'Use an authenticated mode of a current cipher: AES-GCM, ChaCha20-Poly1305, or `cryptography.fernet`.',
  weakExample:
    'from Crypto.Cipher import AES\n\ndef seal(key, block):\n    return AES.new(key, AES.MODE_ECB).encrypt(block)\n',
  safeExample:
    'from Crypto.Cipher import AES\n\ndef seal(key, block):\n    cipher = AES.new(key, AES.MODE_GCM)\n    return cipher.nonce, cipher.encrypt_and_digest(block)\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isBroken(site)) yield { span: site.call.span };
  },
};

function isBroken(site: CallSite): boolean {
  // A signature scheme has the same name as the encryption that is broken.
  if (BROKEN_CIPHERS.test(site.ref)) return !/Signature/.test(site.ref);
  return (
    /\.new$|(?:^|\.)Cipher$/.test(site.ref) && allArguments(site).some(({ ref }) => ELECTRONIC_CODE_BOOK.test(ref))
  );
}
