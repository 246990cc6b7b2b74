/**
 * The value with U+FFFD for every half of a surrogate pair in its texts, such as a tool's output that was cut inside an
 * emoji. Providers refuse a request that holds one, and a transcript that holds one would be refused for good.
 *
 * What needs no change is the same object as before. Objects and arrays are taken as JSON has them.
 *
 * @throws RangeError where the value contains itself, TypeError where it holds a bigint: neither is JSON.
 */
export function wellFormed<Value>(value: Value): Value {
  // A text becomes a text, an array an array and an object one with the same keys.
  if (typeof value === 'string') return value.toWellFormed() as Value;
  if (Array.isArray(value)) return wellFormedItems(value) as Value;
  if (typeof value === 'object' && value !== null) return wellFormedFields(value);
  if (typeof value === 'bigint') throw new TypeError('Expected a value that JSON can hold, got a bigint.');
  return value;
}

function wellFormedItems(items: readonly unknown[]): readonly unknown[] {
  const changed = items.map((item) => wellFormed(item));
  return changed.some((item, index) => item !== items[index]) ? changed : items;
}

function wellFormedFields<Fields extends object>(fields: Fields): Fields {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(fields);
  const changed = entries.map(([name, value]) => [name.toWellFormed(), wellFormed(value)] as const);
  const isSame = changed.every(([name, value], index) => name === entries[index]?.[0] && value === entries[index][1]);
  // The same keys, but for halves of surrogate pairs in them.
  return isSame ? fields : (Object.fromEntries(changed) as Fields);
}
