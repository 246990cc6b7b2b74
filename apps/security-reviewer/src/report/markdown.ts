import type { LeftOutFile } from '../collect-files.ts';
import type { Finding, RelatedLocation } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import { coverageOf, diffOf, limitsOf, linesOf, reviewerName, summaryOf, whyIncomplete } from './describe-review.ts';
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
  const incomplete = whyIncomplete(result);
  const sections = [
    titleOf(result),
    header(result, version),
    ...(incomplete === undefined ? [] : [`**This review is incomplete:** ${toInertMarkdown(incomplete)}.`]),
    summaryOf(result),
    ...byFile(findings).map(table),
    ...list('Details', findings.flatMap(detail)),
    ...list('Notices', result.notices.map(notice)),
    ...leftOut('Failed', coverage.failed),
    ...leftOut('Reviewed by the rules alone', coverage.notByModel),
    ...leftOut('Skipped', coverage.skipped),
    ...list('Suppressed', result.suppressed.map(otherFinding)),
    ...list('Turned down by verification', result.rejected.map(otherFinding)),
    limitsOf(result),
    `Review ${coverage.isComplete ? 'complete' : 'incomplete'}. Cost: ${formatCost(result.costUsd)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Says before all else who reviewed. */
function titleOf(result: ReviewResult): string {
  const name = reviewerName(result);
  return `# Security review by ${result.reviewer.isLanguageModel ? toNameSpan(name) : name}`;
}

function header(result: ReviewResult, version: string): string {
  const { coverage, target } = result;
  const rows = [
    `- Paths: ${names(target.paths)}`,
    ...(target.diff === undefined ? [] : [`- Change: ${toInertMarkdown(diffOf(target.diff))}`]),
    `- Coverage: ${coverageOf(coverage)}`,
    `- Program: security-reviewer ${version}`,
  ];
  return rows.join('\n');
}

function byFile(findings: readonly Finding[]): Finding[][] {
  return [...Map.groupBy(findings, ({ location }) => location.file).values()];
}

function table(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { location, severity } = finding;
    return `| ${linesOf(location)} | ${capitalised(severity)} | ${issue(finding)} | ${toInertMarkdown(finding.recommendation)} |`;
  });
  const head = `## ${toNameSpan(findings[0]?.location.file ?? '')}`;
  return [head, '', '| Line | Severity | Issue | Recommended fix |', '|---|---|---|---|', ...rows].join('\n');
}

function issue({ title, cwe, explanation, evidence }: Finding): string {
  const code = toVisibleText(evidence);
  const shown = code.length <= shownEvidence ? code : `${code.slice(0, shownEvidence).toWellFormed()}…`;
  return `**${toInertMarkdown(title)}** (${cwe[0] ?? ''}). ${toInertMarkdown(explanation)} ${toCodeSpan(shown)}`;
}

function list(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [[`## ${title}`, '', ...rows.map((row) => `- ${row}`)].join('\n')];
}

/** What a finding says beyond its row: what an attacker gains, and how the data gets there. */
function detail(finding: Finding): string[] {
  const { impact, related } = finding;
  if (impact === undefined && related.length === 0) return [];
  const parts = [
    ...(impact === undefined ? [] : [toInertMarkdown(impact)]),
    ...(related.length === 0 ? [] : [`${related.map(step).join('; ')}.`]),
  ];
  return [`${placeOf(finding)}: ${parts.join(' ')}`];
}

function step({ role, file, startLine, note }: RelatedLocation): string {
  const place = `${role} ${toNameSpan(`${file}:${startLine}`)}`;
  return note === undefined ? place : `${place} (${toInertMarkdown(note)})`;
}

function notice({ level, file, line, message }: ReviewNotice): string {
  const place = file === undefined ? '' : ` ${toNameSpan(line === undefined ? file : `${file}:${line}`)}`;
  return `${capitalised(level)}${place}: ${toInertMarkdown(message)}`;
}

/** A finding that does not count, and why. */
function otherFinding(finding: Finding): string {
  const { title, suppressed, verification } = finding;
  const why = suppressed === undefined ? verification.note : [suppressed.by, suppressed.reason ?? []].flat().join(', ');
  return `${placeOf(finding)} ${toInertMarkdown(title)}${why === undefined ? '' : `: ${toInertMarkdown(why)}`}`;
}

function placeOf({ location }: Finding): string {
  return toNameSpan(`${location.file}:${location.startLine}`);
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

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
