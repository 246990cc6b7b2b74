import type { Json } from './json.ts';
import type { ModelRequest, ModelStop } from './model.ts';
import type { StopReason } from './message.ts';
import type { ToolOutcome } from './tool.ts';
import type { AssistantBlock, ToolContent } from './transcript.ts';
import type { Usage } from './usage.ts';

/** What every hook is told. */
export interface HookContext {
  readonly sessionId: string;
  /** Counts model calls of the session, from 1. */
  readonly turn: number;
  readonly signal: AbortSignal;
}

/** Parts of a model request that a hook may replace. */
export type ModelRequestChange = Partial<
  Pick<ModelRequest, 'system' | 'messages' | 'toolChoice' | 'effort' | 'providerOptions'>
>;

/** A call as the tool hooks see it. */
export interface HookToolCall {
  readonly toolUseId: string;
  readonly name: string;
  /** Validated arguments. */
  readonly args: Json;
}

/** Answer of the before-tool hook. `allow` skips only the question to a person, never a ceiling or a deny rule. */
export type BeforeToolAnswer =
  | { readonly decision: 'deny'; readonly reason: string }
  | { readonly decision: 'ask'; readonly reason?: string }
  | { readonly decision: 'allow' }
  | { readonly args: Json };

/** The result of a call as the after-tool hook sees it, and may replace. */
export interface HookToolResult {
  readonly content: ToolContent;
  readonly isError: boolean;
  readonly outcome: ToolOutcome;
}

/**
 * Functions called around the steps of a run, one at a time, awaited. Returning nothing changes nothing.
 *
 * A throw, or an answer that is none of those named here, is from `beforeTool` a denial; from `afterTool`, the result is
 * withheld from the model; from any other hook, the run ends with `hook_failed`. An abort does not wait for an answer.
 */
export interface Hooks {
  /**
   * Before each attempt at a model call. `block` ends the run with that reason; `request` replaces parts. It sees a copy
   * of the messages; what it makes of the request is then bounded by the budget, which sets the output limit.
   */
  beforeModel?(
    context: HookContext & {
      readonly request: ModelRequest;
      readonly attempt: number;
      /** Present where the call writes a summary of the transcript. To `block` one leaves the model out of it. */
      readonly purpose?: 'compaction';
    },
  ): Awaitable<void | { readonly block: string } | { readonly request: ModelRequestChange }>;
  /** After each finished model call, before any of its tool calls. `block` ends the run; `content` replaces the answer. */
  afterModel?(
    context: HookContext & {
      readonly content: readonly AssistantBlock[];
      readonly stop: ModelStop;
      readonly usage: Usage;
      /** As in `beforeModel`. */
      readonly purpose?: 'compaction';
    },
  ): Awaitable<void | { readonly block: string } | { readonly content: readonly AssistantBlock[] }>;
  /**
   * Before a tool call is judged. `args` replaces the arguments: they are validated and judged like the model's own. A
   * call that waits for approval is judged again when its turn comes, with this hook.
   */
  beforeTool?(context: HookContext & { readonly call: HookToolCall }): Awaitable<void | BeforeToolAnswer>;
  /** After a tool has run, before the model or anybody else sees the result. */
  afterTool?(
    context: HookContext & { readonly call: HookToolCall; readonly result: HookToolResult },
  ): Awaitable<void | { readonly content: ToolContent; readonly isError?: boolean }>;
  /** When the model has ended its turn for good. `continueWith` is put to it as one more prompt instead of stopping. */
  onStop?(
    context: HookContext & { readonly stopReason: StopReason; readonly text: string },
  ): Awaitable<void | { readonly continueWith: string }>;
  /**
   * Takes out of a text what must not be kept, such as keys and names. Called with every text of an event before the event
   * is stored: prompts, answers, arguments, results, errors. What it takes out is gone: the next model call and the tools
   * get what it returns. Chunks that were shown as they came are not changed after the fact. Must be quick, synchronous and
   * return the same for the same text.
   *
   * A throw, or anything but a string, ends the run with `hook_failed`, and the event is not stored.
   */
  redact?(text: string): string;
}

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;
