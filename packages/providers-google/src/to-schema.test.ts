import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@harness-sdk/core';
import { z } from 'zod';
import { toGoogleSchema } from './to-schema.ts';

test('leaves out the dialect, and leaves everything else', () => {
  const schema = {
    type: 'object',
    properties: { $schema: { type: 'string' }, mode: { const: 'a' }, either: { type: ['string', 'null'] } },
    required: ['mode'],
    additionalProperties: false,
  };
  expect(toGoogleSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema })).toEqual(schema);
});

test('puts in place of a reference what it refers to, with what stands beside it', () => {
  const schema = {
    type: 'object',
    properties: {
      from: { $ref: '#/$defs/place', description: 'Where from' },
      to: { anyOf: [{ $ref: '#/$defs/place' }, { type: 'null' }] },
      stops: { type: 'array', items: { $ref: '#/definitions/stop' } },
    },
    $defs: { place: { type: 'string', minLength: 1 } },
    definitions: { stop: { type: 'object', properties: { at: { $ref: '#/$defs/place' } } } },
  };
  expect(toGoogleSchema(schema)).toEqual({
    type: 'object',
    properties: {
      from: { type: 'string', minLength: 1, description: 'Where from' },
      to: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
      stops: { type: 'array', items: { type: 'object', properties: { at: { type: 'string', minLength: 1 } } } },
    },
  });
});

test('reads pointers as they are written', () => {
  const schema = { $defs: { 'a/b~c d': { type: 'number' } }, items: { $ref: '#/$defs/a~1b~0c%20d' } };
  expect(toGoogleSchema(schema)).toEqual({ items: { type: 'number' } });
});

describe('a schema that refers to itself', () => {
  test('keeps that reference alone, and what it needs', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node', description: 'more' } } };
    const inner = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
    const sent = toGoogleSchema({ type: 'object', properties: { head: { $ref: '#/$defs/node' } }, $defs: { node } });
    expect(sent).toMatchObject({ properties: { head: { type: 'object', properties: { next: {} } } } });
    expect(sent['$defs']).toMatchObject({ node: { properties: { next: { properties: inner.properties } } } });
    expect(referencesWithSiblings(sent)).toEqual([]);
  });

  test('can be the whole', () => {
    const sent = toGoogleSchema({ type: 'object', properties: { child: { $ref: '#' } } });
    expect(sent).toEqual({
      type: 'object',
      properties: { child: { type: 'object', properties: { child: { $ref: '#' } } } },
    });
  });

  test('as a library makes it is as small as before', () => {
    interface Tree {
      readonly children: readonly Tree[];
    }
    const tree: z.ZodType<Tree> = z.object({
      get children() {
        return z.array(tree);
      },
    });
    // A JSON Schema is JSON.
    const sent = toGoogleSchema(z.toJSONSchema(tree) as unknown as JsonObject);
    expect(sent).not.toHaveProperty('$schema');
    expect(referencesWithSiblings(sent)).toEqual([]);
    expect(JSON.stringify(sent).length).toBeLessThan(1_000);
  });
});

test('keeps a reference that leads nowhere, alone', () => {
  const schema = { items: { $ref: 'https://example.com/a.json', description: 'a' }, not: { $ref: '#/nowhere' } };
  expect(toGoogleSchema(schema)).toEqual({
    items: { $ref: 'https://example.com/a.json' },
    not: { $ref: '#/nowhere' },
  });
});

test('leaves data alone that looks like a schema', () => {
  const schema = { enum: [{ $ref: '#/a' }], default: { $ref: '#/a' }, const: { $ref: '#/a' } };
  expect(toGoogleSchema(schema)).toEqual(schema);
});

test('takes a property that is named like a keyword for a property', () => {
  const properties = { $ref: { type: 'string' }, enum: { $ref: '#/$defs/a' }, properties: { type: 'number' } };
  expect(toGoogleSchema({ properties, $defs: { a: { type: 'boolean' } } })).toEqual({
    properties: { ...properties, enum: { type: 'boolean' } },
  });
});

test('does not grow without end from a schema that refers to much', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `d${index}`,
      { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
    ]),
  );
  const sent = toGoogleSchema({ items: { $ref: '#/$defs/d0' }, $defs });
  expect(JSON.stringify(sent).length).toBeLessThan(1_000_000);
});

function referencesWithSiblings(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const isWrong = '$ref' in value && Object.keys(value).length > 1;
  return [...(isWrong ? [value] : []), ...Object.values(value).flatMap(referencesWithSiblings)];
}
