import { AgentError } from '../errors.ts';
import type { Message, Result, TextMessage, ThinkingMessage, ToolResult, ToolUse } from '../message.ts';

/** Messages of one type. */
export type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** All that a run yielded, and how it ended. */
export interface CollectedRun {
  readonly messages: readonly Message[];
  /** Absent where the run failed before it began. */
  readonly result: Result | undefined;
  /** What the iterator threw after the messages; `undefined` where it just ended. */
  readonly error: AgentError | undefined;
  /** Whole texts, without the chunks they came in. */
  readonly texts: readonly string[];
  /** Chunks of text as they came, of failed attempts too. */
  readonly chunks: readonly string[];
  readonly thinking: readonly string[];
  readonly toolUses: readonly ToolUse[];
  readonly toolResults: readonly ToolResult[];
  /** All messages of a type, in order. */
  ofType<Type extends Message['type']>(type: Type): readonly MessageOf<Type>[];
}

/**
 * Reads a run to its end. A failure that the run reports is given as `error`; anything else that is thrown is a defect,
 * and rejects.
 *
 * @example
 * const { result, toolResults } = await collect(run("Hi", { model }));
 */
export async function collect(run: AsyncIterable<Message>): Promise<CollectedRun> {
  const messages: Message[] = [];
  let error: AgentError | undefined;
  try {
    for await (const message of run) messages.push(message);
  } catch (thrown) {
    if (!AgentError.isInstance(thrown)) throw thrown;
    error = thrown;
  }
  return { messages, error, ...viewsOf(messages) };
}

function viewsOf(messages: readonly Message[]): Omit<CollectedRun, 'messages' | 'error'> {
  function ofType<Type extends Message['type']>(type: Type): MessageOf<Type>[] {
    // The comparison is what the type says; the compiler does not follow it through a type parameter.
    return messages.filter((message): message is MessageOf<Type> => message.type === type);
  }
  const textsOf = (all: readonly (TextMessage | ThinkingMessage)[], isPartial: boolean) =>
    all.filter((message) => message.isPartial === isPartial).map(({ text }) => text);
  return {
    result: ofType('result').at(-1),
    texts: textsOf(ofType('text'), false),
    chunks: textsOf(ofType('text'), true),
    thinking: textsOf(ofType('thinking'), false),
    toolUses: ofType('tool_use'),
    toolResults: ofType('tool_result'),
    ofType,
  };
}
