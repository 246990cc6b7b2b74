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

/** The answer to "may this call run?". */
export interface PermissionDecision {
  readonly decision: 'allow' | 'deny' | 'ask';
  readonly tier: PermissionTier;
  /** The rule that decided, as it was written. */
  readonly rule?: string;
  /** For the model and for people: why, and where it is not `allow`, what would allow it. */
  readonly reason: string;
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
}

/** Decides before every execution: built-in tools, custom ones, nested calls and sub-agents alike. */
export interface PermissionPolicy {
  /** A throw or a malformed answer counts as `deny`. */
  decide(call: PermissionCall): PermissionDecision | Promise<PermissionDecision>;
  /** False for a tool that could only be denied: it is then not offered to the model. Default true. */
  offers?(tool: PermissionTool): boolean;
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
  readonly sessionId: string;
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
}

/**
 * Answers an approval request. No handler, a throw or a malformed answer is a denial.
 */
export type ApprovalHandler = (
  request: ApprovalRequest,
) => boolean | ApprovalAnswer | Promise<boolean | ApprovalAnswer>;
