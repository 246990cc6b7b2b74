import type { ResponseCreateParamsStreaming, ResponseInputItem, Tool } from 'openai/resources/responses/responses';
import { z } from 'zod';
import { hasWords, pairProblems, problemsIn, repeatedIds } from './problems.ts';

const words = z.string().refine(hasWords, 'a text without words');
const callId = z.string().min(1).max(64);
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const phase = z.enum(['commentary', 'final_answer']).exactOptional();
const status = z.enum(['in_progress', 'completed', 'incomplete']);

const InputText = z.strictObject({ type: z.literal('input_text'), text: words });
const InputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/),
  detail: z.enum(['low', 'high', 'auto', 'original']),
});
const content = z.array(z.discriminatedUnion('type', [InputText, InputImage])).min(1);

const UserMessage = z.strictObject({
  type: z.literal('message').exactOptional(),
  role: z.literal('user'),
  content: z.union([words, content]),
});

/** What the model said, as the API takes it from anybody. */
const PlainAssistantMessage = z.strictObject({
  type: z.literal('message').exactOptional(),
  role: z.literal('assistant'),
  content: words,
  phase,
});

/** What the model said, as the API itself gave it. */
const OutputMessage = z.strictObject({
  type: z.literal('message'),
  role: z.literal('assistant'),
  id: z.string().min(1),
  status,
  content: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('output_text'),
          text: z.string(),
          annotations: z.array(z.custom<never>(() => true)),
          logprobs: z.array(z.custom<never>(() => true)).exactOptional(),
        }),
        z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
      ]),
    )
    .min(1),
  phase,
});

const FunctionCall = z.strictObject({
  type: z.literal('function_call'),
  id: z.string().min(1).exactOptional(),
  call_id: callId,
  name: toolName,
  arguments: z.string().refine(isJsonObject, 'not a JSON object'),
  status: status.exactOptional(),
  namespace: z.string().exactOptional(),
});

const FunctionCallOutput = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: callId,
  output: z.union([z.string(), content]),
});

const Reasoning = z
  .strictObject({
    type: z.literal('reasoning'),
    id: z.string().min(1),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: z.string() })).exactOptional(),
    encrypted_content: z.string().min(1).exactOptional(),
    status: status.exactOptional(),
  })
  .refine(
    ({ encrypted_content: encrypted, content: open = [] }) => encrypted !== undefined || open.length > 0,
    'nothing is stored at the vendor, so a reasoning item must hold its reasoning',
  );

/** Items of tools that the vendor runs: its own to check. */
const ServerItem = z.custom<Exclude<ResponseInputItem, { type?: PlainType | undefined }>>(
  (value) => isTyped(value) && /^(tool_search|web_search|code_interpreter|mcp)_\w+$/.test(value.type),
);
type PlainType = 'message' | 'function_call' | 'function_call_output' | 'reasoning';

const Item = z.union([
  UserMessage,
  PlainAssistantMessage,
  OutputMessage,
  FunctionCall,
  FunctionCallOutput,
  Reasoning,
  ServerItem,
]);

const FunctionTool = z.strictObject({
  type: z.literal('function'),
  name: toolName,
  description: z.string().exactOptional(),
  parameters: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean(),
});

/** Tools that the vendor runs: its own to check. */
const ServerTool = z.custom<Exclude<Tool, { type: 'function' }>>(
  (value) =>
    isTyped(value) && /^(web_search|file_search|code_interpreter|mcp|tool_search|image_generation)/.test(value.type),
);

const Body = z.strictObject({
  model: z.string().min(1),
  input: z.array(Item).min(1),
  stream: z.literal(true),
  store: z.literal(false),
  instructions: words.exactOptional(),
  include: z.array(z.literal('reasoning.encrypted_content')).exactOptional(),
  max_output_tokens: z.int().min(16).exactOptional(),
  tools: z
    .array(z.union([FunctionTool, ServerTool]))
    .min(1)
    .exactOptional(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: toolName })])
    .exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
  prompt_cache_key: z.string().min(1).max(64).exactOptional(),
  prompt_cache_options: z
    .strictObject({
      mode: z.enum(['implicit', 'explicit']).exactOptional(),
      ttl: z.enum(['30m', '12h']).exactOptional(),
    })
    .exactOptional(),
  reasoning: z
    .strictObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).exactOptional(),
      summary: z.enum(['auto', 'concise', 'detailed']).exactOptional(),
    })
    .exactOptional(),
});

type Body = z.infer<typeof Body>;
type Item = z.infer<typeof Item>;

/** What is wrong with the body of a request to the Responses API, by the vendor's types and its documented rules. */
export function responsesProblems(body: unknown): readonly string[] {
  return problemsIn(body, Body satisfies z.ZodType<ResponseCreateParamsStreaming>, rules);
}

function* rules({ input, tools, tool_choice: toolChoice }: Body): Generator<string> {
  if (toolChoice !== undefined && tools === undefined) yield 'tool_choice without tools';
  yield* repeatedIds(input.flatMap((item) => (kindOf(item) === 'call' ? [callIdOf(item)] : [])));
  const kinds = input.map(kindOf);
  if (kinds[0] !== 'user') yield 'the first item is not the user’s';
  if (kinds.at(-1) !== 'user' && kinds.at(-1) !== 'result') yield `the last item is of the kind ${kinds.at(-1)}`;
  let calls: string[] = [];
  let results: string[] = [];
  for (const [index, item] of [...input, undefined].entries()) {
    const kind = item === undefined ? 'end' : kindOf(item);
    const where = `input.${index}`;
    if (kinds[index - 1] === 'reasoning' && !['reasoning', 'assistant', 'call', 'server'].includes(kind)) {
      yield `${where}: a reasoning item stands without its required following item`;
    }
    if (kind === 'result' && item !== undefined) results.push(callIdOf(item));
    else if (results.length > 0 || kind === 'user' || kind === 'end') {
      yield* pairProblems(calls, results, where);
      [calls, results] = [[], []];
    }
    if (kind === 'call' && item !== undefined) calls.push(callIdOf(item));
  }
}

type Kind = 'user' | 'assistant' | 'call' | 'result' | 'reasoning' | 'server';

function kindOf(item: Item): Kind {
  if ('role' in item && (item.role === 'user' || item.role === 'assistant')) return item.role;
  const kinds: Readonly<Record<string, Kind>> = {
    function_call: 'call',
    function_call_output: 'result',
    reasoning: 'reasoning',
  };
  return kinds[('type' in item ? item.type : undefined) ?? ''] ?? 'server';
}

function callIdOf(item: Item): string {
  return 'call_id' in item && typeof item.call_id === 'string' ? item.call_id : '';
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // A SyntaxError: it is not JSON at all.
    return false;
  }
}

function isTyped(value: unknown): value is { readonly type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
