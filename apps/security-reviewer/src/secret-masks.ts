import type { Verification } from './finding.ts';
import { maskAddresses } from './mask-addresses.ts';
import { isSecretFinding, maskLines, maskSecrets } from './mask-secrets.ts';
import type { ReportedFinding } from './reported-findings.ts';

type CitedCode = Pick<ReportedFinding, 'evidence' | 'location'>;

/** Knows the secrets that the findings are about, and keeps them out of every text of the report. */
export class SecretMasks {
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
