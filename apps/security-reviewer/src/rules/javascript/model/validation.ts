import type { CallSite } from '../../flow/call-site.ts';
import type { FamilySet } from '../../flow/taint.ts';
import { cleaned, derived, FIXED, UNKNOWN, valueWith, type Value } from '../../flow/value.ts';

/** Schemas that let no free text through. */
const CLOSED =
  /(?:^|\.)(?:number|boolean|bigint|date|int|enum|nativeEnum|literal|uuid|guid|picklist|valid|isInt|cuid2?|ulid)(?:\(\)|\.|$)/;

/** What has been checked against a schema, field by field where the schema is seen. */
export function validated(site: CallSite, method: string, families: FamilySet): Value {
  const { receiver } = site;
  const isFunction = receiver === undefined || /^(?:valibot|superstruct)\b/.test(site.ref);
  const data = (isFunction ? site.positional[1] : site.positional[0]) ?? site.positional[0] ?? UNKNOWN;
  const schema = isFunction ? site.positional[0] : receiver;
  const value = checked(data, schema, families);
  if (method === 'safeParse') {
    return valueWith({
      taint: value.taint,
      entries: new Map([
        ['data', value],
        ['success', FIXED],
      ]),
    });
  }
  if (/^(?:validate|attempt)$/.test(method) && /\bjoi\b/.test(site.ref)) {
    return valueWith({
      taint: value.taint,
      entries: new Map([
        ['value', value],
        ['error', FIXED],
      ]),
    });
  }
  return value;
}

function checked(data: Value, schema: Value | undefined, families: FamilySet): Value {
  if (schema !== undefined && CLOSED.test(schema.ref) && schema.entries === undefined) return FIXED;
  const whole = cleaned(derived(data, `${data.ref}!`), families);
  if (schema?.entries === undefined) return whole;
  const entries = new Map(
    [...schema.entries].map(
      ([key, field]) => [key, checked(derived(data, `${data.ref}.${key}`), field, families)] as const,
    ),
  );
  return { ...whole, entries };
}
