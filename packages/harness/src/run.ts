import {
  resume as resumeInCore,
  run as runInCore,
  type ContentBlock,
  type Run,
  type RunOptions as CoreRunOptions,
  type WithOutput,
} from '@harness-sdk/core';
import { DeferredRun } from './deferred-run.ts';
import { runRules, type ResumeOptions, type RunOptions } from './options.ts';
import { readOptions } from './read-options.ts';

/**
 * Runs an agent on a prompt, with file tools, permissions and prices.
 *
 * Yields text as it arrives, tool calls and their results, and one `Result`, always last; where the run failed, the
 * iterator then throws the error. Breaking out of the loop stops the model and the tools before the loop is left.
 *
 * There is no system prompt but yours, and no file reaches the model unless a tool reads it. The provider's package is
 * loaded with the first `next()`, which rejects with `missing_package` and the line that installs it where it is not
 * there; there is no Result then.
 *
 * @throws OptionError for options that are wrong, before anything is loaded or sent.
 * @throws AgentError `policy_invalid` for a permission rule that cannot be honoured as written.
 *
 * @example
 * for await (const message of run('What is 2 + 2?', { provider: 'anthropic', model: 'claude-opus-5-5' })) {
 *   if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
 *   if (message.type === 'result') console.log(`\n${message.totalTokens} tokens, $${message.totalCost}`);
 * }
 */
export function run<Output = unknown>(
  prompt: string | readonly ContentBlock[],
  options: RunOptions & WithOutput<Output>,
): Run<Output> {
  return start<Output>(options, (coreOptions) => runInCore(prompt, coreOptions));
}

/**
 * Takes up a session where its process left it: a run that did not finish goes on, with its totals; of one that did,
 * the Result comes again. A run that ended with `approval_required` goes on with the decisions in `approvals`, or asks
 * `onApproval` again.
 *
 * @param options - As for `run()`; `session` is the store that holds the session, and has no default.
 * @throws OptionError for options that are wrong, before anything is loaded or sent.
 * @throws AgentError `policy_invalid` for a permission rule that cannot be honoured as written.
 */
export function resume<Output = unknown>(sessionId: string, options: ResumeOptions & WithOutput<Output>): Run<Output> {
  const { approvals, ...runOptions } = { ...options };
  const decisions = approvals === undefined ? {} : { approvals };
  // Its type says that the provider and the model belong together; taking one field out does not change that.
  const whole = { ...runOptions, sessionId } as RunOptions;
  return start<Output>(whole, (coreOptions) => resumeInCore(sessionId, { ...coreOptions, ...decisions }));
}

function start<Output>(options: RunOptions, begin: (coreOptions: CoreRunOptions) => Run): Run<Output> {
  const { chosen, coreOptions } = readOptions('run', options, runRules);
  // The casts hold because core gives the output of the schema in these very options.
  if ('model' in chosen) return begin({ ...coreOptions, model: chosen.model }) as Run<Output>;
  // Core checks its options here and now; the run it makes is dropped, and one that is not read does nothing.
  begin({ ...coreOptions, model: chosen.standIn });
  const sessionId = options.sessionId ?? crypto.randomUUID();
  return new DeferredRun(sessionId, async () =>
    begin({ ...coreOptions, sessionId, model: await chosen.load() }),
  ) as Run<Output>;
}
