import { SEVERITIES, type Finding } from '../finding.ts';
import type { LeftOutFile } from '../collect-files.ts';
import type { Coverage, ReviewResult } from '../review-result.ts';
import { formatCost } from './format-cost.ts';
import { toCodeSpan, toInertMarkdown, toNameSpan, toVisibleText } from './inert-text.ts';

/** Characters of evidence that a table shows of one finding. */
const shownEvidence = 160;
/** Files of one list that are named, before the rest are only counted. */
const shownFiles = 20;

/**
 * The report as Markdown. It ends with a newline, and nothing from the reviewed files in it is markup or a link.
 *
 * @param version - Version of the program.
 */
export function toMarkdown(result: ReviewResult, version: string): string {
  const { coverage, findings } = result;
  const sections = [
    '# Security review',
    header(result, version),
    ...(coverage.isComplete ? [] : [incomplete(result)]),
    summary(result),
    ...byFile(findings).map(table),
    ...leftOut('Failed', coverage.failed),
    ...leftOut('Skipped', coverage.skipped),
    limits(result),
    `Review ${coverage.isComplete ? 'complete' : 'incomplete'}. Cost: ${formatCost(result.costUsd)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The reviewer as people should know it. */
function reviewerName({ reviewer }: ReviewResult): string {
  if (!reviewer.isLanguageModel) return 'built-in rules (not a language model)';
  return `${reviewer.provider}/${reviewer.model}`;
}

/** What nobody should take the report for. */
function limits({ reviewer }: ReviewResult): string {
  return reviewer.isLanguageModel
    ? 'A language model may overlook weaknesses, and may answer otherwise the next time. Each finding was compared with its line by code; whether it is a weakness was not.'
    : 'The built-in rules look for known weaknesses in each file by itself. What they do not report may still be weak.';
}

function header(result: ReviewResult, version: string): string {
  const { coverage, target } = result;
  const rows = [
    `- Reviewed by: ${result.reviewer.isLanguageModel ? toNameSpan(reviewerName(result)) : reviewerName(result)}`,
    `- Paths: ${names(target.paths)}`,
    `- Coverage: ${counts(coverage)}`,
    `- Program: security-reviewer ${version}`,
  ];
  return rows.join('\n');
}

function counts({ reviewed, skipped, failed }: Coverage): string {
  return `${files(reviewed.length)} reviewed, ${skipped.length} skipped, ${failed.length} failed`;
}

function incomplete({ coverage, wasInterrupted, providerFailure }: ReviewResult): string {
  const why = wasInterrupted
    ? 'it was interrupted'
    : providerFailure !== undefined
      ? `the provider failed: ${toInertMarkdown(providerFailure)}`
      : coverage.failed.length > 0
        ? `${files(coverage.failed.length)} could not be reviewed; the list is below`
        : 'no file was reviewed';
  return `**This review is incomplete:** ${why}.`;
}

/** Says of reviewed files alone that nothing was found in them. */
function summary({ coverage, findings }: ReviewResult): string {
  const reviewed = coverage.reviewed.length;
  if (findings.length === 0) {
    return reviewed === 0
      ? 'Nothing was reviewed.'
      : `No findings in the ${files(reviewed)} that ${be(reviewed)} reviewed.`;
  }
  const bySeverity = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: ${bySeverity.join(', ')}.`;
}

function byFile(findings: readonly Finding[]): Finding[][] {
  return [...Map.groupBy(findings, ({ location }) => location.file).values()];
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { location, severity } = finding;
    const lines =
      location.endLine > location.startLine ? `${location.startLine}–${location.endLine}` : location.startLine;
    return `| ${lines} | ${capitalised(severity)} | ${issue(finding)} | ${toInertMarkdown(finding.recommendation)} |`;
  });
  const head = `## ${toNameSpan(findings[0]?.location.file ?? '')}`;
  return [head, '', '| Line | Severity | Issue | Recommended fix |', '|---|---|---|---|', ...rows].join('\n');
}

function issue({ title, cwe, explanation, evidence }: Finding): string {
  const code = toVisibleText(evidence);
  const shown = code.length <= shownEvidence ? code : `${code.slice(0, shownEvidence).toWellFormed()}…`;
  return `**${toInertMarkdown(title)}** (${cwe[0] ?? ''}). ${toInertMarkdown(explanation)} ${toCodeSpan(shown)}`;
}

/** The files that were left out, by reason: the commonest first. */
function leftOut(title: string, entries: readonly LeftOutFile[]): string[] {
  if (entries.length === 0) return [];
  const groups = [...Map.groupBy(entries, ({ reason }) => reason)];
  const rows = groups
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([reason, group]) => `- ${toInertMarkdown(reason)}: ${names(group.map(({ file }) => file))}`);
  return [[`## ${title}`, '', ...rows].join('\n')];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, shownFiles).map(toNameSpan).join(', ');
  return all.length > shownFiles ? `${shown}, and ${all.length - shownFiles} more` : shown;
}

function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}

function be(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
