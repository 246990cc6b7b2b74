import type { CallSite } from '../../flow/call-site.ts';
import { argumentExpression } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { wordsIn } from '../../knowledge/naming.ts';
import { optionOf } from './settings.ts';

/** A start value that is the same each time. */
export const STATIC_IV: DetectingRule = {
  id: 'js/static-iv',
  ...KIND_DESCRIPTIONS['static-iv'],
  fix: 'Draw a new one for each message (`crypto.randomBytes`) and send it along; it need not be secret.',
  weakExample:
    "import crypto from 'crypto';\n\nexport function seal(key, text) {\n  const cipher = crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef');\n  return cipher.update(text, 'utf8', 'hex') + cipher.final('hex');\n}\n",
  safeExample:
    "import crypto from 'crypto';\n\nexport function seal(key, text) {\n  const iv = crypto.randomBytes(16);\n  const cipher = crypto.createCipheriv('aes-256-cbc', key, iv);\n  return iv.toString('hex') + cipher.update(text, 'utf8', 'hex') + cipher.final('hex');\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (isFixed(site, analysis)) yield { span: site.call.span };
  },
};

function isFixed(site: CallSite, analysis: Analysis): boolean {
  if (/(?:^|\.)createCipheriv$/.test(site.ref)) {
    const iv = argumentExpression(site, 2);
    const algorithm = constantText(site.positional[0]) ?? '';
    return iv !== undefined && !/ecb/i.test(algorithm) && isConstantStart(iv, analysis);
  }
  if (/(?:^|\.)(?:AES|DES|TripleDES)\.encrypt$/.test(site.ref) || site.ref.endsWith('subtle.encrypt')) {
    const value = optionOf(site, 'iv');
    return value !== undefined && isConstantValue(value);
  }
  return false;
}

function isConstantStart(iv: Expression, analysis: Analysis): boolean {
  if (isConstantValue(analysis.valueOf(iv))) return true;
  // A part of the key, or of its hash, is the same each time.
  const isPart =
    iv.kind === 'call' &&
    iv.callee.kind === 'member' &&
    /^(?:slice|subarray|substring|substr)$/.test(iv.callee.property);
  return isPart && iv.callee.kind === 'member' && wordsIn(iv.callee.object).has('key');
}

function isConstantValue(value: Value): boolean {
  if (value.taint.size > 0) return false;
  if (constantText(value) !== undefined && value.literal !== null) return true;
  if (value.items !== undefined) return value.items.every((item) => typeof item.literal === 'number');
  const call = value.madeBy;
  const callee = call?.callee;
  const name = callee?.kind === 'member' ? callee.property : callee?.kind === 'name' ? callee.name : '';
  const given = call?.arguments[0]?.value;
  const isFilled = /^(?:alloc|Uint8Array|parse|from)$/.test(name) && !/random/i.test(value.ref);
  return (
    isFilled &&
    (given === undefined ||
      given.kind === 'literal' ||
      (given.kind === 'sequence' && given.elements.every(({ kind }) => kind === 'literal')))
  );
}
