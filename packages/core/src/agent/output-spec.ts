import { toObjectSchema, validateWith } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ToolSchema, Validation } from '../tool.ts';

/** What the final answer has to be. */
export interface OutputSpec {
  readonly schema: JsonObject;
  validate(value: unknown): Promise<Validation>;
}

/**
 * Reads the option `output`.
 *
 * @throws OptionError for something that is no schema of an object.
 */
export function outputSpecOf(schema: ToolSchema): OutputSpec {
  const standard: unknown =
    typeof schema === 'object' || typeof schema === 'function' ? schema?.['~standard'] : undefined;
  if (typeof standard !== 'object' || standard === null) {
    const message = 'Expected `output` of run to be a schema, such as z.object({ … }) or jsonSchema(schema, validate).';
    throw new OptionError('output', message);
  }
  return {
    schema: toObjectSchema('the output', 'output', schema),
    validate: (value) => validateWith(schema, value),
  };
}
