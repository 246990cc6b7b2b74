import type { Json, JsonObject } from '@harness-sdk/core';
import { isObject } from './wire.ts';

/** References beyond this stay references: a schema may be small and everything it refers to huge. */
const maxInlined = 1_000;

/** Keywords whose value is data, or names that mean nothing here. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples', 'required']);

/** Keywords whose value is a list of schemas by name. */
const mapKeywords: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);

const definitionKeywords: ReadonlySet<string> = new Set(['$defs', 'definitions']);

/**
 * A JSON Schema as the API takes it: without `$schema`, and with each reference replaced by what it refers to, because
 * "if `$ref` is set on a sub-schema, no other properties, except for than those starting as a `$`, may be set"
 * (`GenerateContentConfig.responseJsonSchema` of `@google/genai` 3.1.0).
 *
 * What refers to itself cannot be replaced: there the reference stays, alone, and the definitions with it.
 */
export function toGoogleSchema(schema: JsonObject): JsonObject {
  const { $schema: _, ...root } = schema;
  const inliner = new Inliner(root);
  const inlined = inliner.schema(withoutDefinitions(root), []);
  if (!inliner.hasReferences) return inlined;
  const definitions = Object.entries(root).filter(([name]) => definitionKeywords.has(name));
  return { ...inlined, ...Object.fromEntries(definitions.map(([name, map]) => [name, inliner.map(map ?? {}, [])])) };
}

class Inliner {
  readonly #root: JsonObject;
  #inlined = 0;
  /** True once a reference had to stay. */
  hasReferences = false;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** @param open - The references that this schema is inside of. */
  schema(schema: JsonObject, open: readonly string[]): JsonObject {
    const { $ref: reference } = schema;
    if (typeof reference === 'string') return this.#reference(reference, schema, open);
    return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, this.#keyword(name, value, open)]));
  }

  map(map: Json, open: readonly string[]): Json {
    if (!isObject(map)) return map;
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, this.#value(value, open)]));
  }

  #keyword(name: string, value: Json | undefined, open: readonly string[]): Json | undefined {
    if (value === undefined || dataKeywords.has(name)) return value;
    return mapKeywords.has(name) || definitionKeywords.has(name) ? this.map(value, open) : this.#value(value, open);
  }

  #value(value: Json | undefined, open: readonly string[]): Json | undefined {
    if (Array.isArray(value)) {
      // The type of a list of JSON, which `Array.isArray` forgets.
      const items = value as readonly Json[];
      return items.map((item) => (isObject(item) ? this.schema(item, open) : item));
    }
    return isObject(value) ? this.schema(value, open) : value;
  }

  #reference(reference: string, schema: JsonObject, open: readonly string[]): JsonObject {
    const target = open.includes(reference) || this.#inlined >= maxInlined ? undefined : this.#resolve(reference);
    if (target === undefined) {
      this.hasReferences = true;
      return { $ref: reference };
    }
    this.#inlined++;
    const { $ref: _, ...siblings } = schema;
    return this.schema({ ...withoutDefinitions(target), ...siblings }, [...open, reference]);
  }

  /** What a pointer into this schema points to; `undefined` for anything else. */
  #resolve(reference: string): JsonObject | undefined {
    if (!reference.startsWith('#')) return undefined;
    let value: Json | undefined = this.#root;
    for (const step of reference.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return isObject(value) ? value : undefined;
  }
}

function withoutDefinitions(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !definitionKeywords.has(name)));
}
