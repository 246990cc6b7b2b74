import type { Kind } from './kind.ts';

/** How bad a weakness is where it is real, worst first. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** What a rule says of itself: enough for a finding, for `rules` and `explain`, and for its own test. */
export interface Rule {
  /** Stable, with the language in front: `py/sql-injection`. */
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly severity: Severity;
  /** From 0 to 1: how often a hit of this rule is real, where the hit itself does not say otherwise. */
  readonly confidence: number;
  /** The most fitting first: `CWE-89`. */
  readonly cwe: readonly string[];
  /** Category of the OWASP Top 10 of 2021. */
  readonly owasp: string;
  /** What goes wrong, in one or two sentences. */
  readonly why: string;
  /** What to do instead. */
  readonly fix: string;
  /** Source that the rule reports, and its own test runs. */
  readonly weakExample: string;
  /** The same source mended, which the rule leaves alone. */
  readonly safeExample: string;
}

/** One place in one file that a rule reports. */
export interface RuleHit {
  readonly ruleId: string;
  readonly kind: Kind;
  readonly severity: Severity;
  /** From 0 to 1: 0.9 where data from outside is seen to arrive, 0.6 where it is a parameter. */
  readonly confidence: number;
  readonly cwe: readonly string[];
  readonly title: string;
  /** First line of the reported code, from 1. */
  readonly line: number;
  /** Last line of the reported code; the same as `line` in most cases. */
  readonly endLine: number;
  /** Column of its first character, from 1, in UTF-16 code units; a byte order mark counts as none. */
  readonly column: number;
  /** The whole of line `line`, as it stands in the file, without its line ending or byte order mark. */
  readonly evidence: string;
  readonly explanation: string;
  readonly recommendation: string;
  /** The way of its data, from the source to the sink, as far as it is known; empty where no data makes it a weakness. */
  readonly flow: readonly FlowStep[];
}

/** A line that data passes in the file of the hit. */
export interface FlowStep {
  readonly role: 'source' | 'step' | 'sink';
  readonly line: number;
  /** What happens there, in a few words; never text of the source. */
  readonly note: string;
}
