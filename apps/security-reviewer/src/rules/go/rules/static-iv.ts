import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { wordsIn } from '../../knowledge/naming.ts';
import type { Expression } from '../../program/program.ts';
import { at, siteRule } from '../../site-rule.ts';

/** An initialisation vector that is the same for every message. */
export const STATIC_IV: DetectingRule = siteRule(
  {
    id: 'go/static-iv',
    ...KIND_DESCRIPTIONS['static-iv'],
    fix: 'Fill the vector from `crypto/rand` for each message and send it along.',
    weakExample:
      'package seal\n\nimport "crypto/cipher"\n\nfunc Seal(block cipher.Block, text []byte) {\n\tiv := make([]byte, 16)\n\tcipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)\n}\n',
    safeExample:
      'package seal\n\nimport (\n\t"crypto/cipher"\n\t"crypto/rand"\n)\n\nfunc Seal(block cipher.Block, text []byte) {\n\tiv := make([]byte, 16)\n\trand.Read(iv)\n\tcipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)\n}\n',
  },
  (site, analysis) =>
    at(
      site,
      ivOf(site, analysis).some((iv) => isFixed(iv, analysis)),
    ),
);

function ivOf(site: CallSite, analysis: Analysis): Expression[] {
  const given = site.call.arguments.map(({ value }) => value);
  if (/^crypto\/cipher\.New(?:CBCEncrypter|CFBEncrypter|CTR|OFB)$/.test(site.ref)) return given.slice(1, 2);
  const isSeal =
    calledName(site) === 'Seal' &&
    (/cipher\.(?:NewGCM|AEAD)|chacha20poly1305/.test(site.ref) ||
      analysis.importsFrom('crypto/cipher', 'crypto/chacha20poly1305'));
  return isSeal && given.length === 4 ? given.slice(1, 2) : [];
}

function isFixed(iv: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(iv);
  if (isConstant(value)) return true;
  // A part of the key is the same each time.
  return (
    iv.kind === 'call' &&
    iv.callee.kind === 'name' &&
    iv.callee.name === '$slice' &&
    wordsIn(iv.arguments[0]?.value).has('key')
  );
}

function isConstant(value: Value): boolean {
  if (value.taint.size > 0) return false;
  if (constantText(value) !== undefined) return true;
  if (value.items !== undefined && value.items.length > 0) {
    return value.items.every(({ literal }) => typeof literal === 'number');
  }
  return value.ref === 'make()' || value.ref === 'math/rand.Read()';
}
