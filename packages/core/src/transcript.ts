import type { Json } from './json.ts';

/** Text, for people or for the model. */
export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
  /** Opaque data of the provider that wrote this block, replayed to it byte for byte. */
  readonly native?: Json;
}

/** An image, base64 encoded. */
export interface ImageBlock {
  readonly type: 'image';
  /** For example `image/png`. */
  readonly mediaType: string;
  /** Base64, without a `data:` prefix. */
  readonly data: string;
}

/** What a user or a tool can show a model. */
export type ContentBlock = TextBlock | ImageBlock;

/** The model's reasoning, as far as the provider shows it; the text may be empty where only `native` came. */
export interface ThinkingBlock {
  readonly type: 'thinking';
  readonly text: string;
  /** Signature or encrypted reasoning, replayed to its provider byte for byte and in its place. */
  readonly native?: Json;
}

/** The model asks for a tool. */
export interface ToolCallBlock {
  readonly type: 'tool_call';
  /** Unique in the session. */
  readonly id: string;
  readonly name: string;
  /** The arguments as the model gave them, parsed; absent where they do not parse. */
  readonly args?: Json;
  /** The text of the arguments, where it does not parse. */
  readonly rawArgs?: string;
  /** Why `rawArgs` does not parse. */
  readonly argsError?: string;
  readonly native?: Json;
}

/** Something only its own provider understands (a server-side tool, say), kept for it untouched. */
export interface OpaqueBlock {
  readonly type: 'opaque';
  /** The provider's own name for the kind of block. */
  readonly kind: string;
  readonly native: Json;
}

/** What a model can say. */
export type AssistantBlock = TextBlock | ThinkingBlock | ToolCallBlock | OpaqueBlock;

/** The one answer to one tool call. */
export interface ToolResultBlock {
  readonly type: 'tool_result';
  readonly toolCallId: string;
  /** Name of the tool that was asked for. */
  readonly name: string;
  readonly content: ToolContent;
  readonly isError: boolean;
}

/** Content of a tool result: text, or blocks where there are images. */
export type ToolContent = string | readonly ContentBlock[];

/** What the user said. */
export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly ContentBlock[];
}

/** What a model said, and which one: `native` data goes back only to where it came from. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly AssistantBlock[];
  /** The model that wrote it; absent in a history made by hand. */
  readonly origin?: AssistantOrigin;
}

/** Where an assistant message comes from. */
export interface AssistantOrigin {
  readonly provider: string;
  readonly model: string;
  /** Mark of everything that stood before it, where the model binds its reasoning to that. */
  readonly prefix?: string;
}

/** The answers to all tool calls of the assistant message before it, in the order of the calls. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: readonly ToolResultBlock[];
}

/** One message of what the model sees. */
export type TranscriptMessage = UserMessage | AssistantMessage | ToolMessage;
