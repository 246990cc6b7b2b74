import type { Json, JsonObject } from '@harness-sdk/core';

/** True for a JSON object, given something that came out of `JSON.parse`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string in a field that should hold one; empty where it holds something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The items of a field that should hold an array; none where it holds something else. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  // The parameter's type has no other array.
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The number in a field that should hold a count, if it does: servers may send anything. */
export function countOf(value: Json | undefined): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** The object in a field that should hold one; an empty one where it holds something else. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** What an object says besides the fields named, without what is `null`. */
export function fieldsBeside(value: JsonObject, names: readonly string[]): JsonObject {
  const others = Object.entries(value).filter(
    ([name, field]) => !names.includes(name) && field !== null && field !== undefined,
  );
  return Object.fromEntries(others);
}

/**
 * One frame of an event stream.
 *
 * @throws SyntaxError where it is not JSON, TypeError where it is not the JSON of an object.
 */
export function readObject(frame: string): JsonObject {
  const value: unknown = JSON.parse(frame);
  if (!isObject(value)) throw new TypeError('Expected an object.');
  return value;
}
