import { argumentExpression, argumentOf, type CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { lastName } from '../../knowledge/naming.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const BLOCK_CIPHERS = /(?:^|\.)(?:AES|DES3?|Blowfish|CAST|ChaCha20(?:_Poly1305)?|Salsa20)\.new$/;
const MODES = /(?:^|\.)modes\.(?:CBC|CTR|CFB8?|OFB|GCM|XTS)$/;
const SEALS = /(?:^|\.)(?:AESGCM|AESCCM|ChaCha20Poly1305|AESOCB3|AESSIV)\(\)\.encrypt$/;

/** A start value that is the same each time. */
export const STATIC_IV: DetectingRule = {
  id: 'py/static-iv',
  ...KIND_DESCRIPTIONS['static-iv'],
  fix: 'Draw a new one for each message (`os.urandom`) and send it along; it need not be secret.',
  weakExample:
    'from Crypto.Cipher import AES\n\ndef seal(key, text):\n    return AES.new(key, AES.MODE_CBC, b"0123456789abcdef").encrypt(text)\n',
  safeExample:
    'import os\nfrom Crypto.Cipher import AES\n\ndef seal(key, text):\n    iv = os.urandom(16)\n    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(text)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const start = startOf(site);
      if (start !== undefined && isFixed(start, analysis)) yield { span: site.call.span };
    }
  },
};

function startOf(site: CallSite): Expression | undefined {
  if (BLOCK_CIPHERS.test(site.ref)) {
    const named =
      argumentExpression(site, -1, 'iv') ?? argumentExpression(site, -1, 'nonce') ?? argumentExpression(site, -1, 'IV');
    return named ?? (argumentOf(site, 1) === undefined ? undefined : argumentExpression(site, 2));
  }
  if (MODES.test(site.ref)) {
    return (
      argumentExpression(site, 0) ??
      argumentExpression(site, -1, 'initialization_vector') ??
      argumentExpression(site, -1, 'nonce')
    );
  }
  return SEALS.test(site.ref) ? argumentExpression(site, 0, 'nonce') : undefined;
}

/** A constant, or a part of the key. */
function isFixed(start: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(start);
  if (value.taint.size === 0 && constantText(value) !== undefined) return true;
  return start.kind === 'index' && wordsOf(lastName(start.object)).includes('key');
}
