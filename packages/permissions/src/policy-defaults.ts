import type { AccessKind, PermissionDecision, RuleSource } from '@harness-sdk/core';
import type { AllowRule } from './rule.ts';

/** Whose a policy file is. The project's can only tighten what is decided without it. */
export type PolicyScope = 'organisation' | 'project';

/** What a policy file says to what no rule speaks of. */
export interface PolicyDefault {
  readonly decision: PermissionDecision['decision'];
  /** As in the file, for example `default.execute: deny`. */
  readonly text: string;
  readonly source: RuleSource;
}

/** The defaults of the policy files of one scope. */
export interface PolicyDefaults {
  readonly scope: PolicyScope;
  /** By name of tool; goes before the kind of access. */
  readonly byTool: ReadonlyMap<string, PolicyDefault>;
  readonly byKind: ReadonlyMap<AccessKind, PolicyDefault>;
  /** What the defaults are not about. Only of the project: the organisation's allow rules are rules like the caller's. */
  readonly exceptions: readonly AllowRule[];
}
