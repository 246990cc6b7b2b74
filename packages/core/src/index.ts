export { createAgent } from './agent/create-agent.ts';
export type { Agent, AgentRunOptions } from './agent/create-agent.ts';
export type { CompactionOptions } from './agent/compaction-options.ts';
export type { FallbackOptions } from './agent/fallback-options.ts';
export { inProcess } from './agent/in-process-durable.ts';
export { taskToolName, type SubAgent, type SubAgentLimits } from './agent/sub-agent.ts';
export type { ModelChoice, ModelRouter, RouteContext } from './agent/model-choice.ts';
export type { AgentOptions, ResumeOptions, RetryOptions, RunOptions, WithOutput } from './agent/options.ts';
export { resultOf } from './agent/result-of.ts';
export { resume, run } from './agent/run.ts';
export { checkOptions, nearestName } from './check-options.ts';
export type { OptionRule, OptionRules } from './check-options.ts';
export { defineTool, jsonSchema } from './define-tool.ts';
export type { ToolDefinition } from './define-tool.ts';
export type {
  Branch,
  Clock,
  Durable,
  DurableEngine,
  DurableSession,
  SpawnSpec,
  StepContext,
  StepSpec,
} from './durable.ts';
export { AgentError, ModelError, OptionError, messageOf } from './errors.ts';
export type { AgentErrorCode, ErrorInfo, ModelErrorDetails, ModelErrorKind } from './errors.ts';
export type {
  Awaitable,
  BeforeToolAnswer,
  HookContext,
  HookToolCall,
  HookToolResult,
  Hooks,
  ModelRequestChange,
} from './hooks.ts';
export type { Json, JsonObject } from './json.ts';
export type {
  BudgetLimit,
  CompactionEvent,
  Cost,
  Denial,
  Message,
  MessageBase,
  ModelUsage,
  PassedOver,
  PendingApproval,
  Result,
  Run,
  SteerReceipt,
  StopReason,
  StreamedText,
  SwitchReason,
  SystemEvent,
  SystemEventData,
  TextMessage,
  ThinkingMessage,
  ToolResult,
  ToolUse,
} from './message.ts';
export type {
  Effort,
  Model,
  ModelCapabilities,
  ModelEnd,
  ModelEvent,
  ModelInfo,
  ModelRequest,
  ModelStop,
  ToolChoice,
  ToolSpec,
} from './model.ts';
export type {
  ApprovalAnswer,
  ApprovalHandler,
  ApprovalReply,
  ApprovalRequest,
  JudgedUnit,
  PermissionCall,
  PermissionDecision,
  PermissionGrant,
  PermissionPolicy,
  PermissionTier,
  PermissionTool,
  RuleSource,
  SimulatedDecision,
} from './permission.ts';
export type { CostBasis, ModelRef, Price, PriceBook } from './price.ts';
export type {
  ApprovalDecided,
  ApprovalRequested,
  Budget,
  Candidate,
  Compacted,
  CompactionLimits,
  CompactionTrigger,
  DecisionRecord,
  EventBase,
  EventBody,
  FallbackRules,
  GrantAdded,
  KeptMessage,
  ModelFailed,
  ModelFinished,
  ModelStarted,
  ModelSwitched,
  OutputChecked,
  PromptAdded,
  RunFinished,
  RunStarted,
  ChildGrant,
  ChildGranted,
  ChildReturned,
  SessionEvent,
  Steered,
  SummaryTask,
  ToolDecided,
  ToolFacts,
  ToolFinished,
  ToolStarted,
} from './session/event.ts';
export type { Health } from './session/fold-models.ts';
export type { CallList, CallState, StartedChild } from './session/call-list.ts';
export type { GrowingList } from './session/growing-list.ts';
export { forkSession } from './session/fork-session.ts';
export type { ForkOptions } from './session/fork-session.ts';
export { memoryStore } from './session/memory-store.ts';
export { nextStep } from './session/next-step.ts';
export type {
  AnswerCalls,
  CallModel,
  CheckOutput,
  Compact,
  Finish,
  RunTools,
  Step,
  SummaryCall,
  SwitchModel,
  WaitForApprovals,
} from './session/next-step.ts';
export type { CompactionPlan, CompactionSizes } from './session/plan-compaction.ts';
export { events } from './session/read-events.ts';
export type { EventsOptions } from './session/read-events.ts';
export type { CallApproval, DecidedApproval, VoidApproval } from './session/approvals.ts';
export { sessions } from './session/sessions.ts';
export type { Sessions, SummaryOptions } from './session/sessions.ts';
export type { SessionSummary } from './session/session-summary.ts';
export { emptyState, evolve } from './session/state.ts';
export type { Compacting, LastTurn, LiftedDenial, RunState, SessionState, Streak } from './session/state.ts';
export type { Ledger } from './session/ledger.ts';
export type { SessionStore } from './session/store.ts';
export type {
  Access,
  AccessContext,
  AccessKind,
  InvokeResult,
  PreviewContext,
  Tool,
  ToolContext,
  ToolEffect,
  ToolOutcome,
  ToolOutput,
  ToolReturn,
  ToolSchema,
  Validation,
  ValidationIssue,
} from './tool.ts';
export type {
  AssistantBlock,
  AssistantMessage,
  AssistantOrigin,
  ContentBlock,
  ImageBlock,
  OpaqueBlock,
  TextBlock,
  ThinkingBlock,
  ToolCallBlock,
  ToolContent,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
  UserMessage,
} from './transcript.ts';
export { addUsage, inputTokens, totalTokens } from './usage.ts';
export type { CacheWrite, Usage } from './usage.ts';
