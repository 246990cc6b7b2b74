import type { TestExpression, Word } from 'unbash';
import { dangerOf, type Integers } from './expansion-danger.ts';
import { wordGuard } from './guards.ts';
import { plainTextOf, toSingleWord } from './word.ts';

const arithmetic: ReadonlySet<string> = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

/** Why a `[[ … ]]` may do more than compare: it evaluates subscripts and arithmetic. */
export function testDanger(expression: TestExpression, integers: Integers, source: string): string | undefined {
  const inside = (part: TestExpression): string | undefined => testDanger(part, integers, source);
  switch (expression.type) {
    case 'TestGroup':
      return inside(expression.expression);
    case 'TestNot':
      return inside(expression.operand);
    case 'TestLogical':
      return expression.operands.map(inside).find((danger) => danger !== undefined);
    case 'TestUnary':
      if (/^-[vR]$/.test(expression.operator)) return `${expression.operator} evaluates subscripts`;
      return wordDanger(expression.operand, integers, source);
    case 'TestBinary': {
      const { operator, left, right } = expression;
      const odd = arithmetic.has(operator) ? [left, right].find((word) => !isNumber(word, integers)) : undefined;
      if (odd !== undefined) return `${operator} evaluates ${odd.text} as arithmetic`;
      return wordDanger(left, integers, source) ?? wordDanger(right, integers, source, operator === '=~');
    }
  }
}

function wordDanger(word: Word, integers: Integers, source: string, isPattern: boolean = false): string | undefined {
  const plain = plainTextOf(word);
  return wordGuard(word, isPattern ? plain.replaceAll(/[()|]/g, '') : plain) ?? dangerOf(word, integers, source);
}

function isNumber(word: Word, integers: Integers): boolean {
  const { text, isKnown } = toSingleWord(word);
  if (isKnown) return /^-?\d+$/.test(text);
  const [part, ...others] = unquoted(word.parts ?? []);
  if (part === undefined || others.length > 0) return false;
  if (part.type === 'SimpleExpansion') return /^\$[?#!$]$/.test(part.text) || integers.has(part.text.slice(1));
  if (part.type !== 'ParameterExpansion') return part.type === 'ArithmeticExpansion';
  if (part.operation !== undefined) return false;
  if (part.prefix === '#') return part.index === undefined || /^(?:\d+|[@*])$/.test(part.index.text);
  return part.prefix === undefined && part.index === undefined && integers.has(part.parameter);
}

type Parts = NonNullable<Word['parts']>;

function unquoted(parts: Parts): Parts {
  const [part, ...others] = parts;
  return part?.type === 'DoubleQuoted' && others.length === 0 ? part.parts : parts;
}
