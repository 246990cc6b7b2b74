import type { Access, PermissionDecision } from '@harness-sdk/core';

/** What was decided about one of the things that a call touches, by itself. */
export interface ExplainedAccess extends PermissionDecision {
  /** As the call has it. */
  readonly access: Access;
}

/**
 * A decision, and what it is made of. Where it is `ask`, a person is asked; `suggestions` are the rules that they could
 * grant for later, and where there are none they can only answer for this once.
 */
export interface Explanation extends PermissionDecision {
  readonly mode: string;
  /** What the call touches, each decided by itself. The call gets the strictest of these decisions. */
  readonly parts: readonly ExplainedAccess[];
}
