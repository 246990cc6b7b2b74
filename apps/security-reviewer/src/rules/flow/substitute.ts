import { cleanTaint, substituteTaint, type Origin, type Taint } from './taint.ts';
import { cleaned, concatenate, valueWith, type Value } from './value.ts';

const MAX_DEPTH = 4;

/**
 * What a function gives back to one caller: its parameters in `value` replaced by what the caller passed.
 *
 * @param passed - By the parameter's origin.
 */
export function substituteValue(value: Value, passed: ReadonlyMap<Origin, Value>, depth = 0): Value {
  if (value.taint.size === 0) return value;
  const whole = wholeParameter(value, passed);
  if (whole !== undefined) return whole;
  const taints = new Map<Origin, Taint>([...passed].map(([origin, argument]) => [origin, argument.taint]));
  const taint = substituteTaint(value.taint, taints);
  if (depth >= MAX_DEPTH) return valueWith({ taint, ref: value.ref, trail: value.trail });
  const substitute = (part: Value): Value => substituteValue(part, passed, depth + 1);
  const text =
    value.text === undefined
      ? undefined
      : concatenate(
          value.text.map((part) => (typeof part === 'string' ? part : substitute(part))),
          undefined,
        ).text;
  return {
    ...value,
    taint,
    text,
    items: value.items?.map(substitute),
    entries:
      value.entries === undefined
        ? undefined
        : new Map([...value.entries].map(([key, entry]) => [key, substitute(entry)])),
  };
}

/** The argument itself, where the value is one parameter and nothing else. */
function wholeParameter(value: Value, passed: ReadonlyMap<Origin, Value>): Value | undefined {
  if (value.taint.size !== 1 || value.text !== undefined || !/^\$\w+$/.test(value.ref)) return undefined;
  for (const [origin, safe] of value.taint) {
    const argument = passed.get(origin);
    if (argument !== undefined) {
      return cleaned({ ...argument, taint: cleanTaint(argument.taint, safe) }, safe);
    }
  }
  return undefined;
}
