import type { Span } from './program/program.ts';
import type { Analysis, Exposure } from './flow/analysis.ts';
import type { Rule, Severity } from './rule.ts';

/** A rule that can find what it describes. */
export interface DetectingRule extends Rule {
  /** Looks through an analysed program; pure, and never throws for any program. */
  detect(analysis: Analysis): Iterable<Detection>;
}

/** A rule for files that are in no programming language: settings, mostly. */
export interface TextRule extends Rule {
  /** Looks through a text; pure, never throws, and takes time in proportion to the text. */
  scan(text: string, path: string): Iterable<Detection>;
}

/** A place that a rule found. What is left out is as the rule says. */
export interface Detection {
  readonly span: Span;
  readonly severity?: Severity;
  readonly confidence?: number;
  /** A sentence on this very place, after what the rule says in general; never holds text of the source. */
  readonly note?: string;
  /** How near to the outside its data comes from, where data makes it a weakness. */
  readonly exposure?: Exposure;
}

/** How sure a finding is, by how near to the outside its data comes from. */
export const CONFIDENCE: Readonly<Record<Exposure, number>> = {
  remote: 0.9,
  local: 0.7,
  parameter: 0.6,
  unknown: 0.5,
  none: 0,
};

/** Says where the data comes from, for people. */
export const ARRIVAL: Readonly<Record<Exposure, string>> = {
  remote: 'The data arrives in a request.',
  local: 'The data comes from the command line or the terminal.',
  parameter: 'The data is a parameter: any caller may pass text from outside.',
  unknown: 'Where the data comes from cannot be seen here.',
  none: '',
};

/** A detection at the place, as sure as the exposure makes it. */
export function exposedAt(span: Span, exposure: Exposure): Detection {
  return { span, confidence: CONFIDENCE[exposure], note: ARRIVAL[exposure], exposure };
}
