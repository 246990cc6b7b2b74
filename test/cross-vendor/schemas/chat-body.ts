import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPartText,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions/completions';
import { z } from 'zod';
import { hasWords, pairProblems, problemsIn, repeatedIds } from './problems.ts';

const words = z.string().refine(hasWords, 'a text without words');
/** "Expected a string with maximum length 40", the vendor's own server says of a longer one. */
const callId = z.string().min(1).max(40);
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);

const Text = z.strictObject({ type: z.literal('text'), text: words });
const Image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/),
    detail: z.enum(['auto', 'low', 'high', 'original']).exactOptional(),
  }),
});

const ToolCall = z.strictObject({
  id: callId,
  type: z.literal('function'),
  function: z.strictObject({ name: toolName, arguments: z.string() }),
});

/** What compatible servers sent and want back; the vendor's types do not have it. */
const reasoning = {
  reasoning_content: z.string().exactOptional(),
  reasoning: z.string().exactOptional(),
  reasoning_details: z.array(z.unknown()).exactOptional(),
};

const Thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.array(z.strictObject({ type: z.literal('text'), text: words })).min(1),
});

/** Mistral's reasoning, which is a part of the content. */
const ThinkingPart = z.custom<ChatCompletionContentPartText>((value) => Thinking.safeParse(value).success);

const Assistant = z.strictObject({
  role: z.literal('assistant'),
  content: z
    .union([words, z.array(z.union([Text, ThinkingPart])).min(1)])
    .nullable()
    .exactOptional(),
  refusal: z.string().exactOptional(),
  tool_calls: z.array(ToolCall).min(1).exactOptional(),
  ...reasoning,
}) satisfies z.ZodType<ChatCompletionAssistantMessageParam>;

const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: words }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([words, z.array(z.discriminatedUnion('type', [Text, Image])).min(1)]),
  }),
  Assistant,
  z.strictObject({ role: z.literal('tool'), tool_call_id: callId, content: z.union([z.string(), z.array(Text)]) }),
]);

const Body = z.strictObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.literal(true) }),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: toolName,
          description: z.string().exactOptional(),
          parameters: z.looseObject({ type: z.literal('object') }),
          strict: z.boolean().exactOptional(),
        }),
      }),
    )
    .min(1)
    .exactOptional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: toolName }) }),
    ])
    .exactOptional(),
  max_tokens: z.int().min(1).exactOptional(),
  max_completion_tokens: z.int().min(1).exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
  prompt_cache_key: z.string().min(1).max(64).exactOptional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).exactOptional(),
  store: z.literal(false).exactOptional(),
});

type Body = z.infer<typeof Body>;
type Message = z.infer<typeof Message>;

/** What is wrong with the body of a Chat Completions request, by the vendor's types and its documented rules. */
export function chatProblems(body: unknown): readonly string[] {
  return problemsIn(body, Body satisfies z.ZodType<ChatCompletionCreateParamsStreaming>, rules);
}

function* rules({ messages, tools, tool_choice: toolChoice }: Body): Generator<string> {
  if (toolChoice !== undefined && tools === undefined) yield 'tool_choice without tools';
  const said = messages.filter((message) => !isSystem(message));
  if (said[0]?.role !== 'user') yield 'the first message is not the user’s';
  if (said.at(-1)?.role === 'assistant') yield 'the last message is the assistant’s';
  if (messages.slice(1).some(isSystem)) yield 'a system message that is not the first';
  yield* repeatedIds(messages.flatMap(callIds));
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    if (message.role === 'assistant' && (message.content ?? '') === '' && callIds(message).length === 0) {
      yield `${where}: an assistant message needs content or tool_calls`;
    }
    if (message.role === 'tool') {
      if (messages[index - 1]?.role !== 'tool' && messages[index - 1]?.role !== 'assistant') {
        yield `${where}: a tool message must follow an assistant message with tool_calls`;
      }
      continue;
    }
    const results = messages.slice(index + 1, firstOther(messages, index + 1));
    const resultIds = results.flatMap((result) => (result.role === 'tool' ? [result.tool_call_id] : []));
    yield* pairProblems(callIds(message), resultIds, where);
  }
}

function isSystem({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}

/** Place of the first message from `start` on that is no tool result. */
function firstOther(messages: readonly Message[], start: number): number {
  const found = messages.findIndex(({ role }, index) => index >= start && role !== 'tool');
  return found === -1 ? messages.length : found;
}

function callIds(message: Message): readonly string[] {
  return message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [];
}
