import { messageOf } from '../errors.ts';

/** Why a run was stopped from outside the loop. */
export type StopCause = 'aborted' | 'maxDurationMs' | 'failed' | 'finished';

const messages: Readonly<Record<StopCause, string>> = {
  aborted: 'The run was aborted.',
  maxDurationMs: 'The run reached its time limit.',
  failed: 'The run failed.',
  finished: 'The run is over.',
};

/** What a call is answered with that did not run because its run was stopped. */
export function didNotRun(signal: AbortSignal): string {
  return `${messageOf(signal.reason)} This call did not run.`;
}

/** The reason that a run's signals give: an `AbortError`, as `fetch` and its like know it, that says why. */
export class RunStopped extends Error {
  override readonly name = 'AbortError';
  readonly why: StopCause;

  constructor(why: StopCause, options?: { readonly cause?: unknown }) {
    super(messages[why], options);
    this.why = why;
  }
}
