import type { JsonObject } from './json.ts';
import type { AssistantBlock, TranscriptMessage } from './transcript.ts';
import type { Usage } from './usage.ts';

/** What a model can do; a field left out is unknown. */
export interface ModelCapabilities {
  readonly images?: boolean;
  readonly tools?: boolean;
  readonly parallelTools?: boolean;
  readonly thinking?: boolean;
  readonly structuredOutput?: boolean;
  readonly promptCaching?: boolean;
}

/** Facts about a model, known without asking the network. A field left out is unknown; nothing is invented. */
export interface ModelInfo {
  /** Tokens of input and output that fit in one call. */
  readonly contextWindow?: number;
  /** Tokens one answer can have. */
  readonly maxOutputTokens?: number;
  /** Tokens that one image counts at most, of any size and at any detail. A budget takes 50 000 where it is unknown. */
  readonly maxImageTokens?: number;
  readonly capabilities?: ModelCapabilities;
  /** True for a model that runs on this machine and costs nothing. */
  readonly local?: boolean;
  /** True for something that answers like a model and is none, such as a rules engine. */
  readonly isLanguageModel?: boolean;
  /**
   * How far `native` blocks travel: `family`, to any model of the provider; `model`, to the same model only; `prefix`,
   * to the same model and only while everything before them is unchanged. Default `family`.
   */
  readonly nativeScope?: 'family' | 'model' | 'prefix';
}

/** A tool as the model gets to see it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema 2020-12 of an object. */
  readonly inputSchema: JsonObject;
}

/** Which tools the model may or must call: any or none, at least one, or one by name. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** How hard the model should think; each adapter maps it to what its provider has. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'max';

/** One model call. */
export interface ModelRequest {
  readonly system?: string;
  readonly messages: readonly TranscriptMessage[];
  /** In declared order: the order is part of the cached prefix. */
  readonly tools: readonly ToolSpec[];
  /** Default `auto`. */
  readonly toolChoice?: ToolChoice;
  /** The answer must be JSON of this schema. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  readonly maxOutputTokens?: number;
  readonly effort?: Effort;
  /** Prompt caching. Default true where the provider has it; a string asks for that lifetime (`5m`, `1h`). */
  readonly cache?: boolean | string;
  /** Options only one provider has, by provider name. */
  readonly providerOptions?: { readonly [provider: string]: JsonObject | undefined };
  /** Must reach the socket. */
  readonly signal: AbortSignal;
}

/** Why the model stopped. Anything a provider has besides is mapped to one of these; `rawStop` keeps its word. */
export type ModelStop = 'end' | 'tool_calls' | 'length' | 'stop_sequence' | 'refusal' | 'pause';

/**
 * What a model streams. Deltas of a kind concatenate to that kind's blocks. A `block` is finished, in order and
 * authoritative. A `ping` says that the provider is alive, nothing more. Exactly one `end`, last.
 */
export type ModelEvent =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly text: string }
  | { readonly type: 'tool_call_delta'; readonly id: string; readonly name: string; readonly json: string }
  | { readonly type: 'block'; readonly block: AssistantBlock }
  | { readonly type: 'ping' }
  | ModelEnd;

/** The end of a model's answer. */
export interface ModelEnd {
  readonly type: 'end';
  readonly stop: ModelStop;
  /** The provider's own word for `stop`. */
  readonly rawStop?: string;
  readonly usage: Usage;
  readonly responseId?: string;
  /** The model that really answered, as the provider names it. */
  readonly model?: string;
  /** Cost in US dollars, where the provider sends it. */
  readonly costUsd?: number;
  readonly serviceTier?: string;
}

/** A model of some provider, or anything that answers like one. */
export interface Model {
  /** For example `anthropic`. */
  readonly provider: string;
  /** As the caller gave it: unknown ids work. */
  readonly id: string;
  readonly info: ModelInfo;
  /** What the model was made with of its provider's own options: a ceiling in dollars rests on them, too. */
  readonly providerOptions?: JsonObject;
  /**
   * One call. Never retries by itself; ends its request when the signal fires or the iterator is returned.
   *
   * A stream that closes without the provider's terminal event throws `ModelError("network")`; it never just ends.
   *
   * @throws ModelError, and nothing else.
   */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}
