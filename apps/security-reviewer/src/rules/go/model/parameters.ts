import type { ParameterContext } from '../../flow/language-model.ts';
import { taintedBy } from '../../flow/taint.ts';
import { FIXED, valueFrom, valueWith, type Value } from '../../flow/value.ts';
import { isRequest } from './requests.ts';

const PLAIN =
  /^(?:u?int(?:8|16|32|64)?|float(?:32|64)|bool|byte|rune|uintptr|time\.(?:Duration|Time|Month)|uuid\.UUID|error|\[\](?:u?int(?:32|64)?|float64|bool))$/;

/** Whether values of the type are numbers and the like, in which nothing can be hidden. */
export function isPlainType(ref: string): boolean {
  return PLAIN.test(ref);
}

/** What a parameter holds when the function is entered from outside, as its type tells. */
export function parameterValue(context: ParameterContext): Value | undefined {
  const { parameter, definition, position, origin } = context;
  if (parameter.annotation === undefined) return undefined;
  const type = context.refOf(parameter.annotation);
  if (isPlainType(type)) return FIXED;
  if (/(?:^|\.)context\.Context$/.test(type)) return { ...FIXED, ref: `${type}()` };
  if (isRequest(`${type}()`) || type.endsWith('http.ResponseWriter')) return valueFrom('unknown', `${type}()`);
  if (/^events\.(?:APIGateway|LambdaFunctionURL|ALB)\w*Request$/.test(type)) return valueFrom('remote', `${type}()`);
  // A method that a client calls by its name gets a context and a message.
  const isMessage = position === 1 && definition.isExported === true && /(?:^|\/)(?:pb|\w+pb|proto)\.\w+$/.test(type);
  if (isMessage) return valueFrom('remote', `${type}()`);
  if (/^archive\/(?:zip\.File(?:Header)?|tar\.Header)$/.test(type)) return { ...FIXED, ref: `${type}()` };
  const owner = context.classOf(type);
  if (owner !== undefined) return valueWith({ taint: taintedBy(origin), ref: `${type}()`, instanceOf: owner });
  return /^[\w/.-]+\.[A-Z]\w*$/.test(type) ? valueFrom(origin, `${type}()`) : undefined;
}
