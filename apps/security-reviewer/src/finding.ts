import { z } from 'zod';
import { KINDS, type Kind } from './rules/kind.ts';
import type { Severity } from './rules/rule.ts';

/** A class of weakness, or `other` where none of them fits. */
export type FindingKind = Kind | 'other';

/** A place in a reviewed file. Lines and columns count from 1; columns are UTF-16 code units. */
export interface FindingLocation {
  /** As the report names the file: relative to where the review was started, with `/` between its parts. */
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn?: number | undefined;
  /** Behind the last character. */
  readonly endColumn?: number | undefined;
}

/** A place that belongs to a finding: where its data comes from, what it passes, or what explains it. */
export interface RelatedLocation extends FindingLocation {
  readonly role: 'source' | 'step' | 'sink' | 'context';
  /** What happens there, in a few words; never text of the reviewed file. */
  readonly note?: string | undefined;
}

/** A change that would mend the weakness. */
export interface FindingFix {
  readonly description: string;
  readonly edits: readonly { readonly location: FindingLocation; readonly replacement: string }[];
}

/** Who looked at a finding again, and what came of it. */
export interface Verification {
  /** `moved`: the evidence stood some lines away from where it was cited; `rejected`: no weakness, for the reason given. */
  readonly status: 'confirmed' | 'moved' | 'unverified' | 'rejected';
  readonly by: 'code' | 'rules' | 'model';
  readonly note?: string | undefined;
}

/** Why a finding does not count. */
interface Suppression {
  readonly by: 'inline' | 'baseline' | 'config';
  readonly reason?: string | undefined;
}

/** One weakness. Every format of the report is made from this. */
export interface Finding {
  /** In this report only: `F001`. */
  readonly id: string;
  /** The same in the next review while the code on the line is; moving the line does not change it. 32 hex digits. */
  readonly fingerprint: string;
  /** `py/sql-injection` of a rule, `llm/sql-injection` of a language model. */
  readonly ruleId: string;
  readonly kind: FindingKind;
  /** At most 120 characters. */
  readonly title: string;
  readonly severity: Severity;
  /** From 0 to 1. */
  readonly confidence: number;
  /** At least one, the most fitting first: `CWE-89`. */
  readonly cwe: readonly string[];
  /** Categories of the OWASP Top 10 of 2021: `A03:2021`. */
  readonly owasp: readonly string[];
  readonly location: FindingLocation;
  /** In the order of the data: source, steps, sink. */
  readonly related: readonly RelatedLocation[];
  /** The cited lines as they stand in the file; secrets in them are masked. */
  readonly evidence: string;
  readonly explanation: string;
  /** What an attacker gains. */
  readonly impact?: string | undefined;
  readonly recommendation: string;
  readonly fix?: FindingFix | undefined;
  readonly origin: readonly ('rules' | 'llm')[];
  /** Code has compared the evidence with the file in any case: nothing else gets this far. */
  readonly verification: Verification;
  /** Present where the finding does not count. */
  readonly suppressed?: Suppression | undefined;
}

/** All severities, the worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Negative where `left` is the worse one. */
export function compareSeverity(left: Severity, right: Severity): number {
  return SEVERITIES.indexOf(left) - SEVERITIES.indexOf(right);
}

/** All classes of weakness a finding can have. */
export const FINDING_KINDS: readonly FindingKind[] = [...KINDS, 'other'];

const locationFields = {
  file: z.string().min(1),
  startLine: z.int().positive(),
  endLine: z.int().positive(),
  startColumn: z.int().positive().optional(),
  endColumn: z.int().positive().optional(),
} as const;

const FindingLocationSchema: z.ZodType<FindingLocation> = z.strictObject(locationFields);

const RelatedLocationSchema: z.ZodType<RelatedLocation> = z.strictObject({
  ...locationFields,
  role: z.enum(['source', 'step', 'sink', 'context']),
  note: z.string().optional(),
});

const FindingFixSchema: z.ZodType<FindingFix> = z.strictObject({
  description: z.string(),
  edits: z.array(z.strictObject({ location: FindingLocationSchema, replacement: z.string() })),
});

/** Schema of a finding, for whoever reads a report back. */
export const FindingSchema: z.ZodType<Finding> = z.strictObject({
  id: z.string().regex(/^F\d{3,}$/),
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  ruleId: z.string().min(1),
  kind: z.enum([...KINDS, 'other']),
  title: z.string().min(1).max(120),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  confidence: z.number().min(0).max(1),
  cwe: z.array(z.string().regex(/^CWE-\d+$/)).min(1),
  owasp: z.array(z.string().regex(/^A\d{2}:2021$/)),
  location: FindingLocationSchema,
  related: z.array(RelatedLocationSchema),
  evidence: z.string().min(1),
  explanation: z.string().min(1),
  impact: z.string().optional(),
  recommendation: z.string().min(1),
  fix: FindingFixSchema.optional(),
  origin: z.array(z.enum(['rules', 'llm'])).min(1),
  verification: z.strictObject({
    status: z.enum(['confirmed', 'moved', 'unverified', 'rejected']),
    by: z.enum(['code', 'rules', 'model']),
    note: z.string().optional(),
  }),
  suppressed: z
    .strictObject({ by: z.enum(['inline', 'baseline', 'config']), reason: z.string().optional() })
    .optional(),
});
