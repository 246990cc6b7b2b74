import { AgentError } from '../errors.ts';
import type { Result } from '../message.ts';

/** The Result of the run that failed with this error, or `undefined` where it comes from no run. */
export function resultOf(error: unknown): Result | undefined {
  // Only the driver sets `result`, and only to this.
  return AgentError.isInstance(error) ? (error.result as Result | undefined) : undefined;
}
