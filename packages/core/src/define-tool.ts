import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { OptionError, messageOf } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { checkOptions } from './check-options.ts';
import type {
  Access,
  AccessContext,
  AccessKind,
  PreviewContext,
  Tool,
  ToolContext,
  ToolEffect,
  ToolReturn,
  ToolSchema,
  Validation,
  ValidationIssue,
} from './tool.ts';

/** What {@link defineTool} takes. `Args` is what the schema's validation gives. */
export interface ToolDefinition<Args> {
  /** Letters, digits, `_` and `-`, at most 64: what every provider accepts. */
  readonly name: string;
  readonly description: string;
  /** A zod 4, valibot or arktype schema of an object, any other that implements both standards, or {@link jsonSchema}. */
  readonly input: ToolSchema<Args>;
  /** Kinds of access that calls can have; a call outside them is denied. Default `["execute"]`; `[]` is pure computation. */
  readonly accessKinds?: readonly AccessKind[];
  /** What one call touches. Default: every declared kind, with nothing known about it. */
  access?(args: Args, context: AccessContext): readonly Access[] | Promise<readonly Access[]>;
  /**
   * What one call would do, shown to the person who is asked, such as a unified diff; the same shape as the output's
   * `display`. Changes nothing; where it throws, there is no preview.
   */
  preview?(args: Args, context: PreviewContext): Json | Promise<Json>;
  /** Default `once`. */
  readonly effect?: ToolEffect;
  execute(args: Args, context: ToolContext): ToolReturn;
}

/**
 * Makes a tool of a schema and a function; the types of the arguments come from the schema.
 *
 * @throws OptionError for an impossible name, an unknown access kind, or a schema that cannot give JSON Schema.
 *
 * @example
 * const add = defineTool({
 *   name: "add",
 *   description: "Adds two numbers.",
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   accessKinds: [],
 *   execute: ({ a, b }) => String(a + b),
 * });
 */
export function defineTool<Args>(definition: ToolDefinition<Args>): Tool {
  checkDefinition(definition);
  const accessKinds = definition.accessKinds ?? ['execute'];
  const access = definition.access?.bind(definition);
  const preview = definition.preview?.bind(definition);
  return {
    name: definition.name,
    description: definition.description,
    inputSchema: toObjectSchema(`tool "${definition.name}"`, 'input', definition.input),
    accessKinds,
    effect: definition.effect ?? 'once',
    validate: (args) => validateWith(definition.input, args),
    // The casts hold because the core calls these only with what `validate` returned.
    access: (args, context) =>
      access === undefined ? accessKinds.map((kind): Access => ({ kind })) : access(args as Args, context),
    ...(preview === undefined
      ? {}
      : { preview: (args: unknown, context: PreviewContext) => preview(args as Args, context) }),
    execute: (args, context) => definition.execute(args as Args, context),
  };
}

/**
 * A tool schema from plain JSON Schema and a validator, for those who use neither zod nor its like.
 *
 * @param validate - Returns the typed arguments, or what is wrong with them.
 */
export function jsonSchema<Args>(
  schema: JsonObject,
  validate: (value: unknown) => StandardSchemaV1.Result<Args> | Promise<StandardSchemaV1.Result<Args>>,
): ToolSchema<Args> {
  const convert = (): Record<string, unknown> => ({ ...schema });
  return {
    '~standard': { version: 1, vendor: 'harness-sdk', validate, jsonSchema: { input: convert, output: convert } },
  };
}

const accessKindNames: readonly string[] = ['read', 'write', 'execute', 'network', 'spawn'];

function checkDefinition<Args>(definition: ToolDefinition<Args>): void {
  checkOptions('defineTool', definition, {
    name: { type: 'string', required: true },
    description: { type: 'string', required: true },
    input: { type: 'object', required: true },
    accessKinds: { type: 'array' },
    access: { type: 'function' },
    preview: { type: 'function' },
    effect: { oneOf: ['none', 'idempotent', 'once'] },
    execute: { type: 'function', required: true },
  });
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(definition.name)) {
    const name = JSON.stringify(definition.name);
    throw new OptionError('name', `Expected a tool's name of 1 to 64 letters, digits, "_" or "-", got ${name}.`);
  }
  for (const kind of definition.accessKinds ?? []) {
    if (!accessKindNames.includes(kind)) {
      const known = accessKindNames.join(', ');
      throw new OptionError(
        'accessKinds',
        `Tool "${definition.name}" has the unknown access kind "${kind}". Known: ${known}.`,
      );
    }
  }
}

/**
 * JSON Schema of what goes into a schema, which must be an object.
 *
 * @param owner - Whose schema it is, and `option` the option that has it; for messages.
 * @throws OptionError
 */
export function toObjectSchema(owner: string, option: string, schema: StandardJSONSchemaV1): JsonObject {
  const converter = schema['~standard']?.jsonSchema;
  if (typeof converter?.input !== 'function') {
    throw new OptionError(
      option,
      `The schema of ${owner} cannot give JSON Schema. Use one that implements Standard JSON Schema (zod 4.2, arktype, valibot with @valibot/to-json-schema), or jsonSchema(schema, validate).`,
    );
  }
  const inputSchema = convertInput(owner, option, converter);
  if (inputSchema['type'] === 'object') return inputSchema;
  const got = JSON.stringify(inputSchema['type'] ?? 'no type');
  throw new OptionError(option, `Expected the schema of ${owner} to be of an object, got ${got}.`);
}

function convertInput(owner: string, option: string, converter: StandardJSONSchemaV1.Converter): JsonObject {
  try {
    const { $schema: _dialect, ...inputSchema } = converter.input({ target: 'draft-2020-12' });
    // JSON Schema is JSON; the standard's type is only wider.
    return inputSchema as JsonObject;
  } catch (error) {
    throw new OptionError(option, `The schema of ${owner} cannot give JSON Schema: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The value as the schema gives it, or what is wrong with it. */
export async function validateWith(schema: StandardSchemaV1, args: unknown): Promise<Validation> {
  const result = await schema['~standard'].validate(args);
  if (result.issues === undefined) return { ok: true, args: result.value };
  return { ok: false, issues: result.issues.map((issue) => describeIssue(issue, args)) };
}

function describeIssue(issue: StandardSchemaV1.Issue, args: unknown): ValidationIssue {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  return { path: toPath(keys), message: `${issue.message} (received: ${describeValue(valueAt(args, keys))})` };
}

function toPath(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  // Reading a property of any non-null value is safe; the type only has to be told.
  return keys.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

const shownValueLength = 80;

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > shownValueLength ? `${text.slice(0, shownValueLength)}…` : text;
}
