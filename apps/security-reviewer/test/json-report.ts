import { z } from 'zod';
import { FindingSchema, type Finding } from '../src/finding.ts';

/** A file that was left out, and why. */
interface LeftOut {
  readonly file: string;
  readonly reason: string;
}

/** A report in JSON, as a program that reads it sees it. */
export interface JsonReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'security-reviewer'; readonly version: string };
  readonly reviewer: { readonly provider: string; readonly model: string; readonly isLanguageModel: boolean };
  readonly target: { readonly paths: readonly string[]; readonly diff?: object | undefined };
  readonly coverage: {
    readonly reviewed: readonly string[];
    readonly skipped: readonly LeftOut[];
    readonly failed: readonly LeftOut[];
    readonly notByModel: readonly LeftOut[];
    readonly isComplete: boolean;
  };
  readonly stages: readonly { readonly name: string; readonly ran: boolean; readonly note?: string | undefined }[];
  readonly notices: readonly {
    readonly level: string;
    readonly message: string;
    readonly file?: string | undefined;
    readonly line?: number | undefined;
  }[];
  readonly wasInterrupted: boolean;
  readonly providerFailure: string | null;
  readonly usage: { readonly tokens: number; readonly costUsd: number | null };
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly rejected: readonly Finding[];
}

const LeftOutSchema: z.ZodType<LeftOut> = z.strictObject({ file: z.string(), reason: z.string() });

const JsonReportSchema: z.ZodType<JsonReport> = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('security-reviewer'), version: z.string() }),
  reviewer: z.strictObject({ provider: z.string(), model: z.string(), isLanguageModel: z.boolean() }),
  target: z.strictObject({
    paths: z.array(z.string()),
    diff: z
      .strictObject({
        kind: z.enum(['range', 'staged', 'commit']),
        base: z.string().optional(),
        head: z.string().optional(),
        changedFiles: z.int(),
      })
      .optional(),
  }),
  coverage: z.strictObject({
    reviewed: z.array(z.string()),
    skipped: z.array(LeftOutSchema),
    failed: z.array(LeftOutSchema),
    notByModel: z.array(LeftOutSchema),
    isComplete: z.boolean(),
  }),
  stages: z.array(z.strictObject({ name: z.string(), ran: z.boolean(), note: z.string().optional() })),
  notices: z.array(
    z.strictObject({
      level: z.string(),
      message: z.string(),
      file: z.string().optional(),
      line: z.number().optional(),
    }),
  ),
  wasInterrupted: z.boolean(),
  providerFailure: z.string().nullable(),
  usage: z.strictObject({ tokens: z.number(), costUsd: z.number().nullable() }),
  findings: z.array(FindingSchema),
  suppressed: z.array(FindingSchema),
  rejected: z.array(FindingSchema),
});

/** Reads a report back; fails for anything that is none. */
export function parseReport(json: string): JsonReport {
  return JsonReportSchema.parse(JSON.parse(json));
}
