import type { Detection } from '../detection.ts';
import { isExposed, type Analysis } from '../flow/analysis.ts';
import type { CallSite } from '../flow/call-site.ts';
import { placeOf } from '../flow/place.ts';
import type { Expression, Span } from '../program/program.ts';
import { lastName } from './naming.ts';
import { wordsOf } from './secret-name.ts';

/** How texts are compared in a language. */
export interface ComparisonDialect {
  /** Refs of the results of keyed hashes. */
  readonly mac: RegExp;
  /** What a call compares in a time that depends on it; nothing where it compares nothing. */
  readonly compares: (site: CallSite) => readonly Expression[];
}

const SECRET = /^(?:token|secret|signature|sig|mac|hmac|apikey|digest|csrf|otp)$/;

/** Finds secrets that are compared in a time that depends on them. */
export function* secretComparisons(analysis: Analysis, dialect: ComparisonDialect): Generator<Detection> {
  for (const { operands, span } of comparisons(analysis, dialect)) {
    if (operands.some((operand) => isTrivial(operand))) continue;
    const isMac = operands.some((operand) => comesFromMac(operand, analysis, dialect));
    const isNamed =
      operands.some((operand) => isSecretName(operand)) && operands.some((operand) => isRemote(operand, analysis));
    if (isMac || isNamed) yield { span };
  }
}

function* comparisons(
  analysis: Analysis,
  dialect: ComparisonDialect,
): Generator<{ operands: readonly Expression[]; span: Span }> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind === 'compare' && /^[=!]=$/.test(expression.operators[0] ?? '')) {
      yield { operands: expression.operands, span: expression.span };
    }
  }
  for (const site of analysis.calls) {
    const operands = dialect.compares(site);
    if (operands.length > 1) yield { operands, span: site.call.span };
  }
}

/** Nothing, a number or an empty text: whether there is a secret at all. */
function isTrivial(operand: Expression): boolean {
  return operand.kind === 'literal' && (typeof operand.value !== 'string' || operand.value.length < 4);
}

/** The result of a keyed hash, as it is or written as text. */
function comesFromMac(operand: Expression, analysis: Analysis, dialect: ComparisonDialect): boolean {
  let open: Expression[] = [operand];
  for (let steps = 0; steps < 6 && open.length > 0; steps += 1) {
    if (open.some((part) => dialect.mac.test(analysis.valueOf(part).ref))) return true;
    open = open.flatMap((part) => madeOf(part, analysis)).slice(0, 12);
  }
  return false;
}

function madeOf(expression: Expression, analysis: Analysis): Expression[] {
  if (expression.kind === 'call') {
    const receiver = expression.callee.kind === 'member' ? [expression.callee.object] : [];
    return [...receiver, ...expression.arguments.map(({ value }) => value)];
  }
  if (expression.kind === 'binary') return [expression.left, expression.right];
  const place = placeOf(expression);
  if (place === undefined) return [];
  return analysis.program.assignments
    .filter(
      ({ targets, span }) => span.start < expression.span.start && targets.some((target) => placeOf(target) === place),
    )
    .slice(-1)
    .map(({ value }) => value);
}

function isSecretName(operand: Expression): boolean {
  const named = operand.kind === 'call' ? calledFor(operand) : lastName(operand);
  const words = wordsOf(named);
  const isKey = words.at(-1) === 'key' && /^(?:api|secret|access|auth|webhook)$/.test(words.at(-2) ?? '');
  return (
    (words.some((word) => SECRET.test(word)) &&
      !/^(?:type|id|length|name|header|kind|count|method)$/.test(words.at(-1) ?? '')) ||
    isKey
  );
}

/** What a call is asked for: the name that it is given, or its own. */
function calledFor(call: Expression & { kind: 'call' }): string {
  const [only] = call.arguments;
  if (only?.value.kind === 'literal' && call.arguments.length === 1) return String(only.value.value);
  return call.callee.kind === 'member' ? call.callee.property : '';
}

function isRemote(operand: Expression, analysis: Analysis): boolean {
  return isExposed(analysis.exposureOf(analysis.valueOf(operand), 'log'), 'parameter');
}
