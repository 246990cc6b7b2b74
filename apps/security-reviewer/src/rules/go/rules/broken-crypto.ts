import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A cipher that has been broken, or a mode that shows the shape of what it hides. */
export const BROKEN_CRYPTO: DetectingRule = siteRule(
  {
    id: 'go/broken-crypto',
    ...KIND_DESCRIPTIONS['broken-crypto'],
    fix: 'Use AES with GCM: `aes.NewCipher(key)` and `cipher.NewGCM(block)`, with a new nonce for each message.',
    weakExample: 'package seal\n\nimport "crypto/des"\n\nfunc Seal(key, text []byte) {\n\tdes.NewCipher(key)\n}\n',
    safeExample: 'package seal\n\nimport "crypto/aes"\n\nfunc Seal(key, text []byte) {\n\taes.NewCipher(key)\n}\n',
  },
  (site, analysis) => {
    if (
      /^crypto\/(?:des\.New(?:TripleDES)?Cipher|rc4\.NewCipher|blowfish\.New(?:Salted)?Cipher|cast5\.NewCipher|tea\.NewCipher|xtea\.NewCipher)$/.test(
        site.ref,
      )
    ) {
      return at(site, true);
    }
    // A block cipher that is fed block by block, and used for no mode, is in the mode of a code book.
    if (!/^(?:Encrypt|Decrypt)$/.test(calledName(site)) || site.receiver?.ref !== 'crypto/aes.NewCipher()') {
      return undefined;
    }
    const hasMode = analysis.calls.some(
      ({ ref, caller }) => caller === site.caller && ref.startsWith('crypto/cipher.New'),
    );
    return at(site, !hasMode);
  },
);
