/** Stands for a value that cannot be read as text. */
export const unreadable: unique symbol = Symbol('unreadable');

const maxDepth = 64;
const maxValues = 1_000_000;

/**
 * The texts that an argument holds, found by a path with dots. Numbers, booleans and null are their text. A name that
 * meets a list goes on in each of its items; a list or an object at the end of the path is all the texts in it, and a
 * list of plain values is also these joined by spaces.
 *
 * What cannot be read (a schema may make objects of any class of the arguments) is {@link unreadable}. Never throws.
 */
export function argumentTexts(args: unknown, path: string): readonly (string | typeof unreadable)[] {
  try {
    return new TextReader().at(args, path.split('.'), 0);
  } catch {
    // What a getter, a proxy or a toJSON of the tool's own class throws, and what has more in it than is looked at.
    return [unreadable];
  }
}

type Texts = readonly (string | typeof unreadable)[];

class TextReader {
  #values = 0;

  at(given: unknown, names: readonly string[], depth: number): Texts {
    const value = this.#read(given, depth);
    if (value === unreadable || names.length === 0) return this.#in(value, depth);
    if (typeof value !== 'object' || value === null) return [];
    const inItems = Array.isArray(value) ? value.flatMap((item) => this.at(item, names, depth + 1)) : [];
    // A key may have a dot in it, so that every beginning of the path may be one.
    const inKeys = names.flatMap((_name, index) => {
      const key = names.slice(0, index + 1).join('.');
      return Object.hasOwn(value, key) ? this.at(Reflect.get(value, key), names.slice(index + 1), depth + 1) : [];
    });
    return [...inKeys, ...inItems];
  }

  #in(given: unknown, depth: number): Texts {
    const value = this.#read(given, depth);
    if (value === unreadable) return [unreadable];
    if (value === undefined) return [];
    if (typeof value === 'string') return [value];
    // Numbers, booleans, null, and what a schema may make of a number.
    if (typeof value !== 'object' || value === null) return [`${value as number | bigint | boolean | null}`];
    const texts = Object.values(value).flatMap((item) => this.#in(item, depth + 1));
    const isList = Array.isArray(value) && value.length > 1 && value.every((item) => typeof item !== 'object');
    return isList ? [...texts, value.map(String).join(' ')] : texts;
  }

  /** One value; too deep, or one too many, and nobody can say what is in there. */
  #read(value: unknown, depth: number): unknown {
    if (++this.#values > maxValues) throw new RangeError('There are too many values to look at.');
    return depth > maxDepth ? unreadable : plain(value);
  }
}

/** A value as JSON would have it, one level deep. */
function plain(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return unreadable;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const toJson: unknown = Reflect.get(value, 'toJSON');
  if (typeof toJson === 'function') {
    const json: unknown = Reflect.apply(toJson, value, []);
    return json === value ? unreadable : json;
  }
  // A plain object's prototype is none, or has none itself.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null ? value : unreadable;
}
