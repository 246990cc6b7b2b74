import type { Content, GenerationConfig, Part, Tool, ToolConfig } from '@google/genai';
import { z } from 'zod';
import { base64, pairProblems, problemsIn, repeatedIds } from './problems.ts';

const toolName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/);
const id = z.string().min(1);
const signed = { thoughtSignature: z.string().min(1).exactOptional() };
const InlineData = z.strictObject({ mimeType: z.string().regex(/^image\//), data: z.string().regex(base64) });

const TextPart = z.strictObject({ text: z.string(), thought: z.boolean().exactOptional(), ...signed });

const ImagePart = z.strictObject({ inlineData: InlineData });

const CallPart = z.strictObject({
  functionCall: z.strictObject({
    id: id.exactOptional(),
    name: toolName,
    args: z.record(z.string(), z.unknown()).exactOptional(),
  }),
  ...signed,
});

const ResponsePart = z.strictObject({
  functionResponse: z.strictObject({
    id: id.exactOptional(),
    name: toolName,
    response: z.union([
      z.strictObject({ output: z.string() }),
      z.strictObject({ error: z.string().min(1) }),
      z.strictObject({ result: z.string() }),
    ]),
    parts: z
      .array(z.strictObject({ inlineData: InlineData }))
      .min(1)
      .exactOptional(),
  }),
});

/** Parts of tools that the vendor runs: its own to check. */
const ServerPart = z.custom<Pick<Part, 'executableCode' | 'codeExecutionResult' | 'thoughtSignature'>>(isServerPart);

const UserContent = z.strictObject({
  role: z.literal('user'),
  parts: z.array(z.union([TextPart, ImagePart, ResponsePart])).min(1),
});
const ModelContent = z.strictObject({
  role: z.literal('model'),
  parts: z.array(z.union([TextPart, CallPart, ServerPart])).min(1),
});

const Body = z.strictObject({
  contents: z.array(z.discriminatedUnion('role', [UserContent, ModelContent])).min(1),
  systemInstruction: z
    .strictObject({ role: z.literal('user').exactOptional(), parts: z.array(TextPart).min(1) })
    .exactOptional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z
          .array(
            z.strictObject({
              name: toolName,
              description: z.string().exactOptional(),
              parametersJsonSchema: z.looseObject({ type: z.literal('object') }).exactOptional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1)
    .exactOptional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z.strictObject({
        mode: z.enum(['AUTO', 'ANY', 'NONE', 'VALIDATED']),
        allowedFunctionNames: z.array(toolName).exactOptional(),
      }),
    })
    .exactOptional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.int().min(1).exactOptional(),
      thinkingConfig: z
        .strictObject({
          includeThoughts: z.boolean().exactOptional(),
          thinkingBudget: z.int().exactOptional(),
          thinkingLevel: z.enum(['MINIMAL', 'LOW', 'MEDIUM', 'HIGH']).exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
});

type Body = z.infer<typeof Body>;
type WireContent = Body['contents'][number];
type WirePart = z.infer<typeof TextPart | typeof ImagePart | typeof CallPart | typeof ResponsePart | typeof ServerPart>;

/** The body as it goes over the wire, in the types of the vendor; its enums have the same values as strings. */
interface TheirBody {
  readonly contents: readonly Content[];
  readonly systemInstruction?: Content;
  readonly tools?: readonly Tool[];
  readonly toolConfig?: { readonly [Key in keyof ToolConfig]: unknown };
  readonly generationConfig?: { readonly [Key in keyof GenerationConfig]: unknown };
}

/** What is wrong with the body of a generateContent request, by the vendor's types and its documented rules. */
export function googleProblems(body: unknown): readonly string[] {
  return problemsIn(body, Body satisfies z.ZodType<TheirBody>, rules);
}

function* rules({ contents, tools, toolConfig }: Body): Generator<string> {
  if (toolConfig !== undefined && tools === undefined) yield 'toolConfig without tools';
  if (contents[0]?.role !== 'user') yield 'the first content is not the user’s';
  if (contents.at(-1)?.role !== 'user') yield 'the last content is not the user’s';
  yield* repeatedIds(contents.flatMap(({ parts }) => callsOf(parts).flatMap((call) => call.id ?? [])));
  for (const [index, content] of contents.entries()) {
    yield* contentRules(content, contents[index - 1], `contents.${index}`);
  }
}

function* contentRules(content: WireContent, before: WireContent | undefined, where: string): Generator<string> {
  const parts: readonly WirePart[] = content.parts;
  for (const part of parts) {
    if ('text' in part && part.text === '' && part.thoughtSignature === undefined) yield `${where}: an empty text`;
  }
  const responses = parts.flatMap((part) => ('functionResponse' in part ? [part.functionResponse] : []));
  if (parts.slice(0, responses.length).some((part) => !('functionResponse' in part))) {
    yield `${where}: something stands in front of a function response`;
  }
  const calls = before?.role === 'model' ? callsOf(before.parts) : [];
  yield* pairProblems(calls.map(nameAt), responses.map(nameAt), where);
  for (const [place, { id: callId }] of calls.entries()) {
    if (callId !== responses[place]?.id) yield `${where}: the call ${callId} is answered by ${responses[place]?.id}`;
  }
  if (callsOf(parts).length > 0 && before?.role !== 'user') yield `${where}: calls do not follow a turn of the user`;
  // What Gemini 3 and later ask for; our model is one of these.
  const first = parts.find((part) => 'functionCall' in part);
  if (first !== undefined && first.thoughtSignature === undefined) {
    yield `${where}: Function call is missing a thought_signature in functionCall parts`;
  }
}

/** With its place, because the order of the answers counts. */
function nameAt({ name }: { readonly name: string }, place: number): string {
  return `${place} ${name}`;
}

function callsOf(parts: readonly WirePart[]): readonly { readonly id?: string; readonly name: string }[] {
  return parts.flatMap((part) => ('functionCall' in part ? [part.functionCall] : []));
}

function isServerPart(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const kinds = Object.keys(part).filter((key) => key !== 'thoughtSignature');
  return kinds.length === 1 && (kinds[0] === 'executableCode' || kinds[0] === 'codeExecutionResult');
}
