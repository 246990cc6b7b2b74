import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A name without a mode means ECB. */
const BROKEN =
  /^(?:DES|DESede|TripleDES|3DES|RC2|RC4|ARCFOUR|Blowfish|IDEA)(?:\/|$)|^AES(?:_\d+)?$|^\w+\/ECB(?:\/(?!OAEP|PKCS1)|$)(?<!^RSA\/ECB\/)/i;

/** A cipher that has been broken, or a mode that shows the shape of what it hides. */
export const BROKEN_CRYPTO: DetectingRule = siteRule(
  {
    id: 'java/broken-crypto',
    ...KIND_DESCRIPTIONS['broken-crypto'],
    fix: 'Use `AES/GCM/NoPadding` with a new nonce for each message.',
    weakExample:
      'import javax.crypto.Cipher;\n\nclass Seal {\n  Cipher cipher() throws Exception {\n    return Cipher.getInstance("AES/ECB/PKCS5Padding");\n  }\n}\n',
    safeExample:
      'import javax.crypto.Cipher;\n\nclass Seal {\n  Cipher cipher() throws Exception {\n    return Cipher.getInstance("AES/GCM/NoPadding");\n  }\n}\n',
  },
  (site) => at(site, site.ref === 'Cipher.getInstance' && BROKEN.test(constantText(site.positional[0]) ?? '')),
);
