import { ModelError, messageOf } from '@harness-sdk/core';
import { wellFormed } from '@harness-sdk/core/adapter';
import type { JsonObject, ModelInfo, ModelRequest, ToolChoice, ToolSpec } from '@harness-sdk/core';
import type {
  CacheControlEphemeral,
  ContentBlockParam,
  MessageCreateParamsStreaming,
  TextBlockParam,
  Tool,
  ToolChoice as AnthropicToolChoice,
} from '@anthropic-ai/sdk/resources/messages';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { ThinkingControl } from './model-info.ts';
import { optionProblem } from './provider-options.ts';
import { toAnthropicMessages } from './to-messages.ts';
import type { AnthropicMessage } from './to-messages.ts';
import { toThinking } from './to-thinking.ts';
import { isObject } from './wire.ts';

/** What of the model the request depends on. */
export interface RequestModel {
  readonly id: string;
  readonly info: ModelInfo;
  readonly thinking: ThinkingControl;
  /** Provider options for every call of the model. */
  readonly options: JsonObject;
}

/**
 * `max_tokens` of a model whose output limit is unknown. The API wants a number and refuses one above the model's limit;
 * no model since Claude 3.5 has a lower one than this.
 */
const defaultMaxTokens = 8_192;

/**
 * The body as it can be sent: no half of a surrogate pair in it, which the API refuses.
 *
 * @throws ModelError with `invalid_request` where the request is none that JSON could hold, or cannot be honoured.
 */
export function toBody(request: ModelRequest, model: RequestModel): MessageCreateParamsStreaming {
  try {
    return wellFormed(toAnthropicRequest(request, model));
  } catch (error) {
    if (ModelError.isInstance(error)) throw error;
    throw new ModelError('invalid_request', `The request cannot be sent as JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * The request body for a model call. Pure: the same request gives the same body, in the same order of keys, so that the
 * prefix of tools, system and history can be cached.
 *
 * @throws ModelError with `invalid_request` where provider options or `cache` cannot be used.
 */
export function toAnthropicRequest(request: ModelRequest, model: RequestModel): MessageCreateParamsStreaming {
  const { tools: vendorTools = [], output_config, ...options } = providerOptions(request, model);
  const maxTokens = request.maxOutputTokens ?? model.info.maxOutputTokens ?? defaultMaxTokens;
  const { thinking, effort } = toThinking(request, model.thinking, maxTokens);
  const system = toSystem(request.system);
  const tools = [...request.tools.map(toTool), ...vendorTools];
  const marker = cacheMarker(request.cache);
  const own = marksOf(vendorTools) + (isObject(options.cache_control) ? 1 : 0);
  const prefixMarker = maxMarks - own > 1 ? marker : undefined;
  const outputConfig = { ...(effort && { effort }), ...toOutputFormat(request.output), ...output_config };
  return {
    model: model.id,
    max_tokens: maxTokens,
    stream: true,
    // The API's order of the cached prefix: tools, system, messages. A mark on the system covers the tools as well.
    ...(tools.length > 0 && { tools: system.length > 0 ? tools : markLast(tools, prefixMarker) }),
    ...(tools.length > 0 && request.toolChoice && { tool_choice: toToolChoice(request.toolChoice) }),
    ...(system.length > 0 && { system: markLast(system, prefixMarker) }),
    messages: markTurns(toAnthropicMessages(request.messages, model.id), marker, maxMarks - own),
    ...(thinking && { thinking }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...options,
  };
}

/** Checked for what the request says itself; the API checks the rest. */
interface CheckedOptions {
  readonly tools?: readonly Tool[];
  readonly output_config?: MessageCreateParamsStreaming['output_config'];
  readonly cache_control?: CacheControlEphemeral | null;
}

function providerOptions(request: ModelRequest, model: RequestModel): CheckedOptions {
  const options = { ...model.options, ...request.providerOptions?.['anthropic'] };
  const problem = optionProblem(options);
  if (problem !== undefined) throw new ModelError('invalid_request', `providerOptions.anthropic: ${problem.reason}`);
  return options;
}

function toSystem(system: string | undefined): TextBlockParam[] {
  return system === undefined || system.trim() === '' ? [] : [{ type: 'text', text: system }];
}

function toTool({ name, description, inputSchema }: ToolSpec): Tool {
  return { name, description, input_schema: { ...inputSchema, type: 'object' } };
}

function toToolChoice(choice: ToolChoice): AnthropicToolChoice {
  if (typeof choice === 'object') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}

/** Through the vendor's own conversion: constraints that the API does not enforce become part of the description. */
function toOutputFormat(output: ModelRequest['output']): MessageCreateParamsStreaming['output_config'] {
  if (output === undefined) return {};
  try {
    return { format: { type: 'json_schema', schema: transformJSONSchema(output.schema) } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ModelError('invalid_request', `The schema of the output ${output.name} cannot be used: ${why}`, {
      cause: error,
    });
  }
}

function cacheMarker(cache: ModelRequest['cache'] = true): CacheControlEphemeral | undefined {
  if (cache === false) return undefined;
  if (cache === true) return { type: 'ephemeral' };
  if (cache === '5m' || cache === '1h') return { type: 'ephemeral', ttl: cache };
  throw new ModelError(
    'invalid_request',
    `Expected \`cache\` to be true, false, "5m" or "1h", got ${JSON.stringify(cache)}.`,
  );
}

/**
 * Marks the ends of the last two user messages: the last is written, and the one before is where this prefix was written
 * the last time. The API looks only 20 blocks back from a mark by itself, which one batch of tool calls can fill.
 * Together with the system that makes three of the four marks that a request may have. Where the provider options bring
 * marks of their own there is room for fewer: the end of the history comes first, then the system.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
function markTurns(
  messages: AnthropicMessage[],
  marker: CacheControlEphemeral | undefined,
  room: number,
): AnthropicMessage[] {
  if (marker === undefined || room < 1) return messages;
  const marked = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : [])).slice(room > 2 ? -2 : -1);
  return messages.map((message, index) =>
    marked.includes(index) ? { ...message, content: markLast(message.content, marker) } : message,
  );
}

/** The most marks that a request may have; the API refuses a fifth. */
const maxMarks = 4;

function marksOf(tools: readonly Tool[]): number {
  return tools.filter((tool) => isObject(tool.cache_control)).length;
}

/** Blocks of a user message, of the system and tools all take a mark. */
function markLast<Block extends ContentBlockParam | Tool>(
  blocks: Block[],
  marker: CacheControlEphemeral | undefined,
): Block[] {
  const last = blocks.at(-1);
  return last === undefined || marker === undefined
    ? blocks
    : [...blocks.slice(0, -1), { ...last, cache_control: marker }];
}
