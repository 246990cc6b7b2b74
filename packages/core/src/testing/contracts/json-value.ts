import assert from 'node:assert/strict';

/** What keeps a value from being plain JSON; empty where nothing does. A key that holds `undefined` counts as absent. */
export function jsonProblems(value: unknown, path: string = 'value'): readonly string[] {
  return [...problemsOf(value, path, [])];
}

/** @throws AssertionError where the value is not plain JSON. */
export function assertJson(value: unknown, what: string): void {
  const problems = jsonProblems(value, what);
  assert.ok(problems.length === 0, `Expected plain JSON: ${problems.join('; ')}.`);
}

/** @throws AssertionError where `actual` is not plain JSON, or not the same JSON as `expected`. */
export function assertSameJson(actual: unknown, expected: unknown, message: string): void {
  assertJson(actual, 'actual');
  const difference = firstDifference(actual, expected, 'value');
  assert.ok(difference === undefined, `${message} ${difference}`);
}

/** Where two values of plain JSON differ; cheap and short where they are large, as the assertions' own report is not. */
function firstDifference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (actual === expected) return undefined;
  if (!isHolder(actual) || !isHolder(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path} is ${shown(actual)}, not ${shown(expected)}.`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = firstDifference(ownValue(actual, key), ownValue(expected, key), `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Not what the prototype has under that name. */
function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

const shownLength = 120;

/** A value for a message, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}… (${text.length} characters)` : text;
}

/** Freezes a value and all it holds, so that writing to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

function* problemsOf(value: unknown, path: string, ancestors: readonly object[]): Generator<string, void> {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) yield `${path} is ${value}`;
  } else if (typeof value !== 'object') {
    yield `${path} is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`;
  } else if (ancestors.includes(value)) {
    yield `${path} holds itself`;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* problemsOf(item, `${path}[${index}]`, [...ancestors, value]);
  } else if (!isPlain(value)) {
    yield `${path} is an instance of ${value.constructor?.name ?? 'a class'}`;
  } else {
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined) yield* problemsOf(inner, `${path}.${key}`, [...ancestors, value]);
    }
  }
}

/** True for an object literal's prototype, of any realm, and for none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
