import { z } from 'zod';
import { cweNumbers } from './weakness-families.ts';

/** What a reviewer says of one place, whatever its report looks like. */
export interface Claim {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** Numbers of the CWEs it names; empty where it names none. */
  readonly cwe: readonly number[];
}

const SarifSchema = z.object({
  runs: z.array(
    z.object({
      tool: z.object({
        driver: z.object({
          rules: z.array(z.object({ id: z.string(), properties: z.unknown().optional() })).default([]),
        }),
      }),
      results: z
        .array(
          z.object({
            ruleId: z.string().default(''),
            properties: z.unknown().optional(),
            suppressions: z.array(z.unknown()).optional(),
            locations: z
              .array(
                z.object({
                  physicalLocation: z.object({
                    artifactLocation: z.object({ uri: z.string() }),
                    region: z.object({ startLine: z.int().default(1), endLine: z.int().optional() }).optional(),
                  }),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
});

const OwnSchema = z.object({
  findings: z.array(
    z.object({
      cwe: z.array(z.string()),
      location: z.object({ file: z.string(), startLine: z.int(), endLine: z.int() }),
    }),
  ),
});

const BanditSchema = z.object({
  results: z.array(
    z.object({
      filename: z.string(),
      line_number: z.int(),
      line_range: z.array(z.int()).default([]),
      issue_cwe: z.object({ id: z.number().optional() }).optional(),
    }),
  ),
});

const ListSchema = z.array(
  z.object({ file: z.string(), line: z.coerce.number(), endLine: z.coerce.number().optional(), cwe: z.unknown() }),
);

/**
 * Reads a report: SARIF 2.1.0, the JSON report of this reviewer, the one of bandit, or a list of
 * `{ file, line, endLine?, cwe? }`.
 *
 * @throws Error where it is none of them.
 */
export function readClaims(text: string): Claim[] {
  const report: unknown = JSON.parse(text);
  const sarif = SarifSchema.safeParse(report);
  if (sarif.success) return fromSarif(sarif.data);
  const own = OwnSchema.safeParse(report);
  if (own.success) {
    return own.data.findings.map(({ cwe, location }) => ({
      file: location.file,
      line: location.startLine,
      endLine: location.endLine,
      cwe: cweNumbers(cwe),
    }));
  }
  const bandit = BanditSchema.safeParse(report);
  if (bandit.success) {
    return bandit.data.results.map(({ filename, line_number: line, line_range: lines, issue_cwe: weakness }) => ({
      file: filename,
      line,
      endLine: Math.max(line, ...lines),
      cwe: weakness?.id === undefined ? [] : [weakness.id],
    }));
  }
  return ListSchema.parse(report).map(({ file, line, endLine = line, cwe }) => ({
    file,
    line,
    endLine,
    cwe: cweNumbers(cwe),
  }));
}

function fromSarif({ runs }: z.infer<typeof SarifSchema>): Claim[] {
  return runs.flatMap(({ tool, results }) => {
    const rules = new Map(tool.driver.rules.map(({ id, properties }) => [id, properties]));
    return results.flatMap(({ ruleId, properties, locations, suppressions }) => {
      const place = locations[0]?.physicalLocation;
      if (place === undefined || (suppressions !== undefined && suppressions.length > 0)) return [];
      const line = place.region?.startLine ?? 1;
      const tags = JSON.stringify([rules.get(ruleId), properties]).match(/cwe[-/]?0*\d+/gi) ?? [];
      return [
        { file: place.artifactLocation.uri, line, endLine: place.region?.endLine ?? line, cwe: cweNumbers(tags) },
      ];
    });
  });
}
