import { toShellPath, type ShellPlaces } from './shell-path.ts';
import { isPlainName } from './find-integers.ts';
import { operandOfCd } from './directories.ts';
import type { ShellUnit } from './shell-unit.ts';
import type { ShellWord } from './word.ts';

/** Builtins that need no rule where their words are harmless. Each says why they are not. */
const neutral: Readonly<
  Record<string, (args: readonly ShellWord[], unit: ShellUnit, places: ShellPlaces) => string | undefined>
> = {
  true: () => undefined,
  false: () => undefined,
  ':': () => undefined,
  exit: () => undefined,
  return: () => undefined,
  break: () => undefined,
  continue: () => undefined,
  pwd: (args) =>
    args.every(({ text, isKnown }) => isKnown && /^-[LP]+$/.test(text)) ? undefined : 'pwd takes only -L and -P',
  wait: (args) =>
    args.every(({ text, isKnown }) => isKnown && /^(?:\d+|%\d+)$/.test(text)) ? undefined : 'wait may set a variable',
  cd: (_args, unit, places) => cdProblem(unit, places),
  set: setProblem,
  read: readProblem,
  test: (args) => testProblem(args),
  '[': (args) => (args.at(-1)?.text === ']' ? testProblem(args.slice(0, -1)) : 'it has no "]"'),
};

/** Whether a builtin needs no rule: `neutral`, why not, or `undefined` for all other programs. */
export function judgeNeutral(
  unit: ShellUnit,
  places: ShellPlaces,
): 'neutral' | { readonly problem: string } | undefined {
  const [program, ...args] = unit.words;
  if (program?.isKnown !== true || !Object.hasOwn(neutral, program.text)) return undefined;
  const problem = neutral[program.text]?.(args, unit, places);
  return problem === undefined ? 'neutral' : { problem };
}

function cdProblem({ words, directories }: ShellUnit, places: ShellPlaces): string | undefined {
  const operand = operandOfCd(words);
  if (operand === undefined) return 'cd is followed only to one directory that is spelled out';
  const isInside = directories.paths?.every((from) => toShellPath(operand, from, places).isInside) ?? false;
  return isInside ? undefined : `cd would leave the workspace, or ${JSON.stringify(operand)} cannot be followed`;
}

function setProblem(args: readonly ShellWord[]): string | undefined {
  const texts = args.map(({ text, isKnown }) => (isKnown ? text : '?'));
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? '';
    if (!/^[-+][euo]+$/.test(text)) return 'set is followed only with -e, -u and -o pipefail';
    const options = text.replace(/[^o]/g, '').length;
    const named = texts.slice(index + 1, index + 1 + options);
    if (named.length < options || named.some((name) => !/^(?:pipefail|errexit|nounset)$/.test(name))) {
      return 'set is followed only with -e, -u and -o pipefail';
    }
    index += options;
  }
  return args.length === 0 ? 'set prints every variable' : undefined;
}

function readProblem(args: readonly ShellWord[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const { text = '', isKnown = false, hasGlob = true } = args[index] ?? {};
    if (!isKnown || hasGlob) return 'the names that read sets are not known';
    const [, valued] = /^-[rs]*([dpntNa])?/.exec(text) ?? [];
    if (text.startsWith('-')) {
      const isWhole = valued === undefined ? /^-[rs]+$/.test(text) : true;
      if (!isWhole) return `read has the option ${text}`;
      if (valued === 'a' || (valued !== undefined && text.endsWith(valued))) {
        const value = args[index + 1];
        if (valued === 'a') continue;
        if (value?.isKnown !== true) return `the value of ${text} is not known`;
        index++;
      }
    } else if (!isPlainName(text)) {
      return `read sets ${text}`;
    }
  }
  return undefined;
}

const unaryOperator = /^-[a-hknoprstuwxzGLNOS]$/;
const binaryOperator = /^(?:=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

/**
 * A word that is not known may be the operator that evaluates subscripts. It is harmless only as one word, where the
 * number of words and the others leave it no choice but to be an operand.
 */
function testProblem(args: readonly ShellWord[]): string | undefined {
  if (args.some(({ text, isKnown }) => isKnown && /^-[vR]$/.test(text))) return '-v evaluates subscripts';
  const unknown = args.filter(({ isKnown, hasGlob }) => !isKnown || hasGlob);
  if (unknown.length === 0) return undefined;
  const operands = args[0]?.text === '!' && args[0].isKnown ? args.slice(1) : args;
  if (unknown.some(({ isOne, hasGlob }) => !isOne || hasGlob)) {
    return 'an expansion without quotes may become an operator';
  }
  const [first, second] = operands;
  if (operands.length === 1) return undefined;
  if (operands.length === 2 && first?.isKnown === true && unaryOperator.test(first.text)) return undefined;
  if (operands.length === 3 && second?.isKnown === true && binaryOperator.test(second.text)) return undefined;
  return 'an expansion may become an operator';
}
