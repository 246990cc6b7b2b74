import type { ErrorInfo, ModelErrorKind } from '../errors.ts';
import type { Json } from '../json.ts';
import type { BudgetLimit, PassedOver, StopReason, SwitchReason } from '../message.ts';
import type { ModelStop } from '../model.ts';
import type { JudgedUnit, PermissionTier, RuleSource, SimulatedDecision } from '../permission.ts';
import type { ModelRef, Price } from '../price.ts';
import type { Access, AccessKind, ToolEffect, ToolOutcome, ValidationIssue } from '../tool.ts';
import type { AssistantBlock, ContentBlock, ToolContent, TranscriptMessage } from '../transcript.ts';
import type { Usage } from '../usage.ts';
import type { Ledger } from './ledger.ts';

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
  /** Milliseconds of work on the run, by all processes that had it; the time between them does not count. */
  readonly maxDurationMs?: number;
  /** Fractions of each limit at which to warn. Default `[0.5, 0.8]`. */
  readonly warnAt?: readonly number[];
}

/** What the state needs to know to decide when the transcript is too long, and what to keep of it. In tokens. */
export interface CompactionLimits {
  /** What fits in one call of the run's model; absent where that is not known. */
  readonly contextWindow?: number;
  /** Room kept free for the answer. Absent: worked out from the window. */
  readonly reserveTokens?: number;
  /** Longest end of the transcript to keep as it is. Absent: worked out from the window. */
  readonly keepTokens?: number;
  /** Compact from this length on. Absent: from the window less the reserve. */
  readonly triggerTokens?: number;
  /** Longest answer of the run's model, where it is known. */
  readonly maxOutputTokens?: number;
  /** Estimate of what every request has besides the transcript: the system prompt and the tools. */
  readonly baseTokens: number;
  /** Where another model writes the summaries: what fits in one call of that. */
  readonly summarizer?: { readonly contextWindow?: number };
}

/** When another model is called instead of one that failed. */
export interface FallbackRules {
  readonly on: readonly (ModelErrorKind | 'refusal')[];
  /** Failures in a row after which a model is passed over. */
  readonly breakAfter: number;
  /** How long it is, in milliseconds. */
  readonly breakForMs: number;
}

/** A model that may be called in place of another. */
export interface Candidate extends ModelRef {
  readonly contextWindow?: number;
  /** Why it is not called all the same. */
  readonly passedOver?: PassedOver['reason'];
}

/** Why a transcript is compacted: it comes near the window, or the model has refused it as too long. */
export type CompactionTrigger = 'threshold' | 'overflow';

/** What one model call summarizes. Places are those in the transcript before the compaction. */
export interface SummaryTask {
  readonly trigger: CompactionTrigger;
  /** The transcript is replaced up to this place. */
  readonly from: number;
  /** This call covers the messages from `start` up to `end`, on top of the summary of those before. */
  readonly start: number;
  readonly end: number;
  /** The messages are sent as one text, not as the transcript that they are. */
  readonly isText: boolean;
}

/** A message that stays: as it is, or shortened. */
export interface KeptMessage {
  /** Its place in the transcript before the compaction. */
  readonly at: number;
  /** What stands in for it. */
  readonly shortened?: TranscriptMessage;
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
  /** Absent where the transcript is never compacted. */
  readonly compaction?: CompactionLimits;
  /** Present where there is more than one model. */
  readonly fallback?: FallbackRules;
  /** The final answer has to be JSON of a schema. */
  readonly wantsOutput?: true;
  /** A transcript to start from, given by the caller. Only in the first run of a session. */
  readonly history?: readonly TranscriptMessage[];
}

/** The user, or the on-stop hook, said something. */
export interface PromptAdded {
  readonly type: 'prompt_added';
  readonly content: readonly ContentBlock[];
  readonly source: 'user' | 'hook';
}

/** The user said something while the run went on. */
export interface Steered {
  readonly type: 'steered';
  readonly content: readonly ContentBlock[];
  /** The turn whose model call it comes before. */
  readonly turn: number;
}

/** An attempt at a model call begins. */
export interface ModelStarted {
  readonly type: 'model_started';
  readonly turn: number;
  readonly attempt: number;
  readonly model: ModelRef;
  /** True for the turn that is kept back for the final answer: no tools, and the model is told. */
  readonly isLastTurn: boolean;
  /** The limit that it is kept back inside of; absent for `maxTurns`. */
  readonly lastFor?: 'maxCost' | 'maxTokens';
  /** What the attempt can cost at most, in US dollars; known where the budget has a `maxCost`, 0 for a local model. */
  readonly worstCaseUsd?: number;
  /** Tokens that the attempt can use at most; known where the budget has a `maxTokens`. */
  readonly worstCaseTokens?: number;
  /** Models that may be called if this one fails, in order; absent where there are none. */
  readonly others?: readonly Candidate[];
  /** What fits in one call of `model`, where that is known and there are others. */
  readonly contextWindow?: number;
  /** A hook changed the request, so that the provider's counts are not those of the transcript. */
  readonly isChanged?: true;
  /** Present where the call is none of the conversation's, but writes a summary of it. */
  readonly summarizes?: SummaryTask;
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
  /** What the provider names it, where it does. */
  readonly serviceTier?: string;
  /** Mark of what the answer rests on, where the model binds its reasoning to that. */
  readonly prefix?: string;
  readonly isLastTurn: boolean;
  /** As in {@link ModelStarted}. */
  readonly lastFor?: ModelStarted['lastFor'];
  /** As in {@link ModelStarted}. */
  readonly summarizes?: SummaryTask;
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
  /** As in {@link ModelStarted}. */
  readonly summarizes?: SummaryTask;
}

/** From here on another model is called. */
export interface ModelSwitched {
  readonly type: 'model_switched';
  /** The call that it is about to get. */
  readonly turn: number;
  readonly attempt: number;
  readonly from: ModelRef;
  readonly to: ModelRef;
  readonly reason: SwitchReason;
  /** How `from` failed. */
  readonly error?: ErrorInfo;
  /** Models that came before `to` and were not called. */
  readonly passedOver: readonly PassedOver[];
  /** Those of `to`; absent where the transcript is never compacted. */
  readonly compaction?: CompactionLimits;
}

/** The final answer was held against the output schema. */
export interface OutputChecked {
  readonly type: 'output_checked';
  readonly turn: number;
  /** The answer as JSON, where it fits. */
  readonly output?: Json;
  /** What is wrong with it, where it does not. */
  readonly issues?: readonly ValidationIssue[];
  /** What the model is told of it; absent where that was for the last time. */
  readonly content?: readonly ContentBlock[];
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

/** The transcript is now `head`, the summary, and `tail`. */
export interface Compacted {
  readonly type: 'compacted';
  readonly trigger: CompactionTrigger;
  /** Empty where nothing was left out, only shortened: there is no message of it then. */
  readonly summary: string;
  /** Who wrote the summary: a model, or nobody: it was put together from the log. */
  readonly by: 'model' | 'extract';
  /** Prompts from before the part that is kept. */
  readonly head: readonly KeptMessage[];
  /** The latest exchange, and as much before it as fits. */
  readonly tail: readonly KeptMessage[];
  /** Length of the whole request, as far as it is known. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** What a sub-agent may use at most, out of what its parent has left. */
export interface ChildGrant {
  /** US dollars. */
  readonly maxCost?: number;
  readonly maxTokens?: number;
}

/** A sub-agent gets its session and its share of the budget: the intent, logged before it starts. */
export interface ChildGranted {
  readonly type: 'child_granted';
  readonly toolCallId: string;
  readonly agent: string;
  readonly childSessionId: string;
  readonly grant: ChildGrant;
}

/** A sub-agent has ended. What it used is its parent's; the rest of its grant is free again. */
export interface ChildReturned {
  readonly type: 'child_returned';
  readonly toolCallId: string;
  readonly childSessionId: string;
  readonly used: Ledger;
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
  | Steered
  | ModelStarted
  | ModelFinished
  | ModelFailed
  | ModelSwitched
  | OutputChecked
  | ToolDecided
  | ApprovalRequested
  | ApprovalDecided
  | GrantAdded
  | ToolStarted
  | ToolFinished
  | Compacted
  | ChildGranted
  | ChildReturned
  | RunFinished;

/** An event before the log has given it a place. */
export type EventDraft = EventBody & { readonly key: string };

/** One event of a session's log: the one persistent format. */
export type SessionEvent = EventBase & EventBody;
