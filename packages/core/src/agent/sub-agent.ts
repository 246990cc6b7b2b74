import type { Effort } from '../model.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { Budget } from '../session/event.ts';
import type { ModelChoice } from './model-choice.ts';

/** An agent that another one can give a task to. What is left out is as the parent has it. */
export interface SubAgent {
  /** What it is good at: the model chooses by this. */
  readonly description: string;
  /** Its system prompt. Default none: the parent's is about other work. */
  readonly system?: string;
  /** Default: the parent's, with what takes over from it. */
  readonly model?: ModelChoice;
  /** Names of the parent's tools that it gets. Default: all. */
  readonly tools?: readonly string[];
  /** Has to allow a call besides the parent's policy: it can only narrow. Default: nothing besides. */
  readonly permissions?: PermissionPolicy;
  /** Limits of each task, within its share of what the parent has left. */
  readonly budget?: Budget;
  readonly maxOutputTokens?: number;
  readonly effort?: Effort;
}

/** How many sub-agents there can be. */
export interface SubAgentLimits {
  /** Levels below the agent itself. Default 1: sub-agents have none of their own. */
  readonly maxDepth?: number;
  /** Sub-agents of one agent at the same time. Default 4. */
  readonly maxParallel?: number;
}

/** Name of the tool that starts a sub-agent. */
export const taskToolName = 'Task';
