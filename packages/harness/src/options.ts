import type {
  AgentOptions as CoreAgentOptions,
  ModelChoice,
  OptionRules,
  PermissionPolicy,
  PriceBook,
  ResumeOptions as CoreResumeOptions,
  RunOptions as CoreRunOptions,
  Tool,
} from '@harness-sdk/core';
import {
  permissionModes,
  type ArgumentRule,
  type GrantStore,
  type PermissionMode,
  type PolicyFiles,
} from '@harness-sdk/permissions';
import type { ProviderSettings } from './load-provider.ts';
import { providerNames, type ProviderName } from './providers.ts';

/** A model by its name: the provider's package is loaded from your own install. */
export interface NamedModel {
  readonly provider: ProviderName;
  /** As the provider names it. Ids that nobody knows are passed through. */
  readonly model: string;
  /** Default: the key in the provider's own environment variable, sent to the provider's own host. */
  readonly providerSettings?: ProviderSettings;
}

/** A model of your own making, several that take over from each other, or a function that chooses for each turn. */
export interface GivenModel {
  readonly model: ModelChoice;
  readonly provider?: never;
  readonly providerSettings?: never;
}

/** Options that harness-sdk adds to those of core, or gives a default. */
export interface SharedOptions extends Omit<CoreAgentOptions, 'model'> {
  /**
   * The workspace: where relative paths start, and the directory that the default tools and permissions keep to. Default:
   * the process's.
   */
  readonly cwd?: string;
  /** Replaces the default tools; `[...defaultTools({ cwd }), mine]` adds to them. Default: `defaultTools({ cwd })`. */
  readonly tools?: readonly Tool[];
  /** Default `default`: reading in the workspace passes, everything else asks `onApproval`. */
  readonly permissionMode?: PermissionMode;
  /** Rules for calls that need no question, such as `Edit(src/**)`. */
  readonly allow?: readonly string[];
  /** Rules for calls that must not run, in any mode: `Read(.env*)`, `{ tool: 'Bash', args: { command: '*curl*' } }`. */
  readonly deny?: readonly (string | ArgumentRule)[];
  /** Rules for calls that `onApproval` decides on, in any mode. */
  readonly ask?: readonly (string | ArgumentRule)[];
  /** Policy files; relative paths start from `cwd`. The project's can only tighten what is decided without it. Default none. */
  readonly policy?: PolicyFiles;
  /** Where approvals with `remember: 'always'` are kept, such as `createGrantStore()`. Default: nowhere. */
  readonly grants?: GrantStore;
  /** A policy of your own, instead of `permissionMode`, `allow`, `deny`, `ask`, `policy` and `grants`. */
  readonly permissions?: PermissionPolicy;
  /** Default: `createPriceBook()`, the bundled catalogue. */
  readonly prices?: PriceBook;
}

/** Options of one run besides its model. */
export type SharedRunOptions = SharedOptions & Pick<CoreRunOptions, 'sessionId' | 'history' | 'signal'>;

/** Options of an agent, shared by all its runs: a provider and a model id, or a model. */
export type AgentOptions = SharedOptions & (NamedModel | GivenModel);

/** Options of one run: a provider and a model id, or a model; the rest has defaults. */
export type RunOptions = SharedRunOptions & (NamedModel | GivenModel);

/** Options of `resume`; `session` must be the store that holds the session. */
export type ResumeOptions = SharedOptions & Pick<CoreResumeOptions, 'signal' | 'approvals'> & (NamedModel | GivenModel);

/** What is checked here; the values of what is passed on are checked by core. */
const ownRules = {
  provider: { oneOf: providerNames },
  model: { required: true },
  providerSettings: { type: 'object' },
  permissionMode: { oneOf: permissionModes },
  allow: { type: 'array' },
  deny: { type: 'array' },
  ask: { type: 'array' },
  policy: { type: 'object', fields: { organisation: { type: 'string' }, project: { type: 'string' } } },
  grants: { type: 'object' },
} as const satisfies OptionRules;

/** Every option of core, so that an unknown one is told from it; the compiler sees to it that none is left out. */
const passedOn: Readonly<Record<Exclude<keyof CoreAgentOptions, 'model'>, object>> = {
  system: {},
  tools: { type: 'array' },
  permissions: {},
  onApproval: {},
  hooks: {},
  prices: {},
  budget: {},
  agents: {},
  subAgentLimits: {},
  output: {},
  compaction: {},
  fallback: {},
  session: {},
  cwd: { type: 'string' },
  retry: {},
  idleTimeoutMs: {},
  maxOutputTokens: {},
  effort: {},
  cache: {},
  providerOptions: {},
  durable: {},
};

/** Rules for the options of `createAgent`. */
export const agentRules: OptionRules = { ...ownRules, ...passedOn };

/** Rules for the options of `run` and `resume`. */
export const runRules: OptionRules = { ...agentRules, sessionId: {}, history: {}, signal: {} };
