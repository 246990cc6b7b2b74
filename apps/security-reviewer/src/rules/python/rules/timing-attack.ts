import type { CompareExpression, Expression } from '../../program/program.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { lastName } from '../../knowledge/naming.ts';
import { isKeyName, secretClassOf, wordsOf } from '../../knowledge/secret-name.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const MAC = /^hmac\.(?:new|digest|HMAC)\(\)(?:\.(?:hex)?digest\(\))?$/;
const PROOFS: ReadonlySet<string> = new Set('signature hmac mac sig digest'.split(' '));

/** A comparison that ends at the first difference. */
export const TIMING_ATTACK: DetectingRule = {
  id: 'py/timing-attack',
  ...KIND_DESCRIPTIONS['timing-attack'],
  fix: 'Compare with `hmac.compare_digest` (or `secrets.compare_digest`).',
  weakExample:
    'import hashlib\nimport hmac\n\ndef is_signed(key, body, signature):\n    return hmac.new(key, body, hashlib.sha256).hexdigest() == signature\n',
  safeExample:
    'import hashlib\nimport hmac\n\ndef is_signed(key, body, signature):\n    return hmac.compare_digest(hmac.new(key, body, hashlib.sha256).hexdigest(), signature)\n',
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
  if ([left, right].some((operand) => operand.kind === 'literal' || isLength(operand))) return false;
  if ([left, right].some((operand) => MAC.test(analysis.valueOf(operand).ref))) return true;
  const isRemote = (operand: Expression): boolean =>
    isExposed(analysis.exposureOf(analysis.valueOf(operand), 'data'), 'remote');
  return (isSecretName(left) && isRemote(right)) || (isSecretName(right) && isRemote(left));
}

function isSecretName(operand: Expression): boolean {
  const name = lastName(operand);
  const secret = secretClassOf(name);
  return secret === 'secret' || secret === 'token' || isKeyName(name) || wordsOf(name).some((word) => PROOFS.has(word));
}

function isLength(operand: Expression): boolean {
  return (
    operand.kind === 'call' && operand.callee.kind === 'name' && /^(?:len|type|int|bool)$/.test(operand.callee.name)
  );
}
