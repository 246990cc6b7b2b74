import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  TextCitationParam,
} from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import { base64, hasWords, pairProblems, problemsIn, repeatedIds } from './problems.ts';

const CacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).exactOptional() });
const cached = { cache_control: CacheControl.exactOptional() };

const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string().refine(hasWords, 'text content blocks must contain non-whitespace text'),
  citations: z.array(z.custom<TextCitationParam>(isTyped)).nullable().exactOptional(),
  ...cached,
});

const Image = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({
    type: z.literal('base64'),
    media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
    data: z.string().regex(base64),
  }),
  ...cached,
});

const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);

const ToolUse = z.strictObject({
  type: z.literal('tool_use'),
  id,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  caller: z.strictObject({ type: z.literal('direct') }).exactOptional(),
  ...cached,
});

const ToolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: z.union([z.string().refine(hasWords), z.array(z.union([Text, Image])).min(1)]).exactOptional(),
  is_error: z.boolean().exactOptional(),
  ...cached,
});

const Thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().min(1),
});
const RedactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });

/** Blocks of tools that the vendor runs: its own to check. */
const ServerBlock = z.custom<Exclude<ContentBlockParam, { type: PlainType }>>(
  (value) =>
    isTyped(value) &&
    /^((server|mcp)_tool_use|\w+_tool_result|compaction)$/.test(value.type) &&
    value.type !== 'tool_result',
);
type PlainType = 'text' | 'image' | 'tool_use' | 'tool_result' | 'thinking' | 'redacted_thinking' | 'document';

const AssistantBlock = z.union([
  z.discriminatedUnion('type', [Text, ToolUse, Thinking, RedactedThinking]),
  ServerBlock,
]);

const Message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [Text, Image, ToolResult])).min(1),
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.array(AssistantBlock).min(1) }),
]);

const Tool = z.strictObject({
  name: toolName,
  description: z.string().exactOptional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  ...cached,
});

const Body = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  stream: z.literal(true),
  messages: z.array(Message).min(1),
  system: z.array(Text).min(1).exactOptional(),
  tools: z.array(Tool).min(1).exactOptional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['auto', 'any', 'none']) }),
      z.strictObject({ type: z.literal('tool'), name: toolName }),
    ])
    .exactOptional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('adaptive'),
        display: z.enum(['summarized', 'omitted']).exactOptional(),
      }),
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .exactOptional(),
  output_config: z
    .strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).exactOptional() })
    .exactOptional(),
});

type Body = z.infer<typeof Body>;
type Message = z.infer<typeof Message>;

/** What is wrong with the body of a request to the Messages API, by the vendor's types and its documented rules. */
export function anthropicProblems(body: unknown): readonly string[] {
  return problemsIn(body, Body satisfies z.ZodType<MessageCreateParamsStreaming>, rules);
}

function* rules({ messages, system, tools, tool_choice: toolChoice }: Body): Generator<string> {
  if (messages[0]?.role !== 'user') yield 'the first message is not the user’s';
  if (messages.at(-1)?.role !== 'user') yield 'the last message is not the user’s';
  if (toolChoice !== undefined && tools === undefined) yield 'tool_choice without tools';
  yield* repeatedIds(messages.flatMap(callIds));
  yield* repeatedIds((tools ?? []).map(({ name }) => name));
  const marks = JSON.stringify([messages, system, tools]).match(/"cache_control":/g) ?? [];
  if (marks.length > 4) yield `${marks.length} blocks with cache_control; 4 are the most`;
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    if (message.role === messages[index - 1]?.role) yield `${where}: two messages of the ${message.role} in a row`;
    yield* message.role === 'user' ? userRules(message, messages[index - 1], where) : endRules(message, where);
  }
}

type UserMessage = Extract<Message, { role: 'user' }>;

function* userRules({ content }: UserMessage, before: Message | undefined, where: string): Generator<string> {
  const results = content.filter((block) => block.type === 'tool_result');
  const firstOther = content.findIndex((block) => block.type !== 'tool_result');
  if (firstOther !== -1 && firstOther < results.length) yield `${where}: something stands in front of a tool result`;
  const calls = before === undefined ? [] : callIds(before);
  yield* pairProblems(
    calls,
    results.map((result) => result.tool_use_id),
    where,
  );
  for (const result of results) {
    if (result.is_error === true && result.content === undefined) yield `${where}: an error without content`;
  }
}

function* endRules({ content }: Message, where: string): Generator<string> {
  const last = content.at(-1);
  if (last?.type === 'text' && last.text !== last.text.trimEnd()) yield `${where}: ends with whitespace`;
}

function callIds({ content }: Message): readonly string[] {
  return content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function isTyped(value: unknown): value is { readonly type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
