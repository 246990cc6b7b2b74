import { memoryStore } from '../session/memory-store.ts';
import type { ContentBlock } from '../transcript.ts';
import {
  checkAgentOptions,
  type AgentOptions,
  type ResumeOptions,
  type RunOptions,
  type WithOutput,
} from './options.ts';
import type { Run } from '../message.ts';
import { resume, run } from './run.ts';

/** Options of one run of an agent; what they name replaces the agent's own. */
export type AgentRunOptions = Partial<RunOptions>;

/** An agent: options that several runs share. */
export interface Agent<Output = unknown> {
  run<RunOutput = Output>(
    prompt: string | readonly ContentBlock[],
    options?: AgentRunOptions & WithOutput<RunOutput>,
  ): Run<RunOutput>;
  resume<RunOutput = Output>(
    sessionId: string,
    options?: Partial<ResumeOptions> & WithOutput<RunOutput>,
  ): Run<RunOutput>;
}

/**
 * An agent whose runs share its options and its session store, so that a `sessionId` continues a conversation.
 *
 * @throws OptionError for options that are wrong.
 */
export function createAgent<Output = unknown>(options: AgentOptions & WithOutput<Output>): Agent<Output> {
  checkAgentOptions(options);
  const shared: AgentOptions = { ...options, session: options.session ?? memoryStore() };
  return {
    // The casts hold because the schema is that of the run's own options, or the agent's.
    run: <RunOutput>(prompt: string | readonly ContentBlock[], runOptions?: AgentRunOptions) =>
      run(prompt, withChanges(shared, runOptions)) as Run<RunOutput>,
    resume: <RunOutput>(sessionId: string, runOptions?: Partial<ResumeOptions>) =>
      resume(sessionId, withChanges(shared, runOptions)) as Run<RunOutput>,
  };
}

/** `undefined` counts as left out: it must not take away the agent's hooks, policy or limits. */
function withChanges(
  shared: AgentOptions,
  changes: AgentRunOptions | Partial<ResumeOptions> = {},
): RunOptions & ResumeOptions {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...shared, ...Object.fromEntries(named) };
}
