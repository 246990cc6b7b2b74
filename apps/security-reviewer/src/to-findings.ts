import { compareSeverity, type Finding, type FindingFix } from './finding.ts';
import { fingerprintOf } from './fingerprint.ts';
import { maskAddresses } from './mask-addresses.ts';
import { isSecretFinding } from './mask-secrets.ts';
import type { ReportedFinding } from './reported-findings.ts';
import { SecretMasks } from './secret-masks.ts';

/**
 * The findings of a report: in order, numbered, with their fingerprints, and without the secrets they are about.
 *
 * @param masks - Knows the secrets. Default: those of these findings.
 */
export function toFindings(
  reported: readonly ReportedFinding[],
  masks: SecretMasks = new SecretMasks(reported),
): Finding[] {
  const sorted = reported.toSorted(compare);
  const fingerprints = fingerprintsOf(sorted);
  return sorted.map(({ scope: _scope, ...finding }, index) => {
    const own = (text: string): string => masks.inText(ownWords(finding, text));
    const { related, impact, fix, verification } = finding;
    return {
      id: `F${String(index + 1).padStart(3, '0')}`,
      fingerprint: fingerprints[index] ?? '',
      ...finding,
      title: own(finding.title),
      evidence: ownCode(finding, masks.inEvidence(finding)),
      explanation: own(finding.explanation),
      recommendation: own(finding.recommendation),
      related: related.map((place) => (place.note === undefined ? place : { ...place, note: own(place.note) })),
      ...(impact === undefined ? {} : { impact: own(impact) }),
      ...(fix === undefined ? {} : { fix: ownFix(fix, own) }),
      verification: masks.inVerification(verification),
    };
  });
}

function ownFix({ description, edits }: FindingFix, own: (text: string) => string): FindingFix {
  return {
    description: own(description),
    edits: edits.map(({ location, replacement }) => ({ location, replacement: own(replacement) })),
  };
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
