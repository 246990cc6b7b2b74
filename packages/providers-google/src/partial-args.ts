import type { Json } from '@harness-sdk/core';
import type { ParsedArguments } from '@harness-sdk/core/adapter';
import { isObject, textOf } from './wire.ts';
import type { WirePartialArg } from './wire.ts';

/** A value that is not a string comes whole; a string comes in pieces. */
type Leaf = string[] | number | boolean | null;

/**
 * The arguments of a function call that Vertex AI streams value by value, each with its place. Pieces of a string are
 * kept apart and joined once.
 *
 * @see https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 */
export class PartialArgs {
  /** By JSON path, in the order in which they began. */
  readonly #leaves = new Map<string, Leaf>();

  /** Takes a piece. One of the wrong kind has no place, and makes the arguments unreadable. */
  add(piece: WirePartialArg): void {
    const partial: WirePartialArg = isObject(piece) ? piece : { nullValue: null };
    const path = textOf(partial.jsonPath);
    const { stringValue, numberValue, boolValue, nullValue } = partial;
    if (typeof stringValue === 'string') this.#addPiece(path, stringValue);
    else if (typeof numberValue === 'number') this.#leaves.set(path, numberValue);
    else if (typeof boolValue === 'boolean') this.#leaves.set(path, boolValue);
    else if (nullValue !== undefined) this.#leaves.set(path, null);
  }

  /**
   * The arguments.
   *
   * @param isCut - True where the call was still going on when the answer ended.
   */
  toArguments(isCut: boolean): ParsedArguments {
    const args: Container = new Map();
    for (const [path, leaf] of this.#leaves) {
      const keys = keysOf(path);
      if (keys === undefined) return this.#unreadable(path);
      setAt(args, keys, Array.isArray(leaf) ? leaf.join('') : leaf);
    }
    const json = toPlain(args);
    if (!isCut) return { args: json };
    // As far as it got: without the end of the object.
    return { rawArgs: JSON.stringify(json).slice(0, -1), argsError: 'The arguments were cut off.' };
  }

  #addPiece(path: string, piece: string): void {
    const leaf = this.#leaves.get(path);
    if (Array.isArray(leaf)) leaf.push(piece);
    else this.#leaves.set(path, [piece]);
  }

  #unreadable(path: string): ParsedArguments {
    const lines = [...this.#leaves].map(([at, leaf]) => {
      const value = Array.isArray(leaf) ? leaf.join('') : leaf;
      return `${at} = ${JSON.stringify(value)}`;
    });
    return { rawArgs: lines.join('\n'), argsError: `${JSON.stringify(path)} is no place in the arguments.` };
  }
}

/** Maps until the end, so that no key can be one that an object treats in its own way. */
type Container = Map<string | number, Container | Exclude<Json, object>>;

function setAt(root: Container, keys: readonly (string | number)[], value: Exclude<Json, object>): void {
  let container = root;
  for (const key of keys.slice(0, -1)) {
    const next = container.get(key);
    if (next instanceof Map) {
      container = next;
    } else {
      const made: Container = new Map();
      container.set(key, made);
      container = made;
    }
  }
  // `keysOf` gives at least one.
  container.set(keys.at(-1) ?? '', value);
}

/** A container whose keys are all numbers is an array, in the order of the numbers. */
function toPlain(value: Container | Exclude<Json, object>): Json {
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]) => [key, toPlain(item)] as const);
  const isArray = entries.length > 0 && entries.every(([key]) => typeof key === 'number');
  if (!isArray) return Object.fromEntries(entries);
  return entries.toSorted(([left], [right]) => Number(left) - Number(right)).map(([, item]) => item);
}

/** `.name`, `[0]`, `['any text']` or `["any text"]`. */
const segment = /\.([^.[\]'"]+)|\[(\d+)\]|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]/y;

/** The keys of a path below `$`; `undefined` where it is none of that form. */
function keysOf(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const keys: (string | number)[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    keys.push(index === undefined ? (name ?? unquote(quoted ?? '')) : Number(index));
  }
  return keys.length === 0 ? undefined : keys;
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
