import type { JsonObject, ModelRequest, ToolChoice, ToolSpec } from '@harness-sdk/core';
import { toWireName } from './call-id.ts';
import { toCacheParams } from './prompt-cache.ts';
import { effortOf, providerOptions, withVendorTools } from './request-model.ts';
import type { RequestModel } from './request-model.ts';
import { isStrictSchema } from './strict-schema.ts';
import { toResponseInput } from './to-response-input.ts';
import { itemsOf, objectOf } from './wire.ts';

/**
 * The body of a request to the Responses API. Pure: the same request gives the same body, in the same order of keys, so that
 * the prefix of instructions, tools and history can be cached.
 *
 * @throws ModelError with `invalid_request` where provider options or `cache` cannot be used.
 */
export function toResponseRequest(request: ModelRequest, model: RequestModel): JsonObject {
  const given = providerOptions(request, model);
  const { tools: _tools, include, reasoning, text, ...options } = given;
  const effort = effortOf(request, model);
  const tools = withVendorTools(request.tools.map(toTool), given);
  const format = toTextFormat(request.output);
  const reasoningParams = { ...(effort && { effort }), ...objectOf(reasoning) };
  const textParams = { ...(format && { format }), ...objectOf(text) };
  const included = [...(canReason(model) ? ['reasoning.encrypted_content'] : []), ...itemsOf(include)];
  return {
    model: model.id,
    stream: true,
    // Nothing is left with the provider; what it needs again of its own goes back with each call.
    store: false,
    ...(included.length > 0 && { include: [...new Set(included)] }),
    ...(request.system?.trim() && { instructions: request.system }),
    ...(tools.length > 0 && { tools }),
    ...(tools.length > 0 && request.toolChoice && { tool_choice: toToolChoice(request.toolChoice) }),
    input: toResponseInput(request.messages, { provider: model.provider, modelId: model.id }),
    ...(request.maxOutputTokens !== undefined && { max_output_tokens: request.maxOutputTokens }),
    ...(Object.keys(reasoningParams).length > 0 && { reasoning: reasoningParams }),
    ...(Object.keys(textParams).length > 0 && { text: textParams }),
    ...(model.hasOpenAIModels && toCacheParams(request)),
    ...options,
  };
}

/** Models that do not reason refuse to include reasoning; one that is not known may. */
function canReason({ info }: RequestModel): boolean {
  return info.capabilities?.thinking !== false;
}

/** Never strict: the API refuses most schemas then, and the arguments are checked where the tool is run. */
function toTool({ name, description, inputSchema }: ToolSpec): JsonObject {
  return { type: 'function', name, description, parameters: { ...inputSchema, type: 'object' }, strict: false };
}

function toToolChoice(choice: ToolChoice): JsonObject | string {
  return typeof choice === 'object' ? { type: 'function', name: choice.name } : choice;
}

function toTextFormat(output: ModelRequest['output']): JsonObject | undefined {
  if (output === undefined) return undefined;
  const { name, schema } = output;
  return { type: 'json_schema', name: toWireName(name), schema, strict: isStrictSchema(schema) };
}
