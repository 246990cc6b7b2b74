import type { CompareExpression, Expression } from '../../program/program.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { textOf } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { lastName } from '../../knowledge/naming.ts';
import { isKeyName, secretClassOf, wordsOf } from '../../knowledge/secret-name.ts';

const MAC = /createHmac\(\)(?:\.update\(\))*\.digest\(\)$|(?:^|\.)Hmac(?:SHA\d+|MD5)\(\)(?:\.toString\(\))?$/;
const PROOFS: ReadonlySet<string> = new Set('signature hmac mac sig digest'.split(' '));

/** A comparison that ends at the first difference. */
export const TIMING_ATTACK: DetectingRule = {
  id: 'js/timing-attack',
  ...KIND_DESCRIPTIONS['timing-attack'],
  fix: 'Compare buffers of the same length with `crypto.timingSafeEqual`.',
  weakExample:
    "import crypto from 'crypto';\n\nexport function isSigned(key, body, signature) {\n  return crypto.createHmac('sha256', key).update(body).digest('hex') === signature;\n}\n",
  safeExample:
    "import crypto from 'crypto';\n\nexport function isSigned(key, body, signature) {\n  const expected = crypto.createHmac('sha256', key).update(body).digest();\n  return expected.length === signature.length && crypto.timingSafeEqual(expected, signature);\n}\n",
  *detect(analysis) {
    for (const expression of analysis.program.expressions) {
      if (expression.kind === 'compare' && isTelling(expression, analysis)) yield { span: expression.span };
    }
  },
};

function isTelling({ operators, operands }: CompareExpression, analysis: Analysis): boolean {
  const [left, right] = operands;
  if (left === undefined || right === undefined || operators.length !== 1) return false;
  if (operators[0] !== '==' && operators[0] !== '!=') return false;
  if ([left, right].some((operand) => operand.kind === 'literal' || isMeasure(operand))) return false;
  if ([left, right].some((operand) => isMac(operand, analysis))) return true;
  const isRemote = (operand: Expression): boolean =>
    isExposed(analysis.exposureOf(analysis.valueOf(operand), 'data'), 'remote');
  return (isSecretName(left) && isRemote(right)) || (isSecretName(right) && isRemote(left));
}

function isMac(operand: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(operand);
  return MAC.test(value.ref) || textOf(value).some((part) => typeof part !== 'string' && MAC.test(part.ref));
}

function isSecretName(operand: Expression): boolean {
  const name = lastName(operand);
  const secret = secretClassOf(name);
  return secret === 'secret' || secret === 'token' || isKeyName(name) || wordsOf(name).some((word) => PROOFS.has(word));
}

function isMeasure(operand: Expression): boolean {
  return (
    (operand.kind === 'member' && operand.property === 'length') ||
    (operand.kind === 'call' && operand.callee.kind === 'name' && operand.callee.name === 'typeof')
  );
}
