import type { Json, JsonObject } from '@harness-sdk/core';
import { isObject, itemsOf } from './wire.ts';

/** Keywords that the strict mode of both APIs enforces or ignores. Others it refuses, at least on some models. */
const keywords: ReadonlySet<string> = new Set([
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  '$ref',
  '$defs',
]);

/** The API's oldest limit; newer models take more. */
const maxDepth = 5;

/**
 * True where the API will take a schema in strict mode, in which the answer is sure to fit it: every object closed, every
 * property required, nothing but what that mode knows, and an object at the root.
 *
 * @see https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas
 */
export function isStrictSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' && isStrict(schema, 1);
}

function isStrict(schema: Json | undefined, depth: number): boolean {
  if (!isObject(schema) || depth > maxDepth) return false;
  if (!Object.keys(schema).every((name) => keywords.has(name))) return false;
  if (schema['type'] === 'object' && !isClosed(schema)) return false;
  return childrenOf(schema).every((child) => isStrict(child, depth + 1));
}

function isClosed({ properties, required, additionalProperties }: JsonObject): boolean {
  const names = isObject(properties) ? Object.keys(properties) : [];
  return additionalProperties === false && names.every((name) => itemsOf(required).includes(name));
}

function childrenOf({ properties, items, anyOf, $defs }: JsonObject): readonly (Json | undefined)[] {
  const named = [properties, $defs].flatMap((group) => (isObject(group) ? Object.values(group) : []));
  return [...named, ...(items === undefined ? [] : [items]), ...itemsOf(anyOf)];
}
