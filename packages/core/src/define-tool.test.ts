import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool, jsonSchema, type ToolDefinition } from './define-tool.ts';
import { OptionError } from './errors.ts';
import { toolContract } from './testing/contracts/index.ts';
import type { ToolContext } from './tool.ts';

const context = {} as ToolContext;

const add = defineTool({
  name: 'add',
  description: 'Adds.',
  input: z.object({ a: z.number(), b: z.number().default(1) }),
  accessKinds: [],
  execute: ({ a, b }) => String(a + b),
});

toolContract('add', () => ({ tool: add, validArgs: [{ a: 1, b: 2 }, { a: 1 }], invalidArgs: [{ a: '1' }, { b: 1 }] }));

describe('defineTool', () => {
  test('makes a tool of a schema and a function', async () => {
    expect(add).toMatchObject({
      name: 'add',
      description: 'Adds.',
      accessKinds: [],
      effect: 'once',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number', default: 1 } },
        required: ['a'],
      },
    });
    expect(add.inputSchema).not.toHaveProperty('$schema');
    expect(await add.validate({ a: 2 })).toEqual({ ok: true, args: { a: 2, b: 1 } });
    expect(add.execute({ a: 2, b: 1 }, context)).toBe('3');
  });

  test('says of wrong arguments where they are wrong, what was expected and what was received', async () => {
    const tool = defineTool({
      name: 'edit',
      description: 'Edits.',
      input: z.object({ edits: z.array(z.object({ line: z.number() })), mode: z.enum(['a', 'b']) }),
      execute: () => '',
    });
    const checked = await tool.validate({ edits: [{ line: 1 }, { line: 'two' }], mode: 'c' });
    expect(checked).toEqual({
      ok: false,
      issues: [
        { path: 'edits[1].line', message: expect.stringMatching(/expected number.*\(received: "two"\)/) },
        { path: 'mode', message: expect.stringMatching(/"a"\|"b".*\(received: "c"\)/) },
      ],
    });
    expect(await tool.validate('text')).toMatchObject({
      ok: false,
      issues: [{ path: '', message: expect.stringMatching(/expected object.*\(received: "text"\)/) }],
    });
    expect(await tool.validate({ edits: [] })).toMatchObject({
      issues: [{ path: 'mode', message: expect.stringContaining('(received: nothing)') }],
    });
  });

  test('shows only the beginning of a long value', async () => {
    const checked = await add.validate({ a: 'x'.repeat(10_000) });
    expect(JSON.stringify(checked).length).toBeLessThan(300);
  });

  test('touches all declared kinds, of which nothing is known, unless access says more', async () => {
    const base = { name: 't', description: 'T.', input: z.object({ path: z.string() }), execute: () => '' };
    const where = { cwd: '/' };
    expect(defineTool(base).accessKinds).toEqual(['execute']);
    expect(await defineTool(base).access({ path: 'a' }, where)).toEqual([{ kind: 'execute' }]);
    const reads = defineTool({ ...base, accessKinds: ['read', 'network'] });
    expect(await reads.access({ path: 'a' }, where)).toEqual([{ kind: 'read' }, { kind: 'network' }]);
    const precise = defineTool({
      ...base,
      accessKinds: ['read'],
      access: ({ path }, { cwd }) => [{ kind: 'read', path: cwd + path }],
    });
    expect(await precise.access({ path: 'a' }, where)).toEqual([{ kind: 'read', path: '/a' }]);
  });

  test('has a preview only where the definition has one', async () => {
    const base = { name: 't', description: 'T.', input: z.object({ to: z.string() }), execute: () => '' };
    expect(defineTool(base)).not.toHaveProperty('preview');
    const tool = defineTool({ ...base, preview: ({ to }, { cwd }) => ({ diff: `+${cwd}${to}` }) });
    const { signal } = new AbortController();
    expect(await tool.preview?.({ to: 'a' }, { cwd: '/', signal })).toEqual({ diff: '+/a' });
  });

  test('keeps the definition as the this of its functions', async () => {
    const definition = {
      name: 't',
      description: 'T.',
      input: z.object({}),
      accessKinds: ['read'] as const,
      root: '/root',
      access(): { kind: 'read'; path: string }[] {
        return [{ kind: 'read', path: this.root }];
      },
      execute(): string {
        return this.root;
      },
    };
    const { root: _root, ...known } = definition;
    const tool = defineTool({
      ...known,
      access: definition.access.bind(definition),
      execute: definition.execute.bind(definition),
    });
    expect(await tool.access({}, { cwd: '/' })).toEqual([{ kind: 'read', path: '/root' }]);
    expect(tool.execute({}, context)).toBe('/root');
  });

  const valid: ToolDefinition<object> = { name: 't', description: 'T.', input: z.object({}), execute: () => '' };

  test.each<[string, object]>([
    ['name', { ...valid, name: '' }],
    ['name', { ...valid, name: 'two words' }],
    ['name', { ...valid, name: 'x'.repeat(65) }],
    ['name', { ...valid, name: 7 }],
    ['description', { ...valid, description: undefined }],
    ['input', { ...valid, input: undefined }],
    ['input', { ...valid, input: {} }],
    ['input', { ...valid, input: { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } } }],
    ['input', { ...valid, input: z.object({ at: z.date() }) }],
    ['input', { ...valid, input: z.string() }],
    ['input', { ...valid, input: z.unknown() }],
    ['input', { ...valid, input: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]) }],
    ['input', { ...valid, input: jsonSchema({ type: 'array' }, (value) => ({ value })) }],
    ['accessKinds', { ...valid, accessKinds: ['reads'] }],
    ['accessKinds', { ...valid, accessKinds: 'read' }],
    ['access', { ...valid, access: [] }],
    ['effect', { ...valid, effect: 'twice' }],
    ['execute', { ...valid, execute: 'rm' }],
    ['parameters', { ...valid, parameters: {} }],
  ])('refuses a wrong %s', (option, definition) => {
    expect(() => defineTool(definition as ToolDefinition<object>)).toThrow(
      expect.toSatisfy((error) => OptionError.isInstance(error) && error.option === option),
    );
  });

  test('takes any name that providers take, also one that every object has', () => {
    for (const name of ['a', 'A-b_9', 'x'.repeat(64), '__proto__', 'constructor']) {
      expect(defineTool({ name, description: 'T.', input: z.object({}), execute: () => '' }).name).toBe(name);
    }
  });

  test('names the nearest option where one is mistyped', () => {
    const definition = { ...valid, acessKinds: [] };
    expect(() => defineTool(definition)).toThrow('Did you mean `accessKinds`?');
  });

  test('takes a schema whose functions need their object', async () => {
    class Schema {
      readonly '~standard' = new Standard();
    }
    class Standard {
      readonly version = 1;
      readonly vendor = 'test';
      readonly jsonSchema = new Converter();
      readonly #answer = 'validated';
      validate(): { readonly value: string } {
        return { value: this.#answer };
      }
    }
    class Converter {
      readonly #schema = { type: 'object' };
      input(): Record<string, unknown> {
        return this.#schema;
      }
      output(): Record<string, unknown> {
        return this.#schema;
      }
    }
    const tool = defineTool({ name: 't', description: 'T.', input: new Schema(), execute: (args) => args });
    expect(tool.inputSchema).toEqual({ type: 'object' });
    expect(await tool.validate({})).toEqual({ ok: true, args: 'validated' });
  });
});

describe('jsonSchema', () => {
  test('makes a tool schema of JSON Schema and a validator', async () => {
    const input = jsonSchema<{ readonly n: number }>({ type: 'object', required: ['n'] }, (value) =>
      typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number'
        ? { value: { n: value.n } }
        : { issues: [{ message: 'Expected a number', path: ['n'] }] },
    );
    const tool = defineTool({ name: 't', description: 'T.', input, execute: ({ n }) => String(n * 2) });
    expect(tool.inputSchema).toEqual({ type: 'object', required: ['n'] });
    expect(await tool.validate({ n: 2 })).toEqual({ ok: true, args: { n: 2 } });
    expect(await tool.validate({ n: '2' })).toEqual({
      ok: false,
      issues: [{ path: 'n', message: 'Expected a number (received: "2")' }],
    });
  });

  test('may check asynchronously, and say where by path segments', async () => {
    const input = jsonSchema({ type: 'object' }, async () => ({
      issues: [{ message: 'No', path: [{ key: 'a' }, 0, 'b'] }],
    }));
    const tool = defineTool({ name: 't', description: 'T.', input, execute: () => '' });
    expect(await tool.validate({ a: [{ b: 7 }] })).toEqual({
      ok: false,
      issues: [{ path: 'a[0].b', message: 'No (received: 7)' }],
    });
  });
});
