import { SEVERITIES, type FindingKind } from '../finding.ts';
import { KIND_DESCRIPTIONS } from '../rules/knowledge/kind-descriptions.ts';
import type { Severity } from '../rules/rule.ts';
import type { Exposure } from './file-facts.ts';

/** What the severity of a language model's finding rests on. */
export interface SeverityParts {
  readonly kind: FindingKind;
  readonly exposure: Exposure;
  /** From 0 to 1. */
  readonly confidence: number;
  /** What the model says. */
  readonly proposed: Severity;
}

/** Steps by which a weakness is less severe where its data comes from nearer; the worst only where anybody can reach it. */
const stepsDown: Readonly<Record<Exposure, (severity: Severity) => number>> = {
  route: () => 0,
  cli: (severity) => (severity === 'critical' ? 1 : 0),
  library: (severity) => (severity === 'critical' ? 1 : 0),
  test: () => 2,
};
/** Whoever is less sure than this has not seen the weakness. */
const leastConfidence = 0.5;

/**
 * Severity by a table: the class of weakness, less where little reaches it, less where it is hardly sure. The model may
 * move it by one step; where no class fits, it alone decides.
 */
export function severityOf({ kind, exposure, confidence, proposed }: SeverityParts): Severity {
  if (kind === 'other') return proposed;
  const { severity } = KIND_DESCRIPTIONS[kind];
  const listed = lower(severity, stepsDown[exposure](severity) + (confidence < leastConfidence ? 1 : 0));
  const [table, wish] = [SEVERITIES.indexOf(listed), SEVERITIES.indexOf(proposed)];
  return at(Math.min(Math.max(wish, table - 1), table + 1));
}

/** A severity some steps down; `info` is the lowest. */
export function lower(severity: Severity, steps: number): Severity {
  return at(SEVERITIES.indexOf(severity) + steps);
}

function at(index: number): Severity {
  return SEVERITIES[Math.min(Math.max(index, 0), SEVERITIES.length - 1)] ?? 'info';
}
