import { OptionError } from '@harness-sdk/core';
import { z } from 'zod';
import { FINDING_KINDS, SEVERITIES, type Finding, type FindingKind } from '../finding.ts';
import { escapeUnseen } from '../report/escape-unseen.ts';
import type { Severity } from '../rules/rule.ts';

/** Where a baseline is kept, from the directory that reviews start in. */
export const BASELINE_PATH = '.security-review/baseline.json';

/** A finding that is known. It has no line, so that moving it changes nothing. */
interface KnownFinding {
  /** What tells it from others; the rest is for people. */
  readonly fingerprint: string;
  readonly file: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Without what is secret in it. */
  readonly title: string;
}

/** Findings that are known, so that reviews can tell which are new. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly KnownFinding[];
}

const KnownFindingSchema: z.ZodType<KnownFinding> = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  file: z.string().min(1).max(4_096),
  kind: z.literal(FINDING_KINDS),
  severity: z.literal(SEVERITIES),
  title: z.string().min(1).max(120),
});

const BaselineSchema: z.ZodType<Baseline> = z.strictObject({
  version: z.literal(1),
  findings: z.array(KnownFindingSchema).max(100_000),
});

/**
 * The findings as a file of a baseline: one a line, in the order of their files, so that a change of it reads as what it
 * is. The same findings give the same bytes.
 *
 * @param findings - Those that are to be known from now on.
 */
export function toBaseline(findings: readonly Finding[]): string {
  const known = findings.map(({ fingerprint, location, kind, severity, title }): KnownFinding => ({
    fingerprint,
    file: location.file,
    kind,
    severity,
    title,
  }));
  const unique = [...new Map(known.map((finding) => [finding.fingerprint, finding])).values()];
  const lines = unique.toSorted(compare).map((finding) => `    ${escapeUnseen(JSON.stringify(finding))}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": 1,\n  "findings": ${list}\n}\n`;
}

function compare(left: KnownFinding, right: KnownFinding): number {
  return compareText(left.file, right.file) || compareText(left.fingerprint, right.fingerprint);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Reads the file of a baseline.
 *
 * @param name - What the file is called in errors.
 * @throws OptionError for a file that is no baseline, of another version, or that names a finding twice: to go on
 * without it would show as new what is known, and to go on with a part of it would hide what is new.
 */
export function parseBaseline(text: string, name: string = BASELINE_PATH): Baseline {
  const baseline = BaselineSchema.safeParse(parseJson(text, name));
  if (!baseline.success) throw unusable(name, z.prettifyError(baseline.error), baseline.error);
  const seen = new Set<string>();
  for (const { fingerprint } of baseline.data.findings) {
    if (seen.has(fingerprint)) throw unusable(name, `the fingerprint ${fingerprint} is there twice`);
    seen.add(fingerprint);
  }
  return baseline.data;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw unusable(name, error instanceof Error ? error.message : String(error), error);
  }
}

function unusable(name: string, why: string, cause?: unknown): OptionError {
  const message = `Cannot use the baseline ${JSON.stringify(name)}: ${why}. Write it again with \`security-reviewer baseline\`.`;
  return new OptionError('baseline', message, cause === undefined ? {} : { cause });
}
