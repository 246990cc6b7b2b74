import type { ErrorInfo } from './errors.ts';
import type { Json } from './json.ts';
import type { JudgedUnit, PermissionTier, RuleSource } from './permission.ts';
import type { CostBasis, ModelRef } from './price.ts';
import type { Access, ToolOutcome } from './tool.ts';
import type { ContentBlock, ToolContent } from './transcript.ts';
import type { Usage } from './usage.ts';

/** On every message. */
export interface MessageBase {
  readonly sessionId: string;
  /** Number of the log event that the message rests on. Chunks carry that of the model call's start. */
  readonly eventSeq: number;
  /** In a sub-agent's messages: the tool call that started it. */
  readonly parentToolUseId?: string;
  /** In a sub-agent's messages: 1 for a child, 2 for a child's child. */
  readonly depth?: number;
}

/** Fields of a message that arrives in chunks and then once whole. */
export interface StreamedText {
  /** The chunk alone where `isPartial`, else the whole text of this turn. */
  readonly text: string;
  readonly isPartial: boolean;
  /** Number of the chunk in this attempt, from 0. Partial messages only. */
  readonly chunk?: number;
  /** Number of the attempt at this model call, from 1. When it rises, what was shown of this turn before is void. */
  readonly attempt?: number;
}

/** Text of the model. */
export interface TextMessage extends MessageBase, StreamedText {
  readonly type: 'text';
}

/** Reasoning of the model, where the provider shows it. */
export interface ThinkingMessage extends MessageBase, StreamedText {
  readonly type: 'thinking';
}

/** The model asks for a tool. Exactly one `ToolResult` answers it. */
export interface ToolUse extends MessageBase {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  /** Validated; the raw input where it did not validate or parse. */
  readonly args: Json;
}

/** The answer to one tool call. */
export interface ToolResult extends MessageBase {
  readonly type: 'tool_result';
  readonly toolUseId: string;
  readonly name: string;
  readonly content: ToolContent;
  readonly isError: boolean;
  readonly outcome: ToolOutcome;
  /** For people, such as a diff. */
  readonly display?: Json;
}

/**
 * The transcript was made shorter: a summary stands for older turns. `summary` is empty where nothing was left out and
 * only texts that were too long were cut. Token counts are those of the whole request, as far as they are known.
 */
export interface CompactionEvent extends MessageBase {
  readonly type: 'compaction';
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  readonly summary: string;
  readonly trigger: 'threshold' | 'overflow' | 'manual';
}

/** Subtypes of a system event and their data. This is the union that may grow: ignore what you do not know. */
export interface SystemEventData {
  readonly session_start: { readonly model: string; readonly provider: string; readonly tools: readonly string[] };
  readonly session_resume: { readonly model: string; readonly provider: string; readonly tools: readonly string[] };
  /** A model call failed and is tried again after `delayMs`; `attempt` is the one that failed. */
  readonly retry: {
    readonly turn: number;
    readonly attempt: number;
    readonly delayMs: number;
    readonly error: ErrorInfo;
  };
  /** Another model is called from here on. What was shown of an attempt that failed is void. */
  readonly model_switch: {
    readonly turn: number;
    readonly from: ModelRef;
    readonly to: ModelRef;
    readonly reason: SwitchReason;
    /** How `from` failed. */
    readonly error?: ErrorInfo;
    /** Models that came before `to` and were not called. */
    readonly passedOver: readonly PassedOver[];
  };
  readonly budget_warning: {
    readonly limit: BudgetLimit;
    /** The threshold passed, as a fraction. */
    readonly threshold: number;
    readonly used: number;
    readonly max: number;
  };
  /** A person is asked about a call. */
  readonly permission_request: PendingApproval;
  readonly permission_decision: {
    readonly toolUseId: string;
    readonly name: string;
    readonly decision: 'allow' | 'deny';
    readonly tier: PermissionTier | 'hook' | 'approval' | 'core';
    readonly reason: string;
    readonly rule?: string;
    /** Where that rule stands, if it came from a file. */
    readonly source?: RuleSource;
    readonly units?: readonly JudgedUnit[];
  };
  /** The model refused a request as too long. Where compaction can help, it follows, and then the call again. */
  readonly context_overflow: { readonly turn: number; readonly attempt: number; readonly error: ErrorInfo };
  /** What `steer` said is in the transcript, before the call of this turn. */
  readonly steering_delivered: { readonly turn: number; readonly content: readonly ContentBlock[] };
  /** What a tool yielded while it ran. */
  readonly tool_progress: { readonly toolUseId: string; readonly name: string; readonly progress: Json };
  /** A tool did not stop within `afterMs` of the abort, and nobody waits for it any more. */
  readonly tool_abandoned: { readonly toolUseId: string; readonly name: string; readonly afterMs: number };
  /** The same call with the same arguments for the `count`-th time in a row. */
  readonly repetition: { readonly name: string; readonly count: number };
}

/**
 * Why another model is called.
 *
 * - `failure`: the one before failed, and no retry of it was to help.
 * - `refusal`: it declined, and `fallback.on` says to ask another one then.
 * - `router`: the router chose another one for this turn.
 * - `unhealthy`, `unpriced`: the one that comes first is passed over.
 */
export type SwitchReason = 'failure' | 'refusal' | 'router' | PassedOver['reason'];

/** A model that was not called though it came first. */
export interface PassedOver extends ModelRef {
  /** `unhealthy`: it failed too often a short while ago. `unpriced`: it has no known price, and there is a `maxCost`. */
  readonly reason: 'unhealthy' | 'unpriced';
}

/** Something to know about the run itself. */
export type SystemEvent = {
  readonly [Subtype in keyof SystemEventData]: MessageBase & {
    readonly type: 'system';
    readonly subtype: Subtype;
    readonly data: SystemEventData[Subtype];
  };
}[keyof SystemEventData];

/**
 * Why a run ended.
 *
 * - `end_turn`: the model was done.
 * - `max_turns`, `budget`: a limit was reached; `Result.limit` names it.
 * - `max_output`: the answer was cut off by the output limit.
 * - `refusal`: the model declined.
 * - `aborted`: `abort()`, `break` or the caller's signal.
 * - `repetition`: the same call with the same arguments five times in a row.
 * - `approval_required`: calls wait for a person; `Result.pendingApprovals` lists them, and `resume` brings the decisions.
 * - `error`: the run failed; `Result.error` says how, and the iterator throws it.
 */
export type StopReason =
  | 'end_turn'
  | 'max_turns'
  | 'budget'
  | 'max_output'
  | 'refusal'
  | 'aborted'
  | 'repetition'
  | 'approval_required'
  | 'error';

/** A limit of the budget, by its option's name. */
export type BudgetLimit = 'maxCost' | 'maxTokens' | 'maxTurns' | 'maxDurationMs';

/** What a run or one model of it cost. */
export interface Cost {
  /** US dollars, to the picodollar: the sum of the calls' prices in the log, exactly. */
  readonly usd: number;
  /** `mixed` where calls differ. */
  readonly basis: CostBasis | 'mixed';
  /** Day of the oldest price table used, `YYYY-MM-DD`. */
  readonly asOf?: string;
}

/** Share of one model in a run. */
export interface ModelUsage {
  readonly provider: string;
  readonly model: string;
  /** Attempts that reached the provider, failed ones included. */
  readonly calls: number;
  readonly usage: Usage;
  /** Absent where a call could not be priced. */
  readonly cost?: Cost;
}

/** A call that was not allowed. */
export interface Denial {
  readonly toolUseId: string;
  readonly name: string;
  readonly reason: string;
}

/** The end of a run: exactly one, always last. */
export interface Result<Output = unknown> extends MessageBase {
  readonly type: 'result';
  /** Text of the last turn that had any. */
  readonly text: string;
  /** Model calls that finished. */
  readonly turns: number;
  readonly toolCalls: number;
  readonly totalTokens: number;
  /** US dollars, to the picodollar; `undefined` where a call could not be priced, never a false 0. */
  readonly totalCost: number | undefined;
  readonly usage: Usage;
  /** By `provider/model`. */
  readonly usageByModel: Readonly<Record<string, ModelUsage>>;
  /** `totalCost` with its basis. */
  readonly cost: Cost | undefined;
  readonly stopReason: StopReason;
  /** The limit that ended the run, where `stopReason` is `budget` or `max_turns`. */
  readonly limit?: BudgetLimit;
  /** What was asked for with the option `output`, validated; absent where it could not be had. */
  readonly output?: Output;
  /** Calls that wait for a decision, where `stopReason` is `approval_required`. Each gets its result when `resume` brings it. */
  readonly pendingApprovals: readonly PendingApproval[];
  readonly denials: readonly Denial[];
  /** Where `stopReason` is `error`. */
  readonly error?: ErrorInfo;
  readonly durationMs: number;
}

/** A call that waits for a decision, with all that there is to decide by. */
export interface PendingApproval {
  readonly toolUseId: string;
  readonly name: string;
  readonly args: Json;
  /** What it would touch. */
  readonly access: readonly Access[];
  /** Why it is asked about. */
  readonly reason: string;
  readonly rule?: string;
  /** What the call would do, from the tool's `preview`, such as a unified diff. */
  readonly preview?: Json;
  /** Why there is no preview, though the tool makes some. */
  readonly previewError?: string;
  /** The parts of the call, where they were judged one by one. */
  readonly units?: readonly JudgedUnit[];
  /** Allow rules that an answer with `remember` grants. */
  readonly suggestions: readonly string[];
}

/** What a run yields. Switch over `type`. */
export type Message<Output = unknown> =
  | TextMessage
  | ThinkingMessage
  | ToolUse
  | ToolResult
  | CompactionEvent
  | SystemEvent
  | Result<Output>;

/**
 * What became of something said with `steer`. Delivered, it stands in the transcript as event `seq`, before the model call of
 * `turn`; else `reason` says how the run had ended.
 */
export type SteerReceipt =
  | { readonly delivered: true; readonly turn: number; readonly seq: number }
  | { readonly delivered: false; readonly reason: StopReason };

/** A run: iterate it for its messages, or await its result. Nothing happens before the first of both. */
export interface Run<Output = unknown> extends AsyncGenerator<Message<Output>, void, undefined> {
  readonly sessionId: string;
  /**
   * Reads what is left of the run and gives its Result.
   *
   * @throws AgentError where the run failed; `resultOf(error)` gives the Result then.
   */
  result(): Promise<Result<Output>>;
  /**
   * Says something to the model while it works. It is delivered, in the order of the calls, behind the results of the turn that
   * goes on; said at the end of the last turn, it makes the run go on. A run that has not started delivers it when it has.
   *
   * Never rejects. Await the receipt beside the loop that reads the run, not inside: the run waits for its reader.
   *
   * @throws OptionError for an empty text or something that is no block, at once.
   */
  steer(content: string | readonly ContentBlock[]): Promise<SteerReceipt>;
  /** Stops the run: the model's request and the tools end, and a Result with `aborted` follows. */
  abort(): void;
}
