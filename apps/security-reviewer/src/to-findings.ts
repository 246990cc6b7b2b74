import { compareSeverity, type Finding, type Verification } from './finding.ts';
import { fingerprintOf } from './fingerprint.ts';
import { maskAddresses } from './mask-addresses.ts';
import { isSecretFinding, maskLines, maskSecrets } from './mask-secrets.ts';
import type { ReportedFinding } from './reported-findings.ts';

/** The findings of a report: in order, numbered, with their fingerprints, and without the secrets they are about. */
export function toFindings(reported: readonly ReportedFinding[]): Finding[] {
  const sorted = reported.toSorted(compare);
  const fingerprints = fingerprintsOf(sorted);
  const masks = new SecretMasks(sorted);
  return sorted.map(({ scope: _scope, ...finding }, index) => ({
    id: `F${String(index + 1).padStart(3, '0')}`,
    fingerprint: fingerprints[index] ?? '',
    ...finding,
    title: masks.inText(ownWords(finding, finding.title)),
    evidence: ownCode(finding, masks.inEvidence(finding)),
    explanation: masks.inText(ownWords(finding, finding.explanation)),
    recommendation: masks.inText(ownWords(finding, finding.recommendation)),
    ...(finding.impact === undefined ? {} : { impact: masks.inText(ownWords(finding, finding.impact)) }),
    verification: masks.inVerification(finding.verification),
  }));
}

/** What a language model wrote holds no address; the words of a rule are its own. */
function ownWords({ origin }: Pick<ReportedFinding, 'origin'>, text: string): string {
  return origin.includes('llm') ? maskAddresses(text) : text;
}

/** Nor does the code that only a language model took for weak: it may be the planted text itself. */
function ownCode({ origin }: Pick<ReportedFinding, 'origin'>, evidence: string): string {
  return origin.includes('rules') ? evidence : maskAddresses(evidence);
}

function compare(left: ReportedFinding, right: ReportedFinding): number {
  return (
    compareText(left.location.file, right.location.file) ||
    left.location.startLine - right.location.startLine ||
    compareSeverity(left.severity, right.severity) ||
    compareText(left.ruleId, right.ruleId) ||
    compareText(left.cwe[0] ?? '', right.cwe[0] ?? '') ||
    compareText(left.title, right.title)
  );
}

/** By code units: the same on every machine. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function fingerprintsOf(findings: readonly ReportedFinding[]): string[] {
  const equals = new Map<string, number>();
  return findings.map(({ kind, cwe, location, scope, evidence }) => {
    const parts = { kind, file: location.file, scope, evidence, isSecret: isSecretFinding({ kind, cwe }) };
    const first = fingerprintOf({ ...parts, ordinal: 0 });
    const ordinal = equals.get(first) ?? 0;
    equals.set(first, ordinal + 1);
    return ordinal === 0 ? first : fingerprintOf({ ...parts, ordinal });
  });
}

type CitedCode = Pick<ReportedFinding, 'evidence' | 'location'>;

/** Knows the secrets that the findings are about, and keeps them out of every text of the report. */
class SecretMasks {
  /** File and line of each. */
  readonly #lines = new Set<string>();
  readonly #secrets: readonly string[];

  constructor(findings: readonly ReportedFinding[]) {
    const secretFindings = findings.filter(isSecretFinding);
    for (const finding of secretFindings) {
      for (const line of linesOf(finding).keys()) this.#lines.add(placeOf(finding, line));
    }
    this.#secrets = secretFindings.flatMap((finding) => maskLines(linesOf(finding)).secrets);
  }

  inText(text: string): string {
    return maskSecrets(text, this.#secrets);
  }

  inVerification(verification: Verification): Verification {
    const { note } = verification;
    return note === undefined ? verification : { ...verification, note: this.inText(maskAddresses(note)) };
  }

  inEvidence(finding: CitedCode): string {
    const { masked } = maskLines(linesOf(finding));
    const lines = linesOf(finding).map((line, index) =>
      this.#lines.has(placeOf(finding, index)) ? (masked[index] ?? '') : line,
    );
    return this.inText(lines.join('\n'));
  }
}

function linesOf({ evidence }: CitedCode): string[] {
  return evidence.split('\n');
}

function placeOf({ location }: CitedCode, index: number): string {
  return JSON.stringify([location.file, location.startLine + index]);
}
