/**
 * What went wrong, in one word.
 *
 * - `invalid_option`: an option of `run()`, of a maker or of a tool definition is unknown, of the wrong type or impossible.
 * - `missing_package`: a package that the options name is not installed.
 * - `model_failed`: a model call failed for good; see {@link ModelError}.
 * - `session_conflict`: another writer has appended to the session.
 * - `session_not_found`: there is no such session in the store.
 * - `session_corrupt`: the stored events are not a log this version can read.
 * - `store_failed`: the session store could not read or write.
 * - `hook_failed`: a hook threw where a throw is not an answer.
 * - `hook_blocked`: a model hook ended the run on purpose.
 * - `tool_failed`: a tool broke its own contract, for example by returning something that is no tool output.
 * - `policy_invalid`: a permission rule or policy cannot be honoured as written.
 * - `path_refused`: a path lies outside the workspace, or is not something that may be opened.
 * - `output_invalid`: the model's answer does not fit the output schema, also after it was told; `Result.text` has it.
 * - `internal`: a defect of this library; please report it.
 */
export type AgentErrorCode =
  | 'invalid_option'
  | 'missing_package'
  | 'model_failed'
  | 'session_conflict'
  | 'session_not_found'
  | 'session_corrupt'
  | 'store_failed'
  | 'hook_failed'
  | 'hook_blocked'
  | 'tool_failed'
  | 'policy_invalid'
  | 'path_refused'
  | 'output_invalid'
  | 'internal';

/** An error as plain data, as it stands in a `Result` and in the session log. */
export interface ErrorInfo {
  readonly code: AgentErrorCode;
  readonly message: string;
  /** Of a model error only. */
  readonly kind?: ModelErrorKind;
  /** HTTP status, of a model error only. */
  readonly statusCode?: number;
}

const mark = Symbol.for('@harness-sdk/core/AgentError');
const modelMark = Symbol.for('@harness-sdk/core/ModelError');
const optionMark = Symbol.for('@harness-sdk/core/OptionError');

/** Base of every error this SDK throws on purpose. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;
  /**
   * The `Result` of the run that failed with this error; absent where there was no run. `resultOf(error)` reads it with
   * its type.
   */
  readonly result?: unknown;

  constructor(code: AgentErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    Object.defineProperty(this, mark, { value: true });
  }

  /** True for an `AgentError` of any copy of this package in the process. */
  static isInstance(value: unknown): value is AgentError {
    return hasMark(value, mark);
  }

  /** This error as plain data. */
  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message };
  }
}

/** An option is unknown, has the wrong type, or cannot be honoured. Thrown before anything is sent. */
export class OptionError extends AgentError {
  /** Path of the option, for example `budget.maxCost`. */
  readonly option: string;

  constructor(option: string, message: string, options?: { readonly cause?: unknown }) {
    super('invalid_option', message, options);
    this.option = option;
    Object.defineProperty(this, optionMark, { value: true });
  }

  /** True for an `OptionError` of any copy of this package in the process. */
  static override isInstance(value: unknown): value is OptionError {
    return hasMark(value, optionMark);
  }
}

/**
 * Why a model call failed.
 *
 * - `auth`: the key is missing, wrong or not allowed to do this.
 * - `quota`: money or a spend limit has run out; waiting does not help.
 * - `rate_limit`: too many requests or tokens just now.
 * - `overloaded`: the provider has no capacity just now.
 * - `server`: the provider failed inside.
 * - `network`: no connection, or a stream that ended before its end.
 * - `timeout`: no answer, or no event for too long.
 * - `context_overflow`: the request is larger than the model's window.
 * - `invalid_request`: the provider does not accept the request, or does not know the model.
 * - `content_filter`: the provider refused by an error, not by a refusal in the answer.
 * - `malformed_output`: the model produced something the provider could not parse.
 * - `aborted`: our own signal ended it.
 * - `protocol`: the answer is not what this provider's API sends, for example an HTML page.
 */
export type ModelErrorKind =
  | 'auth'
  | 'quota'
  | 'rate_limit'
  | 'overloaded'
  | 'server'
  | 'network'
  | 'timeout'
  | 'context_overflow'
  | 'invalid_request'
  | 'content_filter'
  | 'malformed_output'
  | 'aborted'
  | 'protocol';

/** Fields of a {@link ModelError}. `Usage` is a type parameter so that this file imports nothing. */
export interface ModelErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the answer, where there was one. */
  readonly statusCode?: number | undefined;
  /** How long the provider asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** True once any content of the answer had arrived. Default false. */
  readonly contentStarted?: boolean | undefined;
  /** Token counts that had arrived before the failure, in the shape of `Usage`. */
  readonly usage?: object | undefined;
  /** The provider's own id of the request, for its support. */
  readonly requestId?: string | undefined;
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set([
  'rate_limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'malformed_output',
]);

/** A model call failed. Thrown by `Model.stream()`, classified by the adapter from the provider's real answer. */
export class ModelError extends AgentError {
  readonly kind: ModelErrorKind;
  readonly statusCode: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly contentStarted: boolean;
  /** In the shape of `Usage`; the counts that had arrived. */
  readonly usage: object | undefined;
  readonly requestId: string | undefined;

  constructor(kind: ModelErrorKind, message: string, details: ModelErrorDetails = {}) {
    super('model_failed', message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = kind;
    this.statusCode = details.statusCode;
    this.retryAfterMs = details.retryAfterMs;
    this.contentStarted = details.contentStarted ?? false;
    this.usage = details.usage;
    this.requestId = details.requestId;
    Object.defineProperty(this, modelMark, { value: true });
  }

  /** True for kinds that a later attempt may cure: rate limit, overload, server, network, timeout, malformed output. */
  get isRetryable(): boolean {
    return retryableKinds.has(this.kind);
  }

  /** True for a `ModelError` of any copy of this package in the process. */
  static override isInstance(value: unknown): value is ModelError {
    return hasMark(value, modelMark);
  }

  override toInfo(): ErrorInfo {
    return {
      code: this.code,
      message: this.message,
      kind: this.kind,
      ...(this.statusCode === undefined ? {} : { statusCode: this.statusCode }),
    };
  }
}

/** The message of anything that was thrown. Never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    // `String` throws what the value's own conversion throws, and a TypeError where there is none.
    return 'something that cannot be shown as text';
  }
}

function hasMark(value: unknown, symbol: symbol): boolean {
  return typeof value === 'object' && value !== null && symbol in value;
}
