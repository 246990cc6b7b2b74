import { defineTool, type Tool } from '@harness-sdk/core';
import { z } from 'zod';
import type { Severity } from '../rules/rule.ts';

/** What the second look at a finding came to. */
export interface Verdict {
  readonly verdict: 'weakness' | 'no_weakness' | 'unsure';
  readonly reason: string;
  /** From 0 to 1. */
  readonly confidence?: number | undefined;
  readonly severity?: Severity | undefined;
}

/** Name of the tool, as prompts know it. */
export const reportVerdictName = 'ReportVerdict';

/** Longest reason that is kept, in characters. */
const longestReason = 600;

const VerdictSchema: z.ZodType<Verdict> = z.object({
  verdict: z
    .string()
    .transform((word) =>
      word
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    )
    .pipe(z.enum(['weakness', 'no_weakness', 'unsure']))
    .describe('weakness, no_weakness or unsure.'),
  reason: z
    .string()
    .trim()
    .min(1)
    .transform((text) => (text.length <= longestReason ? text : `${text.slice(0, longestReason - 1).toWellFormed()}…`))
    .describe('What makes it reachable, or what prevents it, with the lines.'),
  confidence: z.coerce.number().min(0).max(1).optional().catch(undefined).describe('How sure you are, from 0 to 1.'),
  severity: z
    .enum(['critical', 'high', 'medium', 'low', 'info'])
    .optional()
    .catch(undefined)
    .describe('Only where it is lower than stated: critical, high, medium, low or info.'),
});

/** Schema of a verdict as it is kept. */
export const KeptVerdictSchema: z.ZodType<Verdict> = z.strictObject({
  verdict: z.enum(['weakness', 'no_weakness', 'unsure']),
  reason: z.string().min(1).max(longestReason),
  confidence: z.number().min(0).max(1).optional(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']).optional(),
});

/** Makes the tool that a second look is told by. It touches nothing; the last verdict counts. */
export function createReportVerdict(onVerdict: (verdict: Verdict) => void): Tool {
  return defineTool({
    name: reportVerdictName,
    description: 'Says whether the finding is a weakness. Call it once, when you have read what you need.',
    input: VerdictSchema,
    accessKinds: [],
    access: () => [],
    effect: 'idempotent',
    execute: (verdict) => {
      onVerdict(verdict);
      return 'Noted. Answer with one short sentence now.';
    },
  });
}
