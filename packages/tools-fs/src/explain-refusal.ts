import type { ToolOutput } from '@harness-sdk/core';
import { PathRefusedError, type PathRefusal } from '@harness-sdk/core/node';

/** A failure that the model reads and can mend. */
export function failure(content: string): ToolOutput {
  return { content, isError: true };
}

/** Says what to try instead of a path that was refused, or nothing. */
export type Hint = (reason: PathRefusal) => Promise<string | undefined>;

/**
 * Runs a tool's work on a path; a refusal of the workspace becomes a failure with a hint. Everything else that is thrown
 * (an abort, a full disk) passes.
 */
export async function explainRefusals(hint: Hint, work: () => Promise<ToolOutput>): Promise<ToolOutput> {
  try {
    return await work();
  } catch (error) {
    if (!PathRefusedError.isInstance(error)) throw error;
    const advice = await hint(error.reason);
    return failure(advice === undefined ? error.message : `${error.message} ${advice}`);
  }
}
