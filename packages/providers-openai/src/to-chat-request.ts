import type { JsonObject, ModelRequest, ToolChoice, ToolSpec } from '@harness-sdk/core';
import { toWireName } from './call-id.ts';
import { toCacheParams } from './prompt-cache.ts';
import { effortOf, providerOptions, withVendorTools } from './request-model.ts';
import type { RequestModel } from './request-model.ts';
import { isStrictSchema } from './strict-schema.ts';
import { toChatMessages } from './to-chat-messages.ts';
import { objectOf } from './wire.ts';

/**
 * The body of a request to Chat Completions. Compatible servers refuse parameters that they do not know, so only what the
 * request asks for is in it. Pure: the same request gives the same body, in the same order of keys, so that the prefix of
 * tools and messages can be cached.
 *
 * @throws ModelError with `invalid_request` where provider options or `cache` cannot be used.
 */
export function toChatRequest(request: ModelRequest, model: RequestModel): JsonObject {
  const given = providerOptions(request, model);
  const { tools: _tools, stream_options: givenStream, ...options } = given;
  const effort = effortOf(request, model);
  const streamOptions = { ...(reportsUsageWhenAsked(model) && { include_usage: true }), ...objectOf(givenStream) };
  const tools = withVendorTools(request.tools.map(toTool), given);
  return {
    model: model.id,
    stream: true,
    ...(Object.keys(streamOptions).length > 0 && { stream_options: streamOptions }),
    ...(tools.length > 0 && { tools }),
    ...(tools.length > 0 && request.toolChoice && { tool_choice: toToolChoice(request.toolChoice) }),
    messages: toChatMessages(request.messages, request.system, { provider: model.provider, modelId: model.id }),
    ...toOutputLimit(request.maxOutputTokens, model),
    ...(effort && { reasoning_effort: effort }),
    ...(request.output && { response_format: toResponseFormat(request.output) }),
    ...(model.hasOpenAIModels && toCacheParams(request)),
    ...options,
  };
}

/** Mistral reports the counts in any case, and refuses the option: "Extra inputs are not permitted". */
function reportsUsageWhenAsked({ provider }: RequestModel): boolean {
  return provider !== 'mistral';
}

/** OpenAI's reasoning models take only the new name; Mistral and others take only the old one. */
function toOutputLimit(tokens: number | undefined, { hasOpenAIModels }: RequestModel): JsonObject {
  if (tokens === undefined) return {};
  return hasOpenAIModels ? { max_completion_tokens: tokens } : { max_tokens: tokens };
}

function toTool({ name, description, inputSchema }: ToolSpec): JsonObject {
  return { type: 'function', function: { name, description, parameters: { ...inputSchema, type: 'object' } } };
}

function toToolChoice(choice: ToolChoice): JsonObject | string {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}

function toResponseFormat({ name, schema }: NonNullable<ModelRequest['output']>): JsonObject {
  return { type: 'json_schema', json_schema: { name: toWireName(name), schema, strict: isStrictSchema(schema) } };
}
