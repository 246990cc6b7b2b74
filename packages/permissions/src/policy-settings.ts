import type { Workspace } from '@harness-sdk/core/node';
import type { PermissionMode } from './mode.ts';
import type { AllowRule, RestrictingRule } from './rule.ts';

/** All that a decision rests on, besides the call. */
export interface PolicySettings {
  readonly mode: PermissionMode;
  readonly workspace: Workspace;
  readonly deny: readonly RestrictingRule[];
  readonly ask: readonly RestrictingRule[];
  readonly allow: readonly AllowRule[];
}
