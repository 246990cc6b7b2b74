import { expect, test } from 'vitest';
import type { JsonObject } from '@harness-sdk/core';
import { isStrictSchema } from './strict-schema.ts';

const text = { type: 'string', description: 'A word' };

function object(properties: JsonObject, others: JsonObject = {}): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false, ...others };
}

test.for<readonly [string, JsonObject]>([
  ['a closed object with all its properties required', object({ a: text })],
  ['objects and lists inside it', object({ a: object({ b: { type: 'array', items: object({ c: text }) } }) })],
  ['a property that may be null', object({ a: { type: ['string', 'null'] }, b: { anyOf: [text, { type: 'null' }] } })],
  ['definitions', object({ a: { $ref: '#/$defs/word' } }, { $defs: { word: text } })],
  ['an object without properties', object({})],
])('takes %s', ([, schema]) => {
  expect(isStrictSchema(schema)).toBe(true);
});

test.for<readonly [string, JsonObject]>([
  ['an open object', { type: 'object', properties: { a: text }, required: ['a'] }],
  ['a property that may be left out', object({ a: text }, { required: [] })],
  ['an open object deeper down', object({ a: { type: 'object', properties: {} } })],
  ['an open object in a list', object({ a: { type: 'array', items: { type: 'object' } } })],
  ['an open object among alternatives', object({ a: { anyOf: [{ type: 'object' }] } })],
  ['a keyword that not every model takes', object({ a: { type: 'string', pattern: '^a' } })],
  ['alternatives at the root', { anyOf: [object({})] }],
  ['a schema that is none', object({ a: true })],
  ['an array at the root', { type: 'array', items: text }],
  ['deep nesting', object({ a: object({ a: object({ a: object({ a: object({ a: text }) }) }) }) })],
])('refuses %s', ([, schema]) => {
  expect(isStrictSchema(schema)).toBe(false);
});
