import type { RuleSource } from '@harness-sdk/core';
import type { RuleList } from './fail.ts';

/**
 * A rule that can be honoured, and does not do what whoever wrote it may think.
 *
 * - `unreachable`: a stronger rule is about all that this one is about.
 * - `launcher`: a wildcard behind a program that runs other programs, which no wildcard covers.
 * - `no_effect`: nothing would be decided otherwise without it.
 */
export interface RuleWarning {
  readonly kind: 'unreachable' | 'launcher' | 'no_effect';
  readonly list: RuleList | 'default';
  readonly rule: string;
  readonly source?: RuleSource;
  /** What is the matter, and what to write instead. */
  readonly message: string;
}
