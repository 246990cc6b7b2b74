import type { ChatRequest, Message as TheirMessage, ToolCall as TheirToolCall } from 'ollama';
import { z } from 'zod';
import { base64, hasWords, pairProblems, problemsIn, repeatedIds } from './problems.ts';

const id = z.string().min(1);
/** The server takes any name in a history. */
const name = z.string();

const ToolCall = z.strictObject({
  id,
  function: z.strictObject({ name, arguments: z.record(z.string(), z.unknown()) }),
});

const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string().refine(hasWords) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.string(),
    images: z.array(z.string().regex(base64)).min(1).exactOptional(),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string(),
    thinking: z.string().min(1).exactOptional(),
    tool_calls: z.array(ToolCall).min(1).exactOptional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), tool_name: name, tool_call_id: id }),
]);

const Body = z.strictObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  stream: z.literal(true),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name,
          description: z.string(),
          parameters: z.looseObject({ type: z.literal('object') }),
        }),
      }),
    )
    .min(1)
    .exactOptional(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).exactOptional(),
  keep_alive: z.union([z.string(), z.number()]).exactOptional(),
  // Without it the server takes a window of its own, and drops what does not fit.
  options: z.looseObject({ num_ctx: z.int().min(1), num_predict: z.int().exactOptional() }),
  truncate: z.literal(false),
  shift: z.literal(false),
});

type Body = z.infer<typeof Body>;
type Message = z.infer<typeof Message>;

/** The vendor's own types lag behind its server: they know neither ids nor `truncate` and `shift`. */
type TheirBody = Omit<ChatRequest, 'messages' | 'stream'> & {
  messages?: (Omit<TheirMessage, 'tool_calls'> & { tool_calls?: (TheirToolCall & { id: string })[] })[];
  stream?: boolean;
};

/** What is wrong with the body of a chat request to Ollama, by the vendor's types and its documented rules. */
export function ollamaProblems(body: unknown): readonly string[] {
  return problemsIn(body, Body satisfies z.ZodType<TheirBody>, rules);
}

function* rules({ messages }: Body): Generator<string> {
  const said = messages.filter(({ role }) => role !== 'system');
  if (said[0]?.role !== 'user') yield 'the first message is not the user’s';
  if (said.at(-1)?.role === 'assistant') yield 'the last message is the assistant’s';
  if (messages.findLastIndex(({ role }) => role === 'system') > 0) yield 'a system message that is not the first';
  yield* repeatedIds(messages.flatMap((message) => callsOf(message).map((call) => call.id)));
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    if (message.role === 'tool') {
      const before = messages[index - 1]?.role;
      if (before !== 'tool' && before !== 'assistant') yield `${where}: a result that stands behind no calls`;
      continue;
    }
    const isSecond = message.role === 'user' && messages[index - 1]?.role === 'user';
    if (isSecond) yield `${where}: two messages of the user in a row`;
    if (isEmpty(message)) yield `${where}: says nothing`;
    yield* pairProblems(callsOf(message).map(keyOf), resultKeys(messages, index + 1), where);
  }
}

function isEmpty(message: Exclude<Message, { role: 'tool' }>): boolean {
  if (message.content !== '') return false;
  if (message.role === 'assistant') return message.tool_calls === undefined && message.thinking === undefined;
  return message.role !== 'user' || message.images === undefined;
}

function callsOf(message: Message): readonly z.infer<typeof ToolCall>[] {
  return message.role === 'assistant' ? (message.tool_calls ?? []) : [];
}

function keyOf(call: z.infer<typeof ToolCall>): string {
  return `${call.id} of ${call.function.name}`;
}

/** Of the results from `start` on, up to the first message that is none. */
function resultKeys(messages: readonly Message[], start: number): readonly string[] {
  const keys: string[] = [];
  for (const message of messages.slice(start)) {
    if (message.role !== 'tool') break;
    keys.push(`${message.tool_call_id} of ${message.tool_name}`);
  }
  return keys;
}
