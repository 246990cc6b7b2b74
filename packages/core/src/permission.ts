import type { AccessKind, Access } from './tool.ts';
import type { Json } from './json.ts';

/**
 * Which layer decided, strongest first.
 *
 * - `ceiling`: plan mode, the workspace roots, malformed input. Nothing lifts it.
 * - `deny` and `ask`: explicit rules.
 * - `allow`: explicit rules.
 * - `policy`: defaults of policy files.
 * - `mode`: the permission mode.
 */
export type PermissionTier = 'ceiling' | 'deny' | 'ask' | 'allow' | 'policy' | 'mode';

/** A part of a call that was judged on its own, such as one command of a shell line. */
export interface JudgedUnit {
  /** The part as people should see it. */
  readonly text: string;
  readonly decision: 'allow' | 'deny' | 'ask';
  /** The rule that decided, as it was written. */
  readonly rule?: string;
  readonly reason?: string;
}

/** Where a rule was written: a policy file, and the line in it. */
export interface RuleSource {
  /** Absolute path of the file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What the decision would have been, had the policy files that only simulate been in force. */
export interface SimulatedDecision {
  readonly decision: 'allow' | 'deny' | 'ask';
  readonly tier: PermissionTier;
  readonly rule?: string;
  readonly source?: RuleSource;
  readonly reason: string;
}

/** The answer to "may this call run?". */
export interface PermissionDecision {
  readonly decision: 'allow' | 'deny' | 'ask';
  readonly tier: PermissionTier;
  /** The rule that decided, as it was written. */
  readonly rule?: string;
  /** Where that rule stands, if it came from a file. */
  readonly source?: RuleSource;
  /** For the model and for people: why, and where it is not `allow`, what would allow it. */
  readonly reason: string;
  /** The permission mode that was in force, in the words of the policy. */
  readonly mode?: string;
  /** Present where policy files that only simulate would have decided otherwise. */
  readonly simulated?: SimulatedDecision;
  /** The parts of the call, where they were judged one by one. */
  readonly units?: readonly JudgedUnit[];
  /**
   * Allow rules that would let exactly this kind of call pass the next time, one for each part that is not allowed yet,
   * narrowest first. Absent where nothing may be remembered.
   */
  readonly suggestions?: readonly string[];
}

/** A tool as a policy sees it. */
export interface PermissionTool {
  readonly name: string;
  readonly accessKinds: readonly AccessKind[];
}

/** One call, before it runs. */
export interface PermissionCall {
  readonly tool: PermissionTool;
  /** Validated arguments. */
  readonly args: Json;
  /** Everything this call touches; empty for pure computation. */
  readonly access: readonly Access[];
  /** The directory that relative paths start from. */
  readonly cwd: string;
  readonly sessionId: string;
  readonly toolUseId: string;
  /** Allow rules that a person granted earlier in this session; they count as allow rules and no more. */
  readonly grants: readonly string[];
}

/** Rules to keep for good, and the call they were granted for. */
export interface PermissionGrant {
  /** The suggestions of the decision that led to the question. */
  readonly rules: readonly string[];
  readonly call: PermissionCall;
}

/** Decides before every execution: built-in tools, custom ones, nested calls and sub-agents alike. */
export interface PermissionPolicy {
  /** A throw or a malformed answer counts as `deny`. */
  decide(call: PermissionCall): PermissionDecision | Promise<PermissionDecision>;
  /** False for a tool that could only be denied: it is then not offered to the model. Default true. */
  offers?(tool: PermissionTool): boolean;
  /**
   * Keeps rules for later sessions, outside the tree that is worked on. The session has them already: a throw is
   * reported, and costs the call nothing.
   */
  remember?(grant: PermissionGrant): Promise<void>;
}

/** The question put to a person (or a program) where the policy says `ask`. */
export interface ApprovalRequest {
  readonly toolUseId: string;
  readonly name: string;
  readonly args: Json;
  readonly access: readonly Access[];
  /** Why the policy asks. */
  readonly reason: string;
  readonly rule?: string;
  /** What the call would do, from the tool's `preview`, such as a unified diff. */
  readonly preview?: Json;
  /** Why there is no preview, though the tool makes some. */
  readonly previewError?: string;
  /** The parts of the call, where the policy judged them one by one. */
  readonly units?: readonly JudgedUnit[];
  /** Allow rules that an answer with `remember` grants; where there are none, nothing can be remembered. */
  readonly suggestions: readonly string[];
  readonly sessionId: string;
  /** In a sub-agent: the tool call that started it. */
  readonly parentToolUseId?: string;
  /** In a sub-agent: 1 for a child, 2 for a child's child. */
  readonly depth?: number;
  /** Fires when the run ends; the question is then void. */
  readonly signal: AbortSignal;
}

/** An answer with particulars. */
export interface ApprovalAnswer {
  readonly decision: 'allow' | 'deny';
  /** The model gets to read it where the call is denied. */
  readonly reason?: string;
  /** Runs the call with these arguments instead; they are validated and judged again. */
  readonly args?: Json;
  /** Grants the request's `suggestions` as well: for this session, or for good. */
  readonly remember?: 'session' | 'always';
}

/** What an approval handler may answer. `defer` parks the call until `resume` brings the decision. */
export type ApprovalReply = boolean | 'defer' | ApprovalAnswer;

/**
 * Answers an approval request. No handler, a throw or a malformed answer is a denial.
 */
export type ApprovalHandler = (request: ApprovalRequest) => ApprovalReply | Promise<ApprovalReply>;
