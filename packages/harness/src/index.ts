export { AgentError, ModelError, OptionError, defineTool, jsonSchema, memoryStore, resultOf } from '@harness-sdk/core';
export type {
  Access,
  AccessKind,
  ApprovalAnswer,
  ApprovalHandler,
  ApprovalRequest,
  Budget,
  CompactionEvent,
  CompactionOptions,
  ContentBlock,
  Cost,
  CostBasis,
  FallbackOptions,
  Hooks,
  Json,
  JsonObject,
  Message,
  Model,
  ModelChoice,
  ModelRouter,
  ModelUsage,
  PendingApproval,
  PermissionPolicy,
  PriceBook,
  Result,
  RouteContext,
  Run,
  SessionStore,
  SteerReceipt,
  StopReason,
  SubAgent,
  SubAgentLimits,
  SystemEvent,
  TextMessage,
  ThinkingMessage,
  Tool,
  ToolContext,
  ToolDefinition,
  ToolOutput,
  ToolResult,
  ToolSchema,
  ToolUse,
  TranscriptMessage,
  Usage,
  WithOutput,
} from '@harness-sdk/core';
export { createGrantStore, createPolicy, PolicyFileError } from '@harness-sdk/permissions';
export type { ArgumentRule, GrantStore, PermissionMode, PolicyFiles, PolicyOptions } from '@harness-sdk/permissions';
export { createPriceBook } from '@harness-sdk/pricing';
export type { PriceBookOptions } from '@harness-sdk/pricing';
export { createAgent } from './create-agent.ts';
export type { Agent, AgentRunOptions } from './create-agent.ts';
export { defaultTools } from './default-tools.ts';
export type { DefaultToolsOptions } from './default-tools.ts';
export type { CommonSettings, ProviderSettings } from './load-provider.ts';
export type {
  AgentOptions,
  GivenModel,
  NamedModel,
  ResumeOptions,
  RunOptions,
  SharedOptions,
  SharedRunOptions,
} from './options.ts';
export type { ProviderName } from './providers.ts';
export { resume, run } from './run.ts';
