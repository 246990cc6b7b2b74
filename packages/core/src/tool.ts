import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { Json, JsonObject } from './json.ts';
import type { ToolContent } from './transcript.ts';

/** Kinds of things a tool can touch. `spawn` starts a sub-agent. */
export type AccessKind = 'read' | 'write' | 'execute' | 'network' | 'spawn';

/**
 * One thing that one call touches. Particulars that are left out are unknown, and a policy must assume the worst.
 * Paths are as the caller gave them: relative ones start from the call's `cwd`.
 */
export type Access =
  | { readonly kind: 'read' | 'write'; readonly path?: string }
  /** A shell line (`command`), or a program without a shell (`argv`). `cwd` is where it starts, if not in the call's. */
  | { readonly kind: 'execute'; readonly command?: string; readonly argv?: readonly string[]; readonly cwd?: string }
  | { readonly kind: 'network'; readonly url?: string }
  | { readonly kind: 'spawn'; readonly agent?: string };

/**
 * Whether a call may be run again after a crash: `none` changes nothing, `idempotent` may be repeated, `once` (the
 * default) must not be: it is answered with "outcome unknown".
 */
export type ToolEffect = 'none' | 'idempotent' | 'once';

/** What a tool returns where plain text is not enough. */
export interface ToolOutput {
  /** For the model. */
  readonly content: ToolContent;
  /** For people, such as a diff; the model does not see it. */
  readonly display?: Json;
  /** True for a failure that the model should read and mend. Default false. */
  readonly isError?: boolean;
}

/** How one call ended. `not_executed` and `denied` calls never ran; of an `unknown` one nobody can say. */
export type ToolOutcome = 'ok' | 'error' | 'denied' | 'aborted' | 'not_executed' | 'unknown';

/** The answer to a nested call. */
export interface InvokeResult {
  readonly content: ToolContent;
  readonly isError: boolean;
  readonly outcome: ToolOutcome;
  readonly display?: Json;
}

/** What a tool may know and do while one call runs. */
export interface ToolContext {
  /** Fires on abort; the tool must stop. One that does not settle in 2 s is abandoned and reported. */
  readonly signal: AbortSignal;
  /** Directory that relative paths start from. */
  readonly cwd: string;
  readonly sessionId: string;
  readonly toolUseId: string;
  /** The same for every attempt at this call; for services that deduplicate. */
  readonly idempotencyKey: string;
  /**
   * The preview of this call that somebody said yes to in `approvals` of `resume`. The process that put the question may
   * have ended since, and what a tool kept in its memory with it.
   */
  readonly approvedPreview?: Json;
  /** True where the policy would allow this tool to touch this. Never asks a person. */
  permits(access: Access): Promise<boolean>;
  /** Runs another tool of this agent, through the same checks. Where the policy asks, it is answered in process or denied. */
  invoke(name: string, args: Json): Promise<InvokeResult>;
}

/** What `execute` may return. An async generator yields progress (any JSON) and returns the output. */
export type ToolReturn =
  | ToolContent
  | ToolOutput
  | Promise<ToolContent | ToolOutput>
  | AsyncGenerator<Json, ToolContent | ToolOutput, void>;

/** A schema that validates (Standard Schema) and describes itself (Standard JSON Schema), such as zod 4's. */
export type ToolSchema<Output = unknown> = StandardSchemaV1<unknown, Output> & StandardJSONSchemaV1<unknown, Output>;

/** A finished tool, as an agent takes it. Make one with `defineTool`. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: JsonObject;
  readonly accessKinds: readonly AccessKind[];
  readonly effect: ToolEffect;
  /** Validated arguments, or what is wrong with them: path, expected, received. */
  validate(args: unknown): Promise<Validation>;
  /** What one call touches. Only called with validated arguments. */
  access(args: unknown, context: AccessContext): readonly Access[] | Promise<readonly Access[]>;
  /** What one call would do, for the person who is asked. Changes nothing. Only called with validated arguments. */
  preview?(args: unknown, context: PreviewContext): Json | Promise<Json>;
  /** Only called with validated arguments that the policy allowed. */
  execute(args: unknown, context: ToolContext): ToolReturn;
}

/** What `Tool.access` may know. */
export interface AccessContext {
  readonly cwd: string;
}

/** What `Tool.preview` may know. */
export interface PreviewContext extends AccessContext {
  /** Fires when the run ends. */
  readonly signal: AbortSignal;
}

/** Outcome of checking a call's arguments. */
export type Validation =
  | { readonly ok: true; readonly args: unknown }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** One thing that is wrong with a call's arguments. */
export interface ValidationIssue {
  /** For example `edits[0].line`; empty for the whole. */
  readonly path: string;
  /** What was expected, and what was received. */
  readonly message: string;
}
