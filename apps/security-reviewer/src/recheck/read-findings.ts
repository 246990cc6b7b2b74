import { OptionError } from '@harness-sdk/core';
import { z } from 'zod';
import { FindingSchema, type Finding } from '../finding.ts';
import { FINGERPRINT_KEY } from '../report/sarif-result.ts';
import { fromArtifactUri } from '../report/sarif-uri.ts';

/** What is read of a report in JSON; later versions may hold more. */
const JsonReportSchema = z.looseObject({ schemaVersion: z.literal(1), findings: z.array(FindingSchema) });

const RegionSchema = z.looseObject({
  startLine: z.int().positive(),
  endLine: z.int().positive().optional(),
  startColumn: z.int().positive().optional(),
  endColumn: z.int().positive().optional(),
});

/** What is read of a result in SARIF; the rest of a finding is among its properties. */
const SarifResultSchema = z.looseObject({
  ruleId: z.string(),
  locations: z
    .array(
      z.looseObject({
        physicalLocation: z.looseObject({ artifactLocation: z.looseObject({ uri: z.string() }), region: RegionSchema }),
      }),
    )
    .min(1),
  partialFingerprints: z.looseObject({ [FINGERPRINT_KEY]: z.string() }),
  properties: z.record(z.string(), z.unknown()),
  suppressions: z.array(z.unknown()).optional(),
});

const SarifSchema = z.looseObject({
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.looseObject({
        tool: z.looseObject({ driver: z.looseObject({ name: z.literal('security-reviewer') }) }),
        results: z.array(SarifResultSchema),
      }),
    )
    .length(1),
});

/**
 * The findings that count in an earlier report of this program, in JSON or SARIF. A finding out of SARIF has neither the
 * places it belongs to nor a fix.
 *
 * @param name - What the report is called in errors.
 * @throws OptionError for a text that is no such report.
 */
export function readFindings(text: string, name: string): readonly Finding[] {
  try {
    const report: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    const isSarif = typeof report === 'object' && report !== null && 'runs' in report;
    if (!isSarif) return JsonReportSchema.parse(report).findings;
    const [run] = SarifSchema.parse(report).runs;
    return (run?.results ?? []).filter(({ suppressions = [] }) => suppressions.length === 0).map(toFinding);
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    const message = `${JSON.stringify(name)} is no report of security-reviewer in JSON or SARIF: ${why}`;
    throw new OptionError('report', message, { cause: error });
  }
}

function toFinding({ ruleId, locations, partialFingerprints, properties }: z.infer<typeof SarifResultSchema>): Finding {
  const place = locations[0]?.physicalLocation;
  const region = place?.region;
  return FindingSchema.parse({
    ...properties,
    ruleId,
    fingerprint: partialFingerprints[FINGERPRINT_KEY],
    related: [],
    location: {
      file: fromArtifactUri(place?.artifactLocation.uri ?? ''),
      startLine: region?.startLine,
      endLine: region?.endLine ?? region?.startLine,
      ...(region?.startColumn === undefined ? {} : { startColumn: region.startColumn }),
      ...(region?.endColumn === undefined ? {} : { endColumn: region.endColumn }),
    },
  });
}
