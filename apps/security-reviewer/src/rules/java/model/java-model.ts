import type { LanguageModel } from '../../flow/language-model.ts';
import { joinTaint } from '../../flow/taint.ts';
import { concatenate, derived, FIXED, literalValue, UNKNOWN, valueWith, type Value } from '../../flow/value.ts';
import { CONSTRUCTOR } from '../lower/classes.ts';
import { callbackOf } from './callbacks.ts';
import { callResult, isType } from './calls.ts';
import { checksOf, familiesOfPart } from './checks.ts';
import { fillsOf } from './fills.ts';
import { parameterValue } from './parameters.ts';
import { isPlainType, isTextType } from './plain-types.ts';

/** Java and the libraries its programs use, as far as data flow has to know them. */
export const JAVA_MODEL: LanguageModel = {
  global: (name) => valueWith({ ref: name }),

  member(object, property) {
    if (object.ref === 'File' && /^(?:separator|separatorChar|pathSeparator)$/.test(property)) return literalValue('/');
    if (object.ref === 'System' && property === 'in') {
      return { ...UNKNOWN, taint: new Map([['local', 0]]), ref: 'System.in' };
    }
    // `java.sql.DriverManager` is `DriverManager`.
    if (object.taint.size === 0 && /^(?:java|javax|jakarta|org|com|io|net)(?:\.[a-z]\w*)*$/.test(object.ref)) {
      return valueWith({ ref: /^[A-Z]/.test(property) ? property : `${object.ref}.${property}` });
    }
    if (isType(object) && object.definition === undefined) return valueWith({ ref: `${object.ref}.${property}` });
    if (property === 'length') return FIXED;
    return accessor(object, property);
  },

  index: () => undefined,
  call: callResult,
  callback: callbackOf,
  fills: fillsOf,

  binary(operator, left, right, expression) {
    if (typeof left.literal === 'number' && typeof right.literal === 'number') {
      return arithmetic(operator, left.literal, right.literal);
    }
    if (operator !== '+') return FIXED;
    const isNumber = typeof left.literal === 'number' && typeof right.literal === 'number';
    return isNumber ? valueWith({ taint: joinTaint(left.taint, right.taint) }) : concatenate([left, right], expression);
  },

  typed: typedValue,
  parameter: parameterValue,
  entered: (manager) => manager,
  checks: checksOf,
  isExit: (ref) => ref === 'System.exit',
  asserts: (ref) => /^(?:Assert|Preconditions|Validate)\.(?:isTrue|checkArgument|state)$/.test(ref),
  isConstructor: (name) => name === CONSTRUCTOR,
  isPrivate: ({ isExported }) => isExported !== true,
  partOf: familiesOfPart,
  selfName: 'this',
};

/** What is read from an object that comes from outside is from outside, unless its type leaves no room for anything. */
function accessor(object: Value, property: string): Value | undefined {
  const owner = object.instanceOf;
  if (owner === undefined || object.ref === '$self' || object.taint.size === 0) return undefined;
  const called = property.replace(/^(?:get|is)(?=[A-Z])/, '');
  const field = owner.fields.get(called.charAt(0).toLowerCase() + called.slice(1)) ?? owner.fields.get(property);
  if (field === undefined) return undefined;
  if (field.taint.size === 0 && field.text === undefined) return { ...FIXED, ref: '$plain' };
  return field.ref === '' || field.ref === '$field()' ? derived(object, `${object.ref}.${property}`) : undefined;
}

/** What is declared with a type and no value, or with a value that says less than the type. */
function typedValue(value: Value, type: Value): Value {
  const isEmpty = value.ref === '$zero()' || value.ref === '$field()';
  if (isPlainType(type.ref)) {
    return value.literal === undefined
      ? { ...FIXED, ref: isEmpty ? '' : value.ref, madeBy: value.madeBy, items: value.items }
      : value;
  }
  if (isTextType(type.ref)) {
    if (value.ref === '$zero()') return FIXED;
    return isEmpty ? UNKNOWN : value;
  }
  const instanceOf = type.definition?.kind === 'class' ? type.definition : undefined;
  const ref = `${type.ref.replace(/^local\./, '')}()`;
  if (isEmpty) return valueWith({ ref, taint: value.taint, instanceOf });
  // A value that was just made is of its own class, whatever it is kept as.
  const isMade = /^[A-Z][\w.]*\(\)$/.test(value.ref) && !/\.[a-z]\w*\(\)$/.test(value.ref);
  if (isMade || value.instanceOf !== undefined || value.ref === '$decoded' || value.literal === null) return value;
  return { ...value, ref };
}

function arithmetic(operator: string, left: number, right: number): Value {
  switch (operator) {
    case '+':
      return literalValue(left + right);
    case '-':
      return literalValue(left - right);
    case '*':
      return literalValue(left * right);
    case '/':
      return literalValue(Math.trunc(left / right));
    case '<<':
      return literalValue(left * 2 ** right);
    default:
      return FIXED;
  }
}
