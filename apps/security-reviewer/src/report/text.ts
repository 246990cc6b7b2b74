import pico from 'picocolors';
import type { LeftOutFile } from '../collect-files.ts';
import type { Finding } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import type { Severity } from '../rules/rule.ts';
import {
  count,
  coverageOf,
  diffOf,
  limitsOf,
  linesOf,
  reviewerName,
  summaryOf,
  verificationOf,
  whyIncomplete,
} from './describe-review.ts';
import { formatCost } from './format-cost.ts';
import { toVisibleName, toVisibleText } from './inert-text.ts';

/** What {@link toText} takes besides the result. */
export interface TextOptions {
  /** Whether the terminal shows colours; default `false`. Who calls looks at `NO_COLOR`. */
  readonly isColored?: boolean;
}

type Colors = ReturnType<typeof pico.createColors>;

/** Lines of evidence that are shown of one finding. */
const shownLines = 6;
/** Files of one list that are named, before the rest are only counted. */
const shownFiles = 10;

/**
 * The report for a terminal: the findings by file, then what was not reviewed, then what it came to. Nothing from the
 * reviewed files in it is obeyed by a terminal.
 *
 * @param version - Version of the program.
 */
export function toText(result: ReviewResult, version: string, { isColored = false }: TextOptions = {}): string {
  const colors = pico.createColors(isColored);
  const { coverage, findings } = result;
  const incomplete = whyIncomplete(result);
  const blocks = [
    header(result, version, colors),
    ...[...Map.groupBy(findings, ({ location }) => location.file)].map(([file, ofFile]) =>
      fileBlock(file, ofFile, colors),
    ),
    ...list('Notices', result.notices.map(noticeLine), colors),
    ...list('Failed', leftOutLines(coverage.failed), colors),
    ...list('Not reviewed by the model', leftOutLines(coverage.notByModel), colors),
    ...list('Skipped', leftOutLines(coverage.skipped), colors),
    ...list('Suppressed', otherLines(result.suppressed), colors),
    ...list('Turned down by verification', otherLines(result.rejected), colors),
    [
      colors.bold(summaryOf(result)),
      ...(incomplete === undefined
        ? []
        : [colors.bold(colors.red(`This review is incomplete: ${toVisibleText(incomplete)}.`))]),
      colors.dim(limitsOf(result)),
      `Review ${coverage.isComplete ? 'complete' : 'incomplete'}. Cost: ${formatCost(result.costUsd)}`,
    ].join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function header(result: ReviewResult, version: string, colors: Colors): string {
  const { target, coverage } = result;
  return [
    `${colors.bold(`security-reviewer ${version}`)}: reviewed by ${toVisibleName(reviewerName(result))}`,
    `Paths: ${shortened(target.paths.map(toVisibleName), ', ')}`,
    ...(target.diff === undefined ? [] : [`Change: ${toVisibleText(diffOf(target.diff))}`]),
    `Coverage: ${coverageOf(coverage)}`,
  ].join('\n');
}

function fileBlock(file: string, findings: readonly Finding[], colors: Colors): string {
  return [colors.underline(toVisibleName(file)), ...findings.map((finding) => findingBlock(finding, colors))].join(
    '\n\n',
  );
}

function findingBlock(finding: Finding, colors: Colors): string {
  const { location, severity, title, cwe, explanation, impact, recommendation, ruleId, id, fingerprint } = finding;
  const name = paint(severity, colors)(severity.toUpperCase());
  const lines = [
    `${linesOf(location)}  ${name}  ${colors.bold(toVisibleText(title))} ${colors.dim(`(${cwe.join(', ')})`)}`,
    ...codeLines(finding).map((line) => colors.cyan(`  | ${line}`)),
    toVisibleText(explanation),
    ...(impact === undefined ? [] : [`Impact: ${toVisibleText(impact)}`]),
    ...finding.related.map(({ role, file, startLine, note }) =>
      `  ${role}: ${toVisibleName(file)}:${startLine} ${toVisibleText(note ?? '')}`.trimEnd(),
    ),
    `Fix: ${toVisibleText(recommendation)}`,
    colors.dim(
      `${id} ${toVisibleText(ruleId)} ${fingerprint}, confidence ${Math.round(finding.confidence * 100)} %, ${verificationOf(finding)}`,
    ),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

function codeLines({ evidence }: Finding): string[] {
  const lines = evidence.split('\n').map((line) => toVisibleName(line.replaceAll('\t', '    ')));
  const more = lines.length - shownLines;
  return more > 0 ? [...lines.slice(0, shownLines), `… ${count(more, 'more line')}`] : lines;
}

function paint(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === 'critical') return (text) => colors.bold(colors.red(text));
  if (severity === 'high') return colors.red;
  if (severity === 'medium') return colors.yellow;
  return severity === 'low' ? colors.blue : colors.dim;
}

function list(title: string, lines: readonly string[], colors: Colors): string[] {
  return lines.length === 0 ? [] : [[colors.bold(title), ...lines.map((line) => `  ${line}`)].join('\n')];
}

function noticeLine({ level, file, line, message }: ReviewNotice): string {
  const place = file === undefined ? '' : `${toVisibleName(file)}${line === undefined ? '' : `:${line}`}: `;
  return `${level}: ${place}${toVisibleText(message)}`;
}

/** By reason, the commonest first. */
function leftOutLines(entries: readonly LeftOutFile[]): string[] {
  return [...Map.groupBy(entries, ({ reason }) => reason)]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(
      ([reason, group]) =>
        `${toVisibleText(reason)}: ${shortened(
          group.map(({ file }) => toVisibleName(file)),
          ', ',
        )}`,
    );
}

function otherLines(findings: readonly Finding[]): string[] {
  return findings.map(({ location, title, suppressed, verification }) => {
    const why =
      suppressed === undefined
        ? verification.note
        : `${suppressed.by}${suppressed.reason === undefined ? '' : `, ${suppressed.reason}`}`;
    return `${toVisibleName(location.file)}:${location.startLine} ${toVisibleText(title)} — ${toVisibleText(why ?? '')}`;
  });
}

function shortened(all: readonly string[], separator: string): string {
  const shown = all.slice(0, shownFiles).join(separator);
  return all.length > shownFiles ? `${shown} and ${all.length - shownFiles} more` : shown;
}
