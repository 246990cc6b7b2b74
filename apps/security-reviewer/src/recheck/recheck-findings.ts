import { fold } from '../evidence.ts';
import type { Finding, FindingLocation } from '../finding.ts';
import { isSecretFinding } from '../mask-secrets.ts';
import type { RulesEngine } from '../rules/engine.ts';
import type { RuleHit } from '../rules/rule.ts';
import { sourceLines } from '../source-lines.ts';
import { hasFingerprint, placesOf, type FileLines } from './cited-code.ts';

/** What became of a finding of an earlier report. */
export interface RecheckedFinding {
  readonly finding: Finding;
  /** `present`: where it was; `moved`: on another line; `changed`: other code, but its rule still reports the place. */
  readonly status: 'present' | 'moved' | 'changed' | 'fixed';
  /** Where it is now; absent where it is fixed. */
  readonly location?: FindingLocation | undefined;
  /** How that is known, in a sentence. */
  readonly note: string;
}

/** What {@link recheckFindings} takes. */
export interface RecheckOptions {
  /**
   * Text of a file as it is now; `undefined` where it is gone. The name comes out of the report: whoever reads must not
   * follow it out of the directory that was reviewed.
   */
  readonly readSource: (file: string) => Promise<string | undefined>;
  /** Asked again about what its rules had found. Without it only the code is compared. */
  readonly engine?: RulesEngine | undefined;
}

/**
 * Compares the findings of an earlier report with the files as they are now. No model is asked: what one had found is
 * there as long as its code is.
 *
 * @returns In the order of the findings.
 */
export async function recheckFindings(
  findings: readonly Finding[],
  { readSource, engine }: RecheckOptions,
): Promise<RecheckedFinding[]> {
  const checked = new Map<Finding, RecheckedFinding>();
  for (const [file, ofFile] of Map.groupBy(findings, ({ location }) => location.file)) {
    const source = await readSource(file);
    const recheck = source === undefined ? undefined : new FileRecheck(file, source, engine);
    for (const finding of ofFile) {
      checked.set(finding, recheck?.check(finding, ofFile) ?? { finding, status: 'fixed', note: 'The file is gone.' });
    }
  }
  return findings.flatMap((finding) => checked.get(finding) ?? []);
}

/** One file as it is now, and which of its places are taken by findings. */
class FileRecheck {
  readonly #file: FileLines;
  readonly #hits: readonly RuleHit[];
  readonly #engine: RulesEngine | undefined;
  /** Rule and first line of what was found again. */
  readonly #taken = new Set<string>();

  constructor(file: string, source: string, engine: RulesEngine | undefined) {
    const lines = sourceLines(source);
    this.#file = { lines, folded: lines.map(fold) };
    this.#engine = engine?.supports(file) === true ? engine : undefined;
    this.#hits = this.#engine?.check(source, file) ?? [];
  }

  check(finding: Finding, all: readonly Finding[]): RecheckedFinding {
    const line = this.#placeOf(finding, all);
    if (line === undefined) return this.#withoutCode(finding);
    if (this.#isByRule(finding) && this.#hitAt(finding, line) === undefined) {
      return { finding, status: 'fixed', note: 'The code is still there, but its rule no longer reports it.' };
    }
    this.#taken.add(keyOf(finding, line));
    const location = movedTo(finding.location, line);
    if (isSecretFinding(finding) && !hasFingerprint(finding, this.#file.lines, line)) {
      const note = 'The code reads the same; the secret or the function around it is another one.';
      return { finding, status: 'changed', location, note };
    }
    const hasMoved = line !== finding.location.startLine;
    return hasMoved
      ? { finding, status: 'moved', location, note: `The code is now on line ${line}.` }
      : { finding, status: 'present', location, note: 'The code is where it was.' };
  }

  /** The nearest place with the code of a finding that is not where another finding with the same code was. */
  #placeOf(finding: Finding, all: readonly Finding[]): number | undefined {
    const { startLine } = finding.location;
    const places = placesOf(finding, this.#file);
    if (places.includes(startLine)) return startLine;
    const others = new Set(
      all.filter(({ ruleId }) => ruleId === finding.ruleId).map(({ location }) => location.startLine),
    );
    return places
      .filter((line) => !others.has(line) && !this.#taken.has(keyOf(finding, line)))
      .toSorted((left, right) => Math.abs(left - startLine) - Math.abs(right - startLine))[0];
  }

  #withoutCode(finding: Finding): RecheckedFinding {
    const { startLine, endLine } = finding.location;
    const hit = this.#isByRule(finding)
      ? this.#hits.find(({ ruleId, line }) => ruleId === finding.ruleId && startLine <= line && line <= endLine)
      : undefined;
    if (hit === undefined) return { finding, status: 'fixed', note: 'The code is gone.' };
    const note = `The code has changed, and its rule still reports line ${hit.line}.`;
    return { finding, status: 'changed', location: movedTo(finding.location, hit.line), note };
  }

  #isByRule({ ruleId }: Finding): boolean {
    return this.#engine?.rules.some(({ id }) => id === ruleId) === true;
  }

  #hitAt({ ruleId, location }: Finding, start: number): RuleHit | undefined {
    const end = start + Math.max(0, location.endLine - location.startLine);
    return this.#hits.find((hit) => hit.ruleId === ruleId && hit.line <= end && start <= hit.endLine);
  }
}

function keyOf({ ruleId }: Finding, line: number): string {
  return JSON.stringify([ruleId, line]);
}

function movedTo(location: FindingLocation, startLine: number): FindingLocation {
  return { ...location, startLine, endLine: startLine + Math.max(0, location.endLine - location.startLine) };
}
