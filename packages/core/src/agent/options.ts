import { checkOptions, type OptionRules } from '../check-options.ts';
import type { DurableEngine } from '../durable.ts';
import { OptionError } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { Effort, ModelRequest } from '../model.ts';
import type { ApprovalAnswer, ApprovalHandler, PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import type { Budget } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import type { Tool, ToolSchema } from '../tool.ts';
import type { ContentBlock, TranscriptMessage } from '../transcript.ts';
import { checkParts } from './check-parts.ts';
import type { SubAgent, SubAgentLimits } from './sub-agent.ts';
import { createTaskTool } from './task-tool.ts';
import type { CompactionOptions } from './compaction-options.ts';
import { denyAccess } from './deny-access.ts';
import { fallbackRules, type FallbackOptions } from './fallback-options.ts';
import { inProcess } from './in-process-durable.ts';
import { isContentBlock } from './is-content.ts';
import type { ModelChoice } from './model-choice.ts';
import { outputSpecOf, type OutputSpec } from './output-spec.ts';
import { readApproval, type ReadAnswer } from './read-approval.ts';

/** How failed model calls are tried again. Only calls that a later attempt may cure are. */
export interface RetryOptions {
  /** Attempts at one model call, the first included. Default 4; 1 turns retries off. */
  readonly maxAttempts?: number;
  /** Wait before the first retry, in milliseconds; it doubles each time. Default 500. */
  readonly baseDelayMs?: number;
  /** Longest wait, in milliseconds; a provider that asks for a longer one ends the run. Default 60 000. */
  readonly maxDelayMs?: number;
}

/** Options of an agent, shared by all its runs. */
export interface AgentOptions {
  /**
   * What is called. Of a list, each takes over where the one before it fails, and the first is tried again at the next
   * prompt; a function chooses for each turn.
   */
  readonly model: ModelChoice;
  /** When another model takes over, where `model` names several. */
  readonly fallback?: FallbackOptions;
  readonly system?: string;
  /** In the order in which the model gets to see them. Default none. */
  readonly tools?: readonly Tool[];
  /** Decides before every call. Default: only calls that touch nothing (`access: []`) run. */
  readonly permissions?: PermissionPolicy;
  /** Asked where the policy says `ask`. Default: nobody to ask, so denied. */
  readonly onApproval?: ApprovalHandler;
  readonly hooks?: Hooks;
  /** Default: no prices, so `totalCost` is `undefined` unless the provider sends it or the model is local. */
  readonly prices?: PriceBook;
  /** Limits of each run. Default none. */
  readonly budget?: Budget;
  /** Agents that this one can give tasks to with the tool `Task`, by their names. Default none. */
  readonly agents?: Readonly<Record<string, SubAgent>>;
  readonly subAgentLimits?: SubAgentLimits;
  /**
   * Schema of the final answer, an object: it comes as `Result.output`, validated, with the schema's type. The provider is told
   * of it where it can be; an answer that does not fit is sent back to the model, at most twice.
   */
  readonly output?: ToolSchema;
  /** When a transcript that grows too long is summarized, and how; `false` turns that off. Default: near the window. */
  readonly compaction?: CompactionOptions | false;
  /** Default: a store in memory, which `createAgent` shares between its runs. */
  readonly session?: SessionStore;
  /** Directory that tools' relative paths start from. Default: the process's. */
  readonly cwd?: string;
  readonly retry?: RetryOptions;
  /** Longest time without any event of the model, in milliseconds. Default 120 000. */
  readonly idleTimeoutMs?: number;
  /** Longest answer of one turn, in tokens. Default: the provider's. */
  readonly maxOutputTokens?: number;
  readonly effort?: Effort;
  /** Prompt caching. Default true where the provider has it; a string asks for that lifetime (`5m`, `1h`). */
  readonly cache?: boolean | string;
  /** Options only one provider has, by provider name. */
  readonly providerOptions?: NonNullable<ModelRequest['providerOptions']>;
  /** Default: in this process, on its clock. */
  readonly durable?: DurableEngine;
}

/** Options that ask for an output, by the type that its schema gives. */
export interface WithOutput<Output> {
  readonly output?: ToolSchema<Output>;
}

/** Options of one run. */
export interface RunOptions extends AgentOptions {
  /** Continues this session, or names a new one. Default: a new id. */
  readonly sessionId?: string;
  /**
   * A transcript to start a new session from; where the session has one already, the first `next()` rejects. Tool calls
   * without a result in it are answered as unknown.
   */
  readonly history?: readonly TranscriptMessage[];
  /** Ends the run like `abort()`. */
  readonly signal?: AbortSignal;
}

/** Options of `resume`. */
export interface ResumeOptions extends Omit<RunOptions, 'sessionId' | 'history'> {
  /**
   * Decisions on the calls of `Result.pendingApprovals`, by their `toolUseId`. Each holds for what was asked about: where
   * the tool, the arguments, what they touch or the preview is another now, a yes is void and the call is asked about again.
   */
  readonly approvals?: Readonly<Record<string, boolean | ApprovalAnswer>>;
}

/** Options with their defaults filled in. */
export interface RunSettings extends RunOptions {
  readonly tools: readonly Tool[];
  /** What the final answer has to be. */
  readonly outputSpec?: OutputSpec;
  /** The tool that starts sub-agents; it is one of `tools`. */
  readonly task?: Tool;
  readonly permissions: PermissionPolicy;
  readonly budget: Budget;
  readonly compaction: CompactionOptions | false;
  readonly session: SessionStore;
  readonly cwd: string;
  readonly retry: Required<RetryOptions>;
  readonly idleTimeoutMs: number;
  readonly durable: DurableEngine;
}

const budgetRules: OptionRules = {
  maxCost: { type: 'number', min: 0, exclusive: true, finite: true },
  maxTokens: { type: 'number', min: 1, integer: true },
  maxTurns: { type: 'number', min: 1, integer: true },
  maxDurationMs: { type: 'number', min: 1, integer: true },
  warnAt: { type: 'array' },
};

const retryRules: OptionRules = {
  maxAttempts: { type: 'number', min: 1, integer: true },
  baseDelayMs: { type: 'number', min: 0 },
  maxDelayMs: { type: 'number', min: 0 },
};

const hookRules: OptionRules = {
  beforeModel: { type: 'function' },
  afterModel: { type: 'function' },
  beforeTool: { type: 'function' },
  afterTool: { type: 'function' },
  onStop: { type: 'function' },
  redact: { type: 'function' },
};

const subAgentRules: OptionRules = {
  maxDepth: { type: 'number', min: 0, integer: true },
  maxParallel: { type: 'number', min: 1, integer: true },
};

const agentRules: OptionRules = {
  model: { required: true },
  fallback: { type: 'object', fields: fallbackRules },
  system: { type: 'string' },
  tools: { type: 'array' },
  permissions: { type: 'object' },
  onApproval: { type: 'function' },
  hooks: { type: 'object', fields: hookRules },
  prices: { type: 'object' },
  budget: { type: 'object', fields: budgetRules },
  agents: { type: 'object' },
  subAgentLimits: { type: 'object', fields: subAgentRules },
  output: {},
  compaction: {},
  session: { type: 'object' },
  cwd: { type: 'string' },
  retry: { type: 'object', fields: retryRules },
  idleTimeoutMs: { type: 'number', min: 1 },
  maxOutputTokens: { type: 'number', min: 1, integer: true },
  effort: { oneOf: ['none', 'minimal', 'low', 'medium', 'high', 'max'] },
  cache: {},
  providerOptions: { type: 'object' },
  durable: { type: 'function' },
};

const runRules: OptionRules = {
  ...agentRules,
  sessionId: { type: 'string' },
  history: { type: 'array' },
  signal: { type: 'object' },
};

/**
 * Checks the options of `createAgent`.
 *
 * @throws OptionError
 */
export function checkAgentOptions(options: AgentOptions): void {
  checkOptions('createAgent', options, agentRules);
  checkParts(options);
  if (options.output !== undefined) outputSpecOf(options.output);
}

/**
 * Checks the options of a run and fills in defaults. Sends nothing.
 *
 * @throws OptionError
 */
export function readRunOptions(options: RunOptions): RunSettings {
  checkOptions('run', options, runRules);
  checkParts(options);
  const task = hasAgents(options) ? createTaskTool(options.agents) : undefined;
  const tools = options.tools ?? [];
  return {
    ...options,
    ...(task === undefined ? { tools } : { task, tools: [...tools, task] }),
    ...(options.output === undefined ? {} : { outputSpec: outputSpecOf(options.output) }),
    permissions: options.permissions ?? denyAccess,
    budget: options.budget ?? {},
    compaction: options.compaction ?? {},
    session: options.session ?? memoryStore(),
    cwd: options.cwd ?? globalThis.process?.cwd() ?? '/',
    retry: {
      maxAttempts: options.retry?.maxAttempts ?? 4,
      baseDelayMs: options.retry?.baseDelayMs ?? 500,
      maxDelayMs: options.retry?.maxDelayMs ?? 60_000,
    },
    idleTimeoutMs: options.idleTimeoutMs ?? 120_000,
    durable: options.durable ?? inProcess(),
  };
}

/**
 * The decisions that came with `resume`, by the ids of the calls.
 *
 * @throws OptionError for one that is none.
 */
export function readApprovals(approvals: unknown = {}): ReadonlyMap<string, ReadAnswer> {
  if (typeof approvals !== 'object' || approvals === null || Array.isArray(approvals)) {
    throw new OptionError('approvals', 'Expected `approvals` of resume to be an object of decisions by `toolUseId`.');
  }
  return new Map(
    Object.entries(approvals).map(([toolUseId, given]) => {
      const answer = readApproval(given);
      if (answer !== undefined) return [toolUseId, answer];
      const path = `approvals[${JSON.stringify(toolUseId)}]`;
      throw new OptionError(
        path,
        `Expected \`${path}\` of resume to be true, false or { decision: 'allow' | 'deny' }.`,
      );
    }),
  );
}

function hasAgents(options: RunOptions): options is RunOptions & Required<Pick<RunOptions, 'agents'>> {
  return Object.keys(options.agents ?? {}).length > 0 && options.subAgentLimits?.maxDepth !== 0;
}

/**
 * The blocks of a prompt.
 *
 * @throws OptionError for an empty prompt or something that is no block.
 */
export function readPrompt(prompt: string | readonly ContentBlock[]): readonly ContentBlock[] {
  const blocks: readonly ContentBlock[] = typeof prompt === 'string' ? [{ type: 'text', text: prompt }] : prompt;
  if (!isArray(blocks)) {
    throw new OptionError(
      'prompt',
      `Expected the prompt to be a string or an array of blocks, got a ${typeof prompt}.`,
    );
  }
  for (const [index, block] of blocks.entries()) checkBlock(block, `prompt[${index}]`);
  const isEmpty = blocks.every((block) => block.type === 'text' && block.text.trim() === '');
  if (isEmpty) throw new OptionError('prompt', 'Expected a prompt with some text or an image, got an empty one.');
  return blocks;
}

function isArray(value: unknown): boolean {
  return Array.isArray(value);
}

function checkBlock(block: unknown, path: string): void {
  if (isContentBlock(block)) return;
  const expected = "{ type: 'text', text } or { type: 'image', mediaType, data }";
  throw new OptionError(path, `Expected \`${path}\` to be ${expected}, got something else.`);
}
