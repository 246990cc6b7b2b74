import type { ErrorInfo } from '../errors.ts';
import type { Json } from '../json.ts';
import type { BudgetLimit, StopReason } from '../message.ts';
import type { ModelStop } from '../model.ts';
import type { JudgedUnit, PermissionTier, RuleSource, SimulatedDecision } from '../permission.ts';
import type { ModelRef, Price } from '../price.ts';
import type { Access, AccessKind, ToolEffect, ToolOutcome } from '../tool.ts';
import type { AssistantBlock, ContentBlock, ToolContent, TranscriptMessage } from '../transcript.ts';
import type { Usage } from '../usage.ts';

/** Version of the event format. */
export const eventVersion = 1;

/** On every event. */
export interface EventBase {
  readonly v: typeof eventVersion;
  /** 1 for the first event of the session, then one more each. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Unique in the session; the same for every process that does this step. */
  readonly key: string;
}

/** What the state needs to know of a tool. */
export interface ToolFacts {
  readonly name: string;
  readonly accessKinds: readonly AccessKind[];
  readonly effect: ToolEffect;
}

/** Limits of one run. */
export interface Budget {
  /** US dollars, of what is priced by tokens. Needs prices for every model used. */
  readonly maxCost?: number;
  /** All tokens, input and output. */
  readonly maxTokens?: number;
  /** Model calls. The last one is kept back for a final answer. */
  readonly maxTurns?: number;
  /** Milliseconds from the start of the process's work on the run; `resume` begins them anew. No warnings. */
  readonly maxDurationMs?: number;
  /** Fractions of each limit at which to warn. Default `[0.5, 0.8]`. */
  readonly warnAt?: readonly number[];
}

/** What was decided about a call, and by whom. */
export interface DecisionRecord {
  readonly decision: 'allow' | 'deny' | 'ask';
  readonly tier: PermissionTier | 'hook' | 'approval' | 'core';
  readonly rule?: string;
  /** The policy file that the rule stands in, and its line. */
  readonly source?: RuleSource;
  readonly reason: string;
  /** The permission mode that was in force. */
  readonly mode?: string;
  /** What policy files that only simulate would have decided, where that is something else. */
  readonly simulated?: SimulatedDecision;
  /** The parts of the call, where they were judged one by one. */
  readonly units?: readonly JudgedUnit[];
  /** Allow rules that would let this kind of call pass. */
  readonly suggestions?: readonly string[];
}

/**
 * A process claims the session for a run, before anything else. `continues` is true where it takes up a run that did
 * not finish: the run's totals go on.
 */
export interface RunStarted {
  readonly type: 'run_started';
  readonly runId: string;
  readonly continues: boolean;
  readonly model: ModelRef;
  readonly budget: Budget;
  readonly tools: readonly ToolFacts[];
  /** A transcript to start from, given by the caller. Only in the first run of a session. */
  readonly history?: readonly TranscriptMessage[];
}

/** The user, or the on-stop hook, said something. */
export interface PromptAdded {
  readonly type: 'prompt_added';
  readonly content: readonly ContentBlock[];
  readonly source: 'user' | 'hook';
}

/** An attempt at a model call begins. */
export interface ModelStarted {
  readonly type: 'model_started';
  readonly turn: number;
  readonly attempt: number;
  readonly model: ModelRef;
  /** True for the turn that is kept back for the final answer: no tools, and the model is told. */
  readonly isLastTurn: boolean;
  /** What the attempt can cost at most, in US dollars; known where the budget has a `maxCost`, 0 for a local model. */
  readonly worstCaseUsd?: number;
  /** Tokens that the attempt can use at most; known where the budget has a `maxTokens`. */
  readonly worstCaseTokens?: number;
  /** A hook changed the request, so that the provider's counts are not those of the transcript. */
  readonly isChanged?: true;
}

/** A model call finished. */
export interface ModelFinished {
  readonly type: 'model_finished';
  readonly turn: number;
  readonly attempt: number;
  readonly model: ModelRef;
  readonly content: readonly AssistantBlock[];
  readonly stop: ModelStop;
  readonly rawStop?: string;
  readonly usage: Usage;
  /** Absent where it could not be priced. */
  readonly price?: Price;
  readonly responseId?: string;
  /** Mark of what the answer rests on, where the model binds its reasoning to that. */
  readonly prefix?: string;
  readonly isLastTurn: boolean;
}

/** An attempt at a model call failed. */
export interface ModelFailed {
  readonly type: 'model_failed';
  readonly turn: number;
  readonly attempt: number;
  readonly model: ModelRef;
  readonly error: ErrorInfo;
  /** True where the attempt may have been billed. */
  readonly wasBilled: boolean;
  /** A hook kept the request from being sent: no model was called. */
  readonly isUnsent?: true;
  readonly usage?: Usage;
  readonly price?: Price;
  /** Wait before the next attempt; absent where there is none. */
  readonly retryInMs?: number;
}

/** A tool call was judged. `args` are the ones to run with, where a hook or a person changed them. */
export interface ToolDecided {
  readonly type: 'tool_decided';
  readonly toolCallId: string;
  readonly name: string;
  readonly decision: DecisionRecord;
  readonly args?: Json;
}

/** A person is asked about a call. */
export interface ApprovalRequested {
  readonly type: 'approval_requested';
  readonly toolCallId: string;
  readonly name: string;
  /** Validated, as a hook may have changed them. */
  readonly args: Json;
  readonly access: readonly Access[];
  /** Who wants to have it asked, and why. */
  readonly decision: DecisionRecord;
  readonly preview?: Json;
  /** Why there is no preview, though the tool makes some. */
  readonly previewError?: string;
  /** Mark of the tool, the arguments, what they touch and the preview: an approval holds for nothing else. */
  readonly fingerprint: string;
  /** The call was made by a tool inside its own call. */
  readonly isNested?: true;
}

/** A person (or the lack of one) answered. `defer` parks the call until `resume` brings the decision. */
export interface ApprovalDecided {
  readonly type: 'approval_decided';
  readonly toolCallId: string;
  readonly decision: 'allow' | 'deny' | 'defer';
  readonly reason: string;
  /** Who answered: the approval handler, or the decision that came with `resume`. */
  readonly by: 'handler' | 'resume' | 'nobody';
  /** What the arguments were changed to. */
  readonly args?: Json;
  readonly remember?: 'session' | 'always';
  readonly isNested?: true;
}

/** A person granted allow rules for the rest of the session. */
export interface GrantAdded {
  readonly type: 'grant_added';
  readonly rules: readonly string[];
  /** The call that led to it. */
  readonly toolCallId: string;
}

/** The intent to run a tool, logged before it runs. */
export interface ToolStarted {
  readonly type: 'tool_started';
  readonly toolCallId: string;
  readonly name: string;
  readonly effect: ToolEffect;
}

/** The one answer to a tool call. */
export interface ToolFinished {
  readonly type: 'tool_finished';
  readonly toolCallId: string;
  readonly name: string;
  readonly content: ToolContent;
  readonly isError: boolean;
  readonly outcome: ToolOutcome;
  readonly display?: Json;
}

/** The run is over. */
export interface RunFinished {
  readonly type: 'run_finished';
  readonly runId: string;
  readonly stopReason: StopReason;
  readonly limit?: BudgetLimit;
  readonly error?: ErrorInfo;
}

/** What an event says, without its place in the log. */
export type EventBody =
  | RunStarted
  | PromptAdded
  | ModelStarted
  | ModelFinished
  | ModelFailed
  | ToolDecided
  | ApprovalRequested
  | ApprovalDecided
  | GrantAdded
  | ToolStarted
  | ToolFinished
  | RunFinished;

/** An event before the log has given it a place. */
export type EventDraft = EventBody & { readonly key: string };

/** One event of a session's log: the one persistent format. */
export type SessionEvent = EventBase & EventBody;
