import type { Workspace } from '@harness-sdk/core/node';
import type { ArgumentRestriction } from './argument-rule.ts';
import type { PermissionMode } from './mode.ts';
import type { PolicyDefaults } from './policy-defaults.ts';
import type { AllowRule, RestrictingRule } from './rule.ts';

/** All that a decision rests on, besides the call. */
export interface PolicySettings {
  readonly mode: PermissionMode;
  readonly workspace: Workspace;
  /** The home directory, by each of its names. */
  readonly homes: readonly string[];
  readonly deny: readonly RestrictingRule[];
  readonly ask: readonly RestrictingRule[];
  readonly allow: readonly AllowRule[];
  /** The rules about arguments of either list. */
  readonly argumentRules: Readonly<Record<'deny' | 'ask', readonly ArgumentRestriction[]>>;
  /** What policy files say to what no rule speaks of: the organisation's first, then the project's. */
  readonly defaults: readonly PolicyDefaults[];
  /** Real paths of all policy files there are. */
  readonly policyFiles: ReadonlySet<string>;
}
