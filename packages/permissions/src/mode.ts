import type { AccessKind } from '@harness-sdk/core';

/**
 * What happens to a call that no rule speaks of.
 *
 * - `default`: reading in the workspace passes, everything else asks.
 * - `acceptEdits`: writing in the workspace passes too, except to protected paths.
 * - `plan`: reading in the workspace passes; writing, executing and the network are denied, whatever a rule says.
 * - `bypass`: everything passes. Deny rules, ask rules and the workspace still hold.
 */
export type PermissionMode = 'default' | 'acceptEdits' | 'plan' | 'bypass';

/** All permission modes. */
export const permissionModes: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan', 'bypass'];

/** Kinds of access that plan mode never lets through. */
export const planCeiling: ReadonlySet<AccessKind> = new Set(['write', 'execute', 'network']);
