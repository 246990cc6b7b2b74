import type { Severity } from '../rules/rule.ts';
import type { VerifyMode } from '../verify/verify-findings.ts';
import type { FormatTarget } from './format-target.ts';

/** From which severity on a finding makes the program end with 1; `none` never does. */
export type FailOn = Severity | 'none';

/** What findings are wanted: all of a body of code, or those that a change is worth stopping for. */
type Profile = 'audit' | 'pr';

/** What the command line or a configuration file can say. Each name is an option and a key of the file. */
export interface Settings {
  readonly provider: string;
  readonly model: string;
  readonly format: readonly FormatTarget[];
  readonly output: string;
  readonly 'output-dir': string;
  readonly 'fail-on': FailOn;
  readonly 'min-severity': Severity;
  /** From 0 to 1. */
  readonly 'min-confidence': number;
  readonly profile: Profile;
  /** Kinds, rules and CWE numbers. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** `true`: since the branch that the change is for. */
  readonly diff: string | true;
  readonly staged: boolean;
  readonly commit: string;
  readonly 'diff-context': 'lines' | 'file';
  /** Patterns as in `.gitignore`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly 'no-gitignore': boolean;
  /** Bytes. */
  readonly 'max-file-size': number;
  readonly 'no-suppress': boolean;
  /** A directory, or `off`. */
  readonly cache: string;
  readonly 'dry-run': boolean;
  readonly baseline: string;
  readonly 'new-only': boolean;
  /** US dollars. */
  readonly 'max-cost': number;
  readonly 'max-tokens': number;
  /** Milliseconds. */
  readonly 'max-time': number;
  readonly concurrency: number;
  readonly verify: VerifyMode;
  readonly 'stdin-path': string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly 'no-color': boolean;
  readonly log: string;
  readonly 'sarif-suppressed': boolean;
  readonly config: string;
  readonly 'trust-config': boolean;
  readonly json: boolean;
  readonly report: string;
  readonly force: boolean;
}

/** Settings as they were given: each may be left out. */
export type GivenSettings = Partial<Settings>;

/** The name of a setting. */
export type SettingName = keyof Settings;
