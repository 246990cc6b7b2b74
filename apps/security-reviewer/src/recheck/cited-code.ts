import { enclosingFunction } from '../enclosing-function.ts';
import { fold } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { isSecretFinding, maskLines } from '../mask-secrets.ts';

/** Equal findings in one function that are told apart at most. */
const mostEquals = 16;

/** The beginning of what stands for a secret in a report. */
const mask = /…\(\d+ characters\)/;

/** A file as it is now. */
export interface FileLines {
  readonly lines: readonly string[];
  /** The same with every run of white space as one blank. */
  readonly folded: readonly string[];
}

/** The first lines, from 1, of every place in a file that reads as the code of a finding does, or has its fingerprint. */
export function placesOf(finding: Finding, { lines, folded }: FileLines): number[] {
  const { evidence } = finding;
  const wanted = evidence.split('\n');
  const foldedWanted = wanted.map(fold);
  const isMasked = mask.test(evidence);
  const places: number[] = [];
  for (let start = 0; start + wanted.length <= lines.length; start++) {
    const isSame =
      isSameCode(folded, start, foldedWanted) ||
      (isMasked && isSameCode(maskLines(lines.slice(start, start + wanted.length)).masked.map(fold), 0, foldedWanted));
    if (isSame) places.push(start + 1);
  }
  if (places.length > 0 || !mayBeAltered(finding)) return places;
  return lines.flatMap((_, index) => (hasFingerprint(finding, lines, index + 1) ? [index + 1] : []));
}

/** Whether the report may show other code than the file has: without secrets, or without what a model was shown. */
function mayBeAltered({ evidence, origin }: Finding): boolean {
  return mask.test(evidence) || !origin.includes('rules');
}

/** Whether code is what was quoted; a quote that was too long ends before the code does. */
function isSameCode(folded: readonly string[], start: number, wanted: readonly string[]): boolean {
  return wanted.every((line, index) => {
    const here = folded[start + index] ?? '';
    const isCut = index === wanted.length - 1 && line.endsWith('…');
    return line === here || (isCut && here.startsWith(line.slice(0, -1).trimEnd()));
  });
}

/** Whether the code at a place has the fingerprint of a finding: then every character of a secret is the same too. */
export function hasFingerprint(finding: Finding, lines: readonly string[], line: number): boolean {
  const { kind, cwe, location, evidence, fingerprint } = finding;
  const code = lines.slice(line - 1, line - 1 + evidence.split('\n').length).join('\n');
  const parts = {
    kind,
    file: location.file,
    scope: enclosingFunction(lines, line),
    evidence: code,
    isSecret: isSecretFinding({ kind, cwe }),
  };
  return Array.from({ length: mostEquals }, (_, ordinal) => fingerprintOf({ ...parts, ordinal })).includes(fingerprint);
}
