import { defineTool, type Tool, type ToolOutput } from '@harness-sdk/core';
import { enclosingFunction } from './enclosing-function.ts';
import { checkEvidence } from './evidence.ts';
import { KIND_OWASP } from './kind-owasp.ts';
import type { ReportedFindings } from './reported-findings.ts';
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
}

/** Longest explanation or recommendation, in characters. */
const longestText = 2_000;

/**
 * Makes the one tool that a review is written with. It touches nothing, and takes a finding only where the quoted
 * evidence is on the cited line; otherwise the answer says at once what is there, so that the reviewer can mend it.
 */
export function createReportFinding({ source, findings, origin }: ReportFindingOptions): Tool {
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
      if (!checked.isFound) return refusal(`Not reported: the evidence is not there. ${checked.problem}`);
      const isNew = findings.add({
        ...described(input, origin),
        location: { file: file.name, startLine: checked.startLine, endLine: checked.endLine },
        scope: enclosingFunction(await source.linesOf(file), checked.startLine),
        evidence: checked.text,
      });
      const place = `${file.path}, line ${checked.startLine}`;
      return isNew ? `Reported: ${input.kind} in ${place}.` : `Already reported: ${input.kind} in ${place}. Merged.`;
    },
  });
}

function described(input: ReportFindingInput, origin: 'rules' | 'llm') {
  return {
    // A language model has no rules, whatever it says.
    ruleId: origin === 'rules' && input.rule_id !== undefined ? input.rule_id : `${origin}/${input.kind}`,
    kind: input.kind,
    title: input.title,
    severity: input.severity,
    confidence: input.confidence,
    cwe: input.cwe,
    owasp: input.kind === 'other' ? [] : [KIND_OWASP[input.kind]],
    related: [],
    explanation: shortened(input.explanation),
    recommendation: shortened(input.recommendation),
    origin: [origin],
    verification: { status: 'confirmed', by: 'code' },
  } as const;
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
