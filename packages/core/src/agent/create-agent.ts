import { memoryStore } from '../session/memory-store.ts';
import type { ContentBlock } from '../transcript.ts';
import { checkAgentOptions, type AgentOptions, type ResumeOptions, type RunOptions } from './options.ts';
import type { Run } from '../message.ts';
import { resume, run } from './run.ts';

/** Options of one run of an agent; what they name replaces the agent's own. */
export type AgentRunOptions = Partial<RunOptions>;

/** An agent: options that several runs share. */
export interface Agent {
  run(prompt: string | readonly ContentBlock[], options?: AgentRunOptions): Run;
  resume(sessionId: string, options?: Partial<ResumeOptions>): Run;
}

/**
 * An agent whose runs share its options and its session store, so that a `sessionId` continues a conversation.
 *
 * @throws OptionError for options that are wrong.
 */
export function createAgent(options: AgentOptions): Agent {
  checkAgentOptions(options);
  const shared: AgentOptions = { ...options, session: options.session ?? memoryStore() };
  return {
    run: (prompt, runOptions) => run(prompt, withChanges(shared, runOptions)),
    resume: (sessionId, runOptions) => resume(sessionId, withChanges(shared, runOptions)),
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
