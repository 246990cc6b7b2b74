import { z } from 'zod';
import { KINDS, type Kind } from './rules/kind.ts';
import type { Severity } from './rules/rule.ts';

/** A class of weakness, or `other` where none of them fits. */
export type FindingKind = Kind | 'other';

/** Where a finding is. Lines count from 1. */
interface FindingLocation {
  /** As the report names the file: relative to where the review was started, with `/` between its parts. */
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
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
  readonly location: FindingLocation;
  /** The cited lines as they stand in the file; secrets in them are masked. */
  readonly evidence: string;
  readonly explanation: string;
  readonly recommendation: string;
  readonly origin: readonly ('rules' | 'llm')[];
  /** Code has compared the evidence with the file: nothing else gets this far. */
  readonly verification: { readonly status: 'confirmed'; readonly by: 'code' };
}

/** All severities, the worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Negative where `left` is the worse one. */
export function compareSeverity(left: Severity, right: Severity): number {
  return SEVERITIES.indexOf(left) - SEVERITIES.indexOf(right);
}

/** All classes of weakness a finding can have. */
export const FINDING_KINDS: readonly FindingKind[] = [...KINDS, 'other'];

const FindingLocationSchema: z.ZodType<FindingLocation> = z.strictObject({
  file: z.string().min(1),
  startLine: z.int().positive(),
  endLine: z.int().positive(),
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
  location: FindingLocationSchema,
  evidence: z.string().min(1),
  explanation: z.string().min(1),
  recommendation: z.string().min(1),
  origin: z.array(z.enum(['rules', 'llm'])).min(1),
  verification: z.strictObject({ status: z.literal('confirmed'), by: z.literal('code') }),
});
