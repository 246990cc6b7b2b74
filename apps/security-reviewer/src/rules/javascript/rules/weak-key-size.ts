import type { CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

const MIN_RSA_BITS = 2048;

/** A key that can be computed from its public half. */
export const WEAK_KEY_SIZE: DetectingRule = {
  id: 'js/weak-key-size',
  ...KIND_DESCRIPTIONS['weak-key-size'],
  fix: 'Make RSA keys of 3072 bits, or use `ed25519` or `P-256`.',
  weakExample:
    "import crypto from 'crypto';\n\nexport const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });\n",
  safeExample:
    "import crypto from 'crypto';\n\nexport const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 3072 });\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const bits = bitsOf(site)?.literal;
      const curve =
        constantText(optionOf(site, 'namedCurve')) ??
        (/(?:^|\.)createECDH$/.test(site.ref) ? constantText(site.positional[0]) : undefined);
      const isSmallCurve =
        curve !== undefined && /^(?:secp(?:112|128|160|192)|prime192|sect(?:113|131|163|193)|P-192)/i.test(curve);
      if ((typeof bits === 'number' && bits < MIN_RSA_BITS) || isSmallCurve) yield { span: site.call.span };
    }
  },
};

function bitsOf(site: CallSite): Value | undefined {
  const { ref } = site;
  if (/(?:^|\.)generateKeyPair(?:Sync)?$|subtle\.generateKey$/.test(ref)) {
    return optionOf(site, 'modulusLength') ?? optionOf(site, 'bits') ?? numeric(site.positional[0]);
  }
  if (/^node-rsa$/.test(ref)) return optionOf(site, 'b') ?? numeric(site.positional[0]);
  return /(?:^|\.)createDiffieHellman$/.test(ref) ? numeric(site.positional[0]) : undefined;
}

function numeric(value: Value | undefined): Value | undefined {
  return typeof value?.literal === 'number' ? value : undefined;
}
