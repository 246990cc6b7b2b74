import { OptionError } from '../errors.ts';
import type { Run } from '../message.ts';
import type { ContentBlock } from '../transcript.ts';
import type { Beginning } from './begin-run.ts';
import { drive } from './drive.ts';
import {
  readApprovals,
  readPrompt,
  readRunOptions,
  type ResumeOptions,
  type RunOptions,
  type WithOutput,
} from './options.ts';
import { RunStream } from './run-stream.ts';

/**
 * Runs an agent on a prompt.
 *
 * Yields text as it arrives, tool calls and their results, and one `Result`, always last; where the run failed, the
 * iterator then throws the error. Breaking out of the loop stops the model and the tools before the loop is left.
 *
 * @throws OptionError for options that are wrong, before anything is sent.
 *
 * @example
 * for await (const message of run('What is 2 + 2?', { model })) {
 *   if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
 * }
 */
export function run<Output = unknown>(
  prompt: string | readonly ContentBlock[],
  options: RunOptions & WithOutput<Output>,
): Run<Output> {
  const content = readPrompt(prompt);
  return start({ prompt: content }, options);
}

/**
 * Takes up a session where its process left it: a run that did not finish goes on, with its totals; of one that did,
 * the Result comes again. Calls that were running are run again where their `effect` allows it, else answered as unknown.
 * A run that ended with `approval_required` goes on with the decisions in `approvals`, or asks `onApproval` again.
 *
 * @param options - As for `run()`; `session` is the store that holds the session.
 * @throws OptionError for options that are wrong, before anything is sent.
 */
export function resume<Output = unknown>(sessionId: string, options: ResumeOptions & WithOutput<Output>): Run<Output> {
  if (typeof sessionId !== 'string' || sessionId === '') {
    throw new OptionError('sessionId', 'resume needs the id of a session as its first argument.');
  }
  if ((options as unknown) === undefined || options.session === undefined) {
    throw new OptionError('session', 'resume needs the option `session`: the store that holds the session.');
  }
  if ('history' in options && options.history !== undefined) {
    throw new OptionError('history', 'resume has no option `history`: the session has its own.');
  }
  const { approvals, ...runOptions } = options;
  return start({ approvals: readApprovals(approvals) }, { ...runOptions, sessionId });
}

function start<Output>(beginning: Beginning, options: RunOptions & WithOutput<Output>): Run<Output> {
  const settings = readRunOptions(options);
  // The id names the log, so it comes before everything that the log can hold.
  // oxlint-disable-next-line no-restricted-properties
  const sessionId = options.sessionId ?? crypto.randomUUID();
  // Holds because `Result.output` is what the schema in these very options gave.
  return new RunStream(sessionId, settings, beginning, drive) as Run<Output>;
}
