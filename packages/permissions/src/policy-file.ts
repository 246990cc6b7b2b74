import type { AccessKind, PermissionDecision } from '@harness-sdk/core';
import type { ArgumentRule } from './argument-rule.ts';
import type { PolicyScope } from './policy-defaults.ts';

/** A place in a policy file; lines and columns are counted from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** A rule of a policy file. */
export interface FileRule extends FilePosition {
  readonly rule: string | ArgumentRule;
}

/** A default of a policy file: for a tool, or for a kind of access. */
export interface FileDefault extends FilePosition {
  readonly subject: { readonly tool: string } | { readonly kind: AccessKind };
  readonly decision: PermissionDecision['decision'];
  /** As it stands in the file, for example `default.execute: deny`. */
  readonly text: string;
}

/** What one policy file says by itself. */
export interface PolicyFileContent {
  readonly extends: readonly (FilePosition & { readonly path: string })[];
  /** True where its rules are not enforced, and only reported. */
  readonly simulate: boolean;
  readonly deny: readonly FileRule[];
  readonly ask: readonly FileRule[];
  readonly allow: readonly FileRule[];
  readonly defaults: readonly FileDefault[];
}

/** A policy file that was loaded. */
export interface PolicyFile extends PolicyFileContent {
  /** Absolute, every link followed. */
  readonly path: string;
  readonly scope: PolicyScope;
}
