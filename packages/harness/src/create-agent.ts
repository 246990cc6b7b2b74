import {
  createAgent as createInCore,
  memoryStore,
  type ContentBlock,
  type ModelChoice,
  type Run,
  type WithOutput,
} from '@harness-sdk/core';
import {
  agentRules,
  type AgentOptions,
  type ResumeOptions,
  type RunOptions,
  type SharedRunOptions,
} from './options.ts';
import type { ProviderSettings } from './load-provider.ts';
import type { ProviderName } from './providers.ts';
import { readOptions } from './read-options.ts';
import { resume, run } from './run.ts';

/** Options of one run of an agent; what they name replaces the agent's own. */
export interface AgentRunOptions extends Partial<SharedRunOptions> {
  /** Another provider needs its own `model` and, where the environment has no key, its own `providerSettings`. */
  readonly provider?: ProviderName;
  readonly model?: string | ModelChoice;
  readonly providerSettings?: ProviderSettings;
}

/** An agent: options that several runs share. */
export interface Agent<Output = unknown> {
  run<RunOutput = Output>(
    prompt: string | readonly ContentBlock[],
    options?: AgentRunOptions & WithOutput<RunOutput>,
  ): Run<RunOutput>;
  resume<RunOutput = Output>(
    sessionId: string,
    options?: Omit<AgentRunOptions, 'sessionId' | 'history'> & Pick<ResumeOptions, 'approvals'> & WithOutput<RunOutput>,
  ): Run<RunOutput>;
}

/**
 * An agent whose runs share its options, its tools and its session store, so that a `sessionId` continues a conversation.
 *
 * @throws OptionError for options that are wrong.
 * @throws AgentError `policy_invalid` for a permission rule that cannot be honoured as written.
 */
export function createAgent<Output = unknown>(options: AgentOptions & WithOutput<Output>): Agent<Output> {
  const { chosen, coreOptions } = readOptions('createAgent', options, agentRules);
  // For its checks: what core makes is dropped, because the model is chosen anew for each run.
  createInCore({ ...coreOptions, model: 'model' in chosen ? chosen.model : chosen.standIn });
  // The directory is settled here, as that of the tools is, even if the process goes to another.
  const shared: AgentOptions = { session: memoryStore(), ...options, cwd: coreOptions.cwd };
  // The same tools for all runs: they know which files a session has read. Another directory needs others.
  const { tools } = coreOptions;
  const optionsOf = (changes: AgentRunOptions): RunOptions =>
    merge(changes.cwd === undefined ? { ...shared, tools } : shared, withoutUndefined(changes));
  return {
    // The casts hold because the schema is that of the run's own options, or the agent's.
    run: <RunOutput>(prompt: string | readonly ContentBlock[], changes: AgentRunOptions = {}) =>
      run(prompt, optionsOf(changes)) as Run<RunOutput>,
    resume: <RunOutput>(sessionId: string, changes: AgentRunOptions = {}) =>
      resume(sessionId, optionsOf(changes)) as Run<RunOutput>,
  };
}

/** `undefined` counts as left out: it must not take away the agent's rules, mode or limits. */
function withoutUndefined(changes: AgentRunOptions): AgentRunOptions {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** Another provider must not get the key or the address of the first, and a model of one's own needs neither. */
function merge(shared: AgentOptions, changes: AgentRunOptions): RunOptions {
  const isOtherProvider = changes.provider !== undefined && changes.provider !== shared.provider;
  const { provider, model, providerSettings, ...others } = shared;
  const own =
    isOtherProvider || (changes.model !== undefined && typeof changes.model !== 'string')
      ? {}
      : { provider, model, providerSettings };
  // What comes of it may be no whole options: `run` checks them.
  return { ...others, ...own, ...changes } as RunOptions;
}
