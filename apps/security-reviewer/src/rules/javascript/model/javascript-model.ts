import type { Expression } from '../../program/program.ts';
import type { LanguageModel } from '../../flow/language-model.ts';
import { familySet, joinTaint } from '../../flow/taint.ts';
import { cleaned, concatenate, derived, FIXED, literalValue, valueWith, type Value } from '../../flow/value.ts';
import { callbackOf } from './callbacks.ts';
import { callResult, isModule } from './calls.ts';
import { checksOf, comparedChecks, familiesOfPart } from './checks.ts';
import { parameterValue } from './parameters.ts';
import { sourceMember } from './sources.ts';

const EXITS =
  /^(?:process\.(?:exit|abort)|next\/navigation\.(?:notFound|redirect|permanentRedirect|unauthorized|forbidden)|\$context\.throw|@sveltejs\/kit\.(?:error|redirect))$/;

/** JavaScript, TypeScript and the libraries their programs use, as far as data flow has to know them. */
export const JAVASCRIPT_MODEL: LanguageModel = {
  global: (name) =>
    /^(?:NaN|Infinity|__dirname|__filename)$/.test(name) ? { ...FIXED, ref: name } : valueWith({ ref: name }),

  member(object, property) {
    if (/^(?:window|globalThis|self|global)$/.test(object.ref) && property !== 'name') {
      return valueWith({ ref: property });
    }
    const source = sourceMember(object, property);
    if (source !== undefined) return source;
    const entry = object.entries?.get(property);
    if (entry !== undefined) return entry;
    if (property === 'length' || property === 'size') return FIXED;
    if (/^path(?:\.posix)?$/.test(object.ref) && property === 'sep') return { ...literalValue('/'), ref: 'path.sep' };
    if (isModule(object)) return valueWith({ ref: `${object.ref}.${property}` });
    if (/^(?:path\.parse)\(\)$/.test(object.ref) && /^(?:base|name|ext)$/.test(property)) {
      return cleaned(derived(object), familySet('path'));
    }
    if (/^(?:URL|url\.URL|url\.parse)\(\)$/.test(object.ref)) return addressPart(object, property);
    return undefined;
  },

  index: (object) => (object.ref === 'process.env' ? { ...FIXED, ref: 'process.env[]' } : undefined),
  call: callResult,
  callback: callbackOf,

  binary(operator, left, right, expression) {
    if (typeof left.literal === 'number' && typeof right.literal === 'number') {
      return arithmetic(operator, left.literal, right.literal);
    }
    return operator === '+' ? add(left, right, expression) : FIXED;
  },

  parameter: parameterValue,
  entered: (manager) => manager,
  checks: checksOf,
  compared: comparedChecks,
  isExit: (ref) => EXITS.test(ref),
  asserts: (ref) =>
    /^(?:assert(?:\.(?:ok|strict|equal|strictEqual))?|node:assert|tiny-invariant|invariant|\$context\.assert|http-assert|ok)$/.test(
      ref,
    ),
  isConstructor: (name) => name === 'constructor',
  isPrivate: ({ isExported }) => isExported !== true,
  partOf: familiesOfPart,
  selfName: 'this',
  hoistsFunctions: true,
};

/** A host has no quotes and no tags; the path of an address stays on its host. */
function addressPart(object: Value, property: string): Value | undefined {
  if (/^(?:pathname|search|hash)$/.test(property)) {
    return { ...cleaned(derived(object), familySet('url', 'query')), ref: `${object.ref}.${property}` };
  }
  if (/^(?:href|origin)$/.test(property)) {
    return { ...derived(object), text: object.text, ref: `${object.ref}.${property}` };
  }
  return undefined;
}

function add(left: Value, right: Value, expression: Expression): Value {
  const isNumber = (value: Value): boolean => typeof value.literal === 'number';
  if (isNumber(left) && isNumber(right)) return valueWith({ taint: joinTaint(left.taint, right.taint) });
  return concatenate([left, right], expression);
}

function arithmetic(operator: string, left: number, right: number): Value {
  switch (operator) {
    case '+':
      return literalValue(left + right);
    case '-':
      return literalValue(left - right);
    case '*':
      return literalValue(left * right);
    case '**':
      return literalValue(left ** right);
    case '/':
      return literalValue(left / right);
    case '|':
      return literalValue(left | right);
    case '&':
      return literalValue(left & right);
    case '<<':
      return literalValue(left << right);
    default:
      return FIXED;
  }
}
