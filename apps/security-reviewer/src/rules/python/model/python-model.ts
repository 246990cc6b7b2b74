import type { Expression } from '../../program/program.ts';
import type { LanguageModel } from '../../flow/language-model.ts';
import { familySet, joinTaint } from '../../flow/taint.ts';
import {
  cleaned,
  concatenate,
  derived,
  elementOf,
  FIXED,
  joinValues,
  listValue,
  literalValue,
  valueWith,
  type Value,
} from '../../flow/value.ts';
import { callResult, isMarkup, isModule, joinPath } from './calls.ts';
import { checksOf, familiesOfPart } from './checks.ts';
import { parameterValue } from './parameters.ts';
import { sourceMember } from './sources.ts';
import { formatPercent } from '../../flow/text-format.ts';

const EXITS =
  /^(?:sys\.exit|exit|quit|os\._exit|os\.abort|flask\.abort|werkzeug\.exceptions\.abort|bottle\.abort|quart\.abort|pytest\.(?:fail|skip)|abort)$|(?:^|\.)(?:abort|bail_out)$/;

/** Permission bits by their names in `stat`. */
const STAT: Readonly<Record<string, number>> = {
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRWXG: 0o070,
  S_IRGRP: 0o040,
  S_IWGRP: 0o020,
  S_IXGRP: 0o010,
  S_IRWXO: 0o007,
  S_IROTH: 0o004,
  S_IWOTH: 0o002,
  S_IXOTH: 0o001,
};

/** Python and the libraries its programs use, as far as data flow has to know them. */
export const PYTHON_MODEL: LanguageModel = {
  global: (name) => (/^__(?!import__)/.test(name) ? FIXED : valueWith({ ref: name })),

  member(object, property, inside) {
    const source = sourceMember(object, property, inside);
    if (source !== undefined) return source;
    const permission = object.ref === 'stat' ? STAT[property] : undefined;
    if (permission !== undefined) return literalValue(permission);
    if (object.ref === 'os' && property === 'sep') return literalValue('/');
    if (isModule(object)) return valueWith({ ref: `${object.ref}.${property}` });
    if (object.ref === 'pathlib.Path()' && /^(?:name|stem|suffix)$/.test(property)) {
      return cleaned(derived(object), familySet('path'));
    }
    return undefined;
  },

  index: (object) => (object.ref === 'os.environ' ? valueWith({ ref: 'os.environ[]' }) : undefined),

  call: callResult,

  binary(operator, left, given, expression) {
    const right = isMarkup(left) ? cleaned(given, familySet('html')) : given;
    const numbers = typeof left.literal === 'number' && typeof right.literal === 'number';
    if (numbers) return arithmetic(operator, Number(left.literal), Number(right.literal));
    switch (operator) {
      case '+':
        return add(left, right, expression);
      case '%':
        return left.text === undefined ? moduloOf(left, right, expression) : formatPercent(left, right, expression);
      case '/':
        return joinPath([left, right]);
      case '*':
        return repeat(left, right);
      case '|':
        return joinValues(left, right);
      case '&':
        return intersect(left, right);
      default:
        return FIXED;
    }
  },

  parameter: parameterValue,
  entered: (manager) => manager,
  checks: checksOf,
  isExit: (ref) => EXITS.test(ref),
  isConstructor: (name) => name === '__init__' || name === '__new__' || name === '__post_init__',
  isPrivate: ({ name }) => /^_[^_]/.test(name),
  partOf: familiesOfPart,
};

function arithmetic(operator: string, left: number, right: number): Value {
  switch (operator) {
    case '+':
      return literalValue(left + right);
    case '-':
      return literalValue(left - right);
    case '*':
      return literalValue(left * right);
    case '//':
      return literalValue(Math.floor(left / right));
    case '**':
      return literalValue(left ** right);
    case '|':
      return literalValue(left | right);
    case '&':
      return literalValue(left & right);
    case '<<':
      return literalValue(left * 2 ** right);
    default:
      return FIXED;
  }
}

function add(left: Value, right: Value, expression: Expression): Value {
  if (left.items === undefined && right.items === undefined) return concatenate([left, right], expression);
  const elements = (value: Value): readonly Value[] => value.items ?? [elementOf(value)];
  return listValue([...elements(left), ...elements(right)]);
}

/** Without a known left side, `%` may be a remainder or a format. */
function moduloOf(left: Value, right: Value, expression: Expression): Value {
  return left.taint.size === 0 ? concatenate([left, right], expression) : derived(left);
}

/** What is in a fixed set too is fixed. */
function intersect(left: Value, right: Value): Value {
  const fixed = [left, right].find((value) => value.taint.size === 0);
  return fixed ?? joinValues(left, right);
}

function repeat(left: Value, right: Value): Value {
  const [repeated] = [left, right].filter((value) => value.text !== undefined || value.items !== undefined);
  if (repeated !== undefined) return { ...repeated, literal: undefined };
  return valueWith({ taint: joinTaint(left.taint, right.taint) });
}
