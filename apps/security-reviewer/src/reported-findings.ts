import { compareSeverity, type Finding } from './finding.ts';

/** A finding whose evidence was found in the file, before the report gives it its place. */
export interface ReportedFinding extends Omit<Finding, 'id' | 'fingerprint'> {
  /** Function or class around the code; empty at the top of a file. */
  readonly scope: string;
}

/** The findings of one unit, in the order they came. The same weakness on the same line is one finding. */
export class ReportedFindings {
  readonly #byPlace = new Map<string, ReportedFinding>();
  readonly #most: number;

  /** @param most - Findings at most. */
  constructor(most: number = Infinity) {
    this.#most = most;
  }

  /** True where no more are taken. */
  get isFull(): boolean {
    return this.#byPlace.size >= this.#most;
  }

  /** True where it is a new one; false where it was merged into one that was there. */
  add(finding: ReportedFinding): boolean {
    const { file, startLine } = finding.location;
    const place = JSON.stringify([file, startLine, finding.kind, finding.kind === 'other' ? finding.cwe[0] : '']);
    const other = this.#byPlace.get(place);
    this.#byPlace.set(place, other === undefined ? finding : merged(other, finding));
    return other === undefined;
  }

  get all(): readonly ReportedFinding[] {
    return [...this.#byPlace.values()];
  }
}

/** The worse severity, the higher confidence, all CWEs; the texts of the first. */
function merged(first: ReportedFinding, second: ReportedFinding): ReportedFinding {
  return {
    ...first,
    severity: compareSeverity(first.severity, second.severity) <= 0 ? first.severity : second.severity,
    confidence: Math.max(first.confidence, second.confidence),
    cwe: [...new Set([...first.cwe, ...second.cwe])],
    origin: [...new Set([...first.origin, ...second.origin])],
  };
}
