import { defineTool, type Tool, type ToolOutput } from '@harness-sdk/core';
import { enclosingFunction } from './enclosing-function.ts';
import type { SourceFile } from './collect-files.ts';
import { checkEvidence, type FoundEvidence } from './evidence.ts';
import type { RelatedLocation } from './finding.ts';
import { KIND_OWASP } from './kind-owasp.ts';
import type { ReportedFinding, ReportedFindings } from './reported-findings.ts';
import { ReportFindingInputSchema, type ReportFindingInput } from './report-finding-input.ts';
import type { UnitSource } from './unit-source.ts';

/** Name of the tool, as prompts and reviewers know it. */
export const reportFindingName = 'ReportFinding';

/** What {@link createReportFinding} takes. */
export interface ReportFindingOptions {
  /** The only files that may be cited. */
  readonly source: UnitSource;
  /** Where findings go. */
  readonly findings: ReportedFindings;
  /** Who reports. */
  readonly origin: 'rules' | 'llm';
  /** Called where a quote is not on the line that is cited. */
  onMisplaced?(report: MisplacedReport): void;
}

/** A finding whose quote is not on the line that it cites; the reviewer was told, and may never mend it. */
export interface MisplacedReport {
  readonly file: SourceFile;
  readonly input: ReportFindingInput;
}

/** Longest explanation or recommendation, in characters. */
const longestText = 2_000;

/**
 * Makes the one tool that a review is written with. It touches nothing, and takes a finding only where the quoted
 * evidence is on the cited line; otherwise the answer says at once what is there, so that the reviewer can mend it.
 */
export function createReportFinding(options: ReportFindingOptions): Tool {
  const { source, findings, origin } = options;
  return defineTool({
    name: reportFindingName,
    description:
      'Reports one security weakness in a file of the assignment. Call it once for each weakness, with the line and the exact code on it. Nothing else you write becomes part of the report.',
    input: ReportFindingInputSchema,
    accessKinds: [],
    access: () => [],
    // The same finding twice is one finding.
    effect: 'idempotent',
    execute: async (input) => {
      const file = await source.fileAt(input.file_path);
      if (file === undefined) return refusal(notAssigned(input.file_path, source.paths));
      const checked = checkEvidence(await source.linesOf(file), input.line, input.evidence);
      if (!checked.isFound) {
        options.onMisplaced?.({ file, input });
        return refusal(`Not reported: the evidence is not there. ${checked.problem}`);
      }
      if (findings.isFull) return refusal('Not reported: there are as many findings of this assignment as may be.');
      const isNew = findings.add(await toReported({ file, input }, checked, { source, origin }));
      const place = `${file.path}, line ${checked.startLine}`;
      return isNew ? `Reported: ${input.kind} in ${place}.` : `Already reported: ${input.kind} in ${place}. Merged.`;
    },
  });
}

/** A finding as the report has it, from what was reported and what stands in the file. */
export async function toReported(
  { file, input }: MisplacedReport,
  cited: FoundEvidence,
  { source, origin }: Pick<ReportFindingOptions, 'source' | 'origin'>,
): Promise<ReportedFinding> {
  return {
    // A language model has no rules, whatever it says.
    ruleId: origin === 'rules' && input.rule_id !== undefined ? input.rule_id : `${origin}/${input.kind}`,
    kind: input.kind,
    title: input.title,
    severity: input.severity,
    confidence: input.confidence,
    cwe: input.cwe,
    owasp: input.kind === 'other' ? [] : [KIND_OWASP[input.kind]],
    location: { file: file.name, startLine: cited.startLine, endLine: cited.endLine },
    scope: enclosingFunction(await source.linesOf(file), cited.startLine),
    evidence: cited.text,
    related: await relatedOf(file, input, { source, origin }),
    explanation: shortened(input.explanation),
    ...(input.impact === undefined ? {} : { impact: shortened(input.impact) }),
    recommendation: shortened(input.recommendation),
    origin: [origin],
    verification: { status: 'confirmed', by: 'code' },
  };
}

/** The steps that are really there. */
async function relatedOf(
  file: SourceFile,
  { steps }: ReportFindingInput,
  { source, origin }: Pick<ReportFindingOptions, 'source' | 'origin'>,
): Promise<RelatedLocation[]> {
  const related: RelatedLocation[] = [];
  for (const { file_path, line, role, note } of steps) {
    const other = file_path === undefined ? file : await source.fileAt(file_path);
    const count = other === undefined ? 0 : (await source.linesOf(other)).length;
    if (other === undefined || line.line > count) continue;
    const endLine = Math.min(line.endLine ?? line.line, count);
    // The notes of the rules are fixed; what a language model writes there may be text of the file.
    const described = origin === 'rules' && note !== undefined ? { note } : {};
    related.push({ file: other.name, startLine: line.line, endLine, role, ...described });
  }
  return related;
}

function notAssigned(path: string, paths: readonly string[]): string {
  return `Not reported: ${JSON.stringify(path)} is not a file of the assignment. Its files are: ${paths.map((name) => JSON.stringify(name)).join(', ')}.`;
}

function refusal(content: string): ToolOutput {
  return { content, isError: true };
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).toWellFormed()}…`;
}
