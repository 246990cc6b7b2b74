import type { LanguageModel } from '../../flow/language-model.ts';
import { joinTaint } from '../../flow/taint.ts';
import {
  concatenate,
  derived,
  FIXED,
  literalValue,
  UNKNOWN,
  valueFrom,
  valueWith,
  type Value,
} from '../../flow/value.ts';
import { SELF } from '../lower/go-lowering.ts';
import { callResult, isPackage } from './calls.ts';
import { checksOf, familiesOfPart } from './checks.ts';
import { fillsOf } from './fills.ts';
import { isPlainType, parameterValue } from './parameters.ts';
import { requestMember } from './requests.ts';

const EXITS =
  /^(?:panic|os\.Exit|log\.(?:Fatal|Panic)(?:f|ln)?|log\.New\(\)\.Fatal(?:f|ln)?|runtime\.Goexit|logrus\.Fatal(?:f|ln)?)$|testing\.[TB]\(\)\.(?:Fatalf?|FailNow|SkipNow|Skipf?)$/;

/** Go and the libraries its programs use, as far as data flow has to know them. */
export const GO_MODEL: LanguageModel = {
  global: (name) => (name === '_' ? FIXED : valueWith({ ref: name })),

  member(object, property) {
    const source = requestMember(object, property);
    if (source !== undefined) return source;
    if (object.ref === 'os' && property === 'Args') return valueFrom('local', 'os.Args');
    if (object.ref === 'path/filepath' && property === 'Separator') return literalValue('/');
    if (isArchiveMember(object.ref) && /^(?:Name|Linkname)$/.test(property)) {
      return valueFrom('archive', `${object.ref}.${property}`);
    }
    const entry = object.entries?.get(property);
    if (entry !== undefined) return entry;
    if (isPackage(object)) return valueWith({ ref: `${object.ref}.${property}` });
    return ownField(object, property);
  },

  index: (object) => (object.ref === 'os.Args' ? valueFrom('local', 'os.Args[]') : undefined),
  call: callResult,
  fills: fillsOf,

  binary(operator, left, right, expression) {
    if (typeof left.literal === 'number' && typeof right.literal === 'number') {
      return arithmetic(operator, left.literal, right.literal);
    }
    if (operator === '|') {
      const named = [left.ref, right.ref].filter((ref) => ref !== '').join('|');
      return valueWith({ ref: named, taint: joinTaint(left.taint, right.taint) });
    }
    return operator === '+' ? concatenate([left, right], expression) : FIXED;
  },

  typed: typedValue,
  unpacked: (value, count) =>
    Array.from({ length: count }, (_, position) => {
      if (position === 0) return value;
      return position === count - 1 ? valueFrom('exception', '$error') : derived(value, `${value.ref}#${position}`);
    }),
  succeeds: (value) => {
    const last = value.items === undefined ? value : (value.items.at(-1) ?? value);
    return last.literal === null || last.literal === true || last.literal === undefined
      ? !/^(?:\$error|errors\.New\(\)|fmt\.Errorf\(\))$/.test(last.ref)
      : false;
  },

  parameter: parameterValue,
  entered: (manager) => manager,
  checks: checksOf,
  isExit: (ref) => EXITS.test(ref),
  isConstructor: () => false,
  isPrivate: ({ isExported }) => isExported !== true,
  partOf: familiesOfPart,
  selfName: SELF,
  fillsFields: true,
};

/** A member of an archive, however it was come by. */
function isArchiveMember(ref: string): boolean {
  return /^archive\/zip\.\w+\(\)(?:\.(?:\w+))*(?:\[\])?(?:\.FileHeader)?$|^archive\/(?:zip\.File(?:Header)?|tar\.Header)\(\)$|^archive\/tar\.\w+\(\)\.Next\(\)$/.test(
    ref,
  );
}

/** A field of what was read from outside is from outside, unless its type leaves no room for anything. */
function ownField(object: Value, property: string): Value | undefined {
  const field = object.instanceOf?.fields.get(property);
  if (field === undefined || object.ref === SELF || object.taint.size === 0) return undefined;
  const isText = field.ref === '' || field.ref === '$field()';
  return isText && field.taint.size > 0 ? derived(object, `${object.ref}.${property}`) : undefined;
}

/** What is declared with a type and no value, or with a value that says less than the type. */
function typedValue(value: Value, type: Value): Value {
  const isEmpty = value.ref === '$zero()' || value.ref === '$field()';
  if (isPlainType(type.ref)) return value.literal === undefined ? FIXED : value;
  if (/^(?:string|\[\]byte|\[\]string|any|interface\{\})$/.test(type.ref)) {
    if (value.ref === '$zero()') return type.ref === 'string' ? literalValue('') : FIXED;
    return isEmpty ? UNKNOWN : value;
  }
  const instanceOf = type.definition?.kind === 'class' ? type.definition : undefined;
  if (isEmpty) {
    const text = /^(?:strings\.Builder|bytes\.Buffer)$/.test(type.ref) ? [''] : undefined;
    return valueWith({ ref: `${type.ref}()`, taint: value.taint, instanceOf, text });
  }
  if (value.ref !== '' && !value.ref.startsWith('?')) return value;
  return { ...value, ref: `${type.ref}()` };
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
